import Logging
import Primitives
import RPC
import Telemetry
import Transport
import WireCodec

/// One accepted connection: feeds the machine with what arrives, does what it decides. Belongs to
/// its loop; holds no decision of its own.
final class ServerConnectionHandler: ByteChannelHandler, TimerTarget {
  let input = InputBuffer()
  let output = ByteOutput()
  let context: LoopContext
  let limits: WireLimits
  private(set) var session: ServerSession
  var machine: ServerConnection
  var calls: [ServerCall?]
  var channel: (any ByteChannel)?
  /// Slots with a message or an End that waits for credit or for the socket.
  var waiting: [Int] = []
  /// Credit of the connection came, and is shared out behind the frames of this read: one turn for
  /// all calls that wait, however many frames bring it.
  var isResumeDue = false
  let server: ServerCore
  private let decoder: FrameDecoder
  private var isClosing = false
  private var isFlushAsked = false
  private var pausedSince: Instant?
  private var isContinuing = false
  private var controlFrames = 0
  private var partialFrame = PartialFrame()
  private var progress = SendingProgress()
  private var openedAt = Instant.distantFuture
  private var endOfLife = Instant.distantFuture
  private var tick: LoopContext.Timer?

  init(server: ServerCore, listener: ListenerPolicy, loop: any TransportLoop) {
    self.server = server
    context = LoopContext.of(loop)
    limits = server.limits
    let drainPing = context.generator.next() | 1
    machine = ServerConnection(
      limits: server.limits,
      isPublic: listener.isPublic,
      now: loop.now,
      drainPing: drainPing
    )
    calls = Array(
      repeating: nil,
      count: server.limits.maximumStreams + server.limits.lingeringHandlerLimit
    )
    // A client that has not read this side's Hello sends under the defaults.
    decoder = FrameDecoder(
      maximumFrameBytes: max(
        server.limits.maximumFrameBytes,
        WireLimits.untilHello.maximumFrameBytes
      )
    )
    session = ServerSession(server: server, peer: .anonymous, remoteAddress: "")
  }

  var now: Instant { context.loop.now }
  var isOpen: Bool { channel != nil && !isClosing }

  // MARK: Transport

  func opened(_ channel: any ByteChannel) {
    self.channel = channel
    session = ServerSession(
      server: server,
      peer: channel.peer,
      remoteAddress: channel.remoteAddress
    )
    openedAt = now
    machine.keepalive.heard(now: now)
    let age = server.limits.connectionAge
    let jitter = server.limits.connectionAgeJitter
    let factor = Double.random(in: (1 - jitter)...(1 + jitter), using: &context.generator)
    endOfLife = now + age * factor
    server.connections.add(self)
    FrameEncoder.hello(Hello(limits: server.limits, agent: server.agent), to: output)
    askFlush()
    tick = context.schedule(at: now + .seconds(1), self)
    if server.isDraining { beginDrain() }
  }

  func received() {
    guard isOpen, pausedSince == nil || isContinuing else { return }
    machine.keepalive.heard(now: now)
    readFrames()
  }

  /// Takes whole frames off the input. After `newStreamsPerCycle` new calls the loop's other
  /// connections get their turn; the answers still leave in one flush.
  private func readFrames() {
    context.noteReader(self)
    var begun = 0
    var hasTaken = false
    do {
      while isOpen {
        let readable = input.readable
        guard case .frame(let byteCount) = try decoder.next(in: readable) else { break }
        if begun >= server.limits.newStreamsPerCycle {
          // Where this connection has the loop to itself, what was answered leaves now and its
          // caller works on it while this side goes on. Where it has not, others' work overlaps
          // already, and one write for all answers is cheaper.
          if context.hasOneReader { sendOutput() }
          continueLater()
          break
        }
        let end = FrameDecoder.prefixBytes + byteCount
        let frame = UnsafeRawBufferPointer(rebasing: readable[FrameDecoder.prefixBytes..<end])
        if try handle(frame) { begun += 1 }
        input.consume(end)
        hasTaken = true
      }
    } catch {
      end(with: error)
      return
    }
    if isResumeDue {
      isResumeDue = false
      resumeWaiting()
    }
    partialFrame.received(waitingBytes: input.count, hasTaken: hasTaken, now: now)
    let credit = machine.takeConnectionCredit()
    if credit > 0 {
      FrameEncoder.window(credit: credit, streamID: 0, to: output)
    }
    if !output.isEmpty { askFlush() }
  }

  private func continueLater() {
    guard !isContinuing else { return }
    isContinuing = true
    let confined = LoopConfined(self, loop: context.loop)
    context.loop.executeNextCycle {
      let handler = confined.onLoop
      handler.isContinuing = false
      if handler.isOpen { handler.readFrames() }
    }
  }

  func flush() {
    isFlushAsked = false
    // While calls wait for their turn, the answers of those before them wait for one write.
    if isContinuing, output.count < WireLimits.gatheredOutputBytes { return }
    sendOutput()
  }

  private func sendOutput() {
    guard let channel, !output.isEmpty else { return }
    progress.sentBytes += output.count
    channel.send(output)
    // Where the socket took all of it, nobody else will say that there is room again.
    if !waiting.isEmpty { resumeWaiting() }
    let limits = server.limits
    if channel.pendingBytes == 0 {
      controlFrames = 0
    } else if pausedSince == nil,
      channel.pendingBytes > limits.queuedOutputBytes || controlFrames > limits.queuedControlFrames
    {
      // The peer does not read: what it says from here on waits in its own socket.
      pausedSince = now
      channel.setReading(false)
    }
  }

  func drained() {
    controlFrames = 0
    if pausedSince != nil {
      pausedSince = nil
      machine.keepalive.heard(now: now)
      channel?.setReading(true)
      readFrames()
    }
    resumeWaiting()
  }

  func closed(_ reason: ChannelClosure) {
    channel = nil
    isClosing = true
    if let tick { context.cancel(tick) }
    tick = nil
    server.connections.remove(self)
    let error = RPCError(.cancelled, "the caller's connection ended")
    for slot in calls.indices {
      guard let call = calls[slot] else { continue }
      calls[slot] = nil
      if machine.phase(of: slot) != .ended {
        server.metrics.ended(call, .cancelled)
        call.outcome = .cancelled
      }
      call.cancelHandler(error)
      call.leave(error)
    }
    waiting = []
  }

  // MARK: Writing

  func askFlush() {
    guard !isFlushAsked, channel != nil else { return }
    isFlushAsked = true
    context.loop.flushAtEndOfCycle(self)
  }

  /// Counts a frame that answers the peer without being paid for by credit.
  func countControlFrame() {
    controlFrames += 1
    askFlush()
  }

  // MARK: The end of the connection

  func beginDrain() {
    perform(machine.beginDrain(now: now))
  }

  func perform(_ effect: ServerConnection.OnDrain) {
    switch effect {
    case .none: break
    case .announce(let ping):
      FrameEncoder.goAway(GoAway(lastStreamID: GoAway.announcement), to: output)
      FrameEncoder.ping(ping, to: output)
      askFlush()
    case .final(let goAway):
      FrameEncoder.goAway(goAway, to: output)
      askFlush()
      if machine.openStreams == 0 { perform(.close) }
    case .close:
      // Not UNAVAILABLE, which callers repeat: these calls' handlers have begun.
      let error = RPCError(.aborted, "the server is going away; the call was not finished")
      for slot in calls.indices {
        if let call = calls[slot] { abort(call, error) }
      }
      close()
    }
  }

  private func close() {
    guard isOpen else { return }
    sendOutput()
    isClosing = true
    channel?.close()
  }

  /// The peer broke the protocol: it is told why, and the connection ends.
  private func end(with violation: WireViolation) {
    guard isOpen else { return }
    server.metrics.violations.add()
    server.logger.info(
      "connection ended: the peer broke the protocol",
      metadata: [
        "reason": "\(violation.text)", "peer": "\(session.peer)",
        "address": "\(session.remoteAddress)",
      ]
    )
    FrameEncoder.goAway(
      GoAway(
        lastStreamID: machine.highestID,
        code: violation.code,
        message: String(violation.text.prefix(512))
      ),
      to: output
    )
    close()
  }

  // MARK: Time

  /// Once a second: what does not need more exact clocks.
  func timerFired() {
    tick = nil
    guard isOpen else { return }
    let now = now
    if machine.peerHello == nil, now - openedAt >= limits.helloTimeout {
      return end(with: .abuse("no Hello within \(limits.helloTimeout)"))
    }
    if let since = pausedSince {
      // A peer that does not read is not read either, so nothing it says can prove that it lives.
      if now - since >= limits.stalledStreamTimeout { channel?.abort() }
      tick = context.schedule(at: now + .seconds(1), self)
      return
    }
    if partialFrame.isStuck(now: now, limits: server.limits) {
      return end(
        with: .abuse("a frame that was not complete after \(server.limits.partialFrameTimeout)")
      )
    }
    if progress.isMade(pendingBytes: channel?.pendingBytes ?? 0) {
      machine.keepalive.heard(now: now)
    }
    switch machine.keepalive.tick(
      now: now,
      hasOpenStreams: machine.openStreams > 0,
      limits: server.limits
    )
    {
    case .none: break
    case .ping:
      FrameEncoder.ping(Ping(opaque: 1), to: output)
      askFlush()
    case .dead:
      channel?.abort()
      return
    }
    if now >= endOfLife { beginDrain() }
    perform(machine.drainTick(now: now))
    abortStalled(now)
    if machine.openStreams == 0 && input.count == 0 { input.trim() }
    if isOpen { tick = context.schedule(at: now + .seconds(1), self) }
  }
}
