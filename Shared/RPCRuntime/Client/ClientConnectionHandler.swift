import Primitives
import RPC
import Transport
import WireCodec

/// One connection to a server, from connecting to its end. Belongs to its loop.
final class ClientConnectionHandler: ByteChannelHandler, TimerTarget {
  let input = InputBuffer()
  let output = ByteOutput()
  let context: LoopContext
  let limits: WireLimits
  var machine: ClientConnection
  var calls: [ClientCall?]
  var channel: (any ByteChannel)?
  /// Slots with a message that waits for credit or for the socket.
  var waiting: [Int] = []
  /// Credit of the connection came, and is shared out behind the frames of this read: one turn for
  /// all calls that wait, however many frames bring it.
  var isResumeDue = false
  /// Let go of when the connection has closed: until then the two hold each other.
  private(set) var pool: ConnectionPool?
  private let agent: String
  private let decoder: FrameDecoder
  private var isClosing = false
  private var isFlushAsked = false
  private var isReadingPaused = false
  private var controlFrames = 0
  private var partialFrame = PartialFrame()
  private var progress = SendingProgress()
  private var tick: LoopContext.Timer?
  private(set) var failure: RPCError?

  init(pool: ConnectionPool?, context: LoopContext, limits: WireLimits, agent: String) {
    self.pool = pool
    self.context = context
    self.limits = limits
    self.agent = agent
    machine = ClientConnection(limits: limits, now: context.loop.now)
    calls = Array(repeating: nil, count: limits.maximumStreams)
    decoder = FrameDecoder(maximumFrameBytes: limits.maximumFrameBytes)
  }

  var now: Instant { context.loop.now }
  var isOpen: Bool { channel != nil && !isClosing }
  /// Calls that may be opened now.
  var room: Int { isOpen ? machine.room : 0 }

  // MARK: Transport

  func opened(_ channel: any ByteChannel) {
    self.channel = channel
    machine.keepalive.heard(now: now)
    FrameEncoder.hello(Hello(limits: limits, agent: agent), to: output)
    askFlush()
    tick = context.schedule(at: now + .seconds(1), self)
    pool?.opened(self)
  }

  func received() {
    guard isOpen else { return }
    machine.keepalive.heard(now: now)
    let hadRoom = machine.room
    var hasTaken = false
    do {
      while isOpen {
        let readable = input.readable
        guard case .frame(let byteCount) = try decoder.next(in: readable) else { break }
        let end = FrameDecoder.prefixBytes + byteCount
        try handle(UnsafeRawBufferPointer(rebasing: readable[FrameDecoder.prefixBytes..<end]))
        input.consume(end)
        hasTaken = true
      }
    } catch {
      return end(with: error)
    }
    if isResumeDue {
      isResumeDue = false
      resumeWaiting()
    }
    partialFrame.received(waitingBytes: input.count, hasTaken: hasTaken, now: now)
    let credit = machine.takeConnectionCredit()
    if credit > 0 { FrameEncoder.window(credit: credit, streamID: 0, to: output) }
    if !output.isEmpty { askFlush() }
    if hadRoom == 0 { pool?.roomAppeared() }
    closeIfSpent()
  }

  func flush() {
    isFlushAsked = false
    guard let channel, !output.isEmpty else { return }
    progress.sentBytes += output.count
    channel.send(output)
    // Where the socket took all of it, nobody else will say that there is room again.
    if !waiting.isEmpty { resumeWaiting() }
    if channel.pendingBytes == 0 {
      controlFrames = 0
    } else if !isReadingPaused, controlFrames > limits.queuedControlFrames {
      isReadingPaused = true
      channel.setReading(false)
    }
  }

  func drained() {
    controlFrames = 0
    if isReadingPaused {
      isReadingPaused = false
      channel?.setReading(true)
    }
    resumeWaiting()
  }

  func closed(_ reason: ChannelClosure) {
    let wasOpened = channel != nil
    channel = nil
    isClosing = true
    if let tick { context.cancel(tick) }
    tick = nil
    waiting = []
    let error = failure ?? RPCError(.unavailable, "\(pool?.name ?? "the server"): \(reason.text)")
    for slot in calls.indices {
      guard let call = calls[slot] else { continue }
      calls[slot] = nil
      var own = error
      own.isNotStarted = false
      call.isConnectionLoss = true
      call.connection = nil
      call.end(.failure(own))
    }
    let pool = pool
    self.pool = nil
    pool?.closed(self, error, wasOpened: wasOpened)
  }

  // MARK: Writing

  func askFlush() {
    guard !isFlushAsked, channel != nil else { return }
    isFlushAsked = true
    context.loop.flushAtEndOfCycle(self)
  }

  func countControlFrame() {
    controlFrames += 1
    askFlush()
  }

  // MARK: The end of the connection

  /// Opens no more calls, and closes when those that are open have ended.
  func retire() {
    machine.retire()
    closeIfSpent()
  }

  func closeIfSpent() {
    guard isOpen, machine.isSpent, machine.openStreams == 0 else { return }
    flush()
    isClosing = true
    channel?.close()
  }

  func abort() { channel?.abort() }

  /// The server broke the protocol.
  private func end(with violation: WireViolation) {
    guard isOpen else { return }
    failure = RPCError(
      .internal,
      "\(pool?.name ?? "the server") broke the protocol: \(violation.text)"
    )
    FrameEncoder.goAway(
      GoAway(lastStreamID: 0, code: violation.code, message: String(violation.text.prefix(512))),
      to: output
    )
    flush()
    isClosing = true
    channel?.close()
  }

  // MARK: Time

  func timerFired() {
    tick = nil
    guard isOpen else { return }
    let now = now
    if partialFrame.isStuck(now: now, limits: limits) {
      return end(with: .abuse("a frame was not complete after \(limits.partialFrameTimeout)"))
    }
    if progress.isMade(pendingBytes: channel?.pendingBytes ?? 0) {
      machine.keepalive.heard(now: now)
    }
    switch machine.keepalive.tick(now: now, hasOpenStreams: machine.openStreams > 0, limits: limits)
    {
    case .none: break
    case .ping:
      FrameEncoder.ping(Ping(opaque: 1), to: output)
      askFlush()
    case .dead:
      failure = RPCError(.unavailable, "\(pool?.name ?? "the server") does not answer")
      abort()
      return
    }
    failStalled(now)
    if machine.openStreams == 0 && input.count == 0 { input.trim() }
    if isOpen { tick = context.schedule(at: now + .seconds(1), self) }
  }
}

extension ChannelClosure {
  /// For people.
  var text: String {
    switch self {
    case .byPeer: "the connection was closed by the other side"
    case .byUs: "the connection was closed"
    case .truncated: "the connection was cut"
    case .timedOut(let what): "\(what) timed out"
    case .failed(let why): why
    }
  }
}
