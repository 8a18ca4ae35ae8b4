import NIOCore
import Primitives
import Transport

/// TLS of an accepted connection, as a handler of NIO's: encrypted bytes below, plain ones above.
///
/// - The handlers above see nothing of the connection's bytes before the handshake is done, which
///   is bounded by the handshake timeout.
/// - A close is in order: what is pending and close_notify leave, this side's half closes, and what
///   the peer still sends is dropped until it ends its side too, at most for the close timeout. A
///   socket that is closed with unread bytes in it makes the kernel send a reset, which can destroy
///   an answer at a peer that was still sending.
/// - close_notify of the peer ends the input alone; the end of its half of the socket ends the
///   connection, for whoever asked is gone then.
///
/// Confined to its loop.
final class TLSStreamHandler: ChannelDuplexHandler, NIOScheduledCallbackHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Event {
    case opened
    case closed(wasOpened: Bool, reason: String)
  }

  private enum State: Equatable {
    /// Not yet connected.
    case new
    /// TLS is being agreed on.
    case handshaking
    /// Bytes flow.
    case open
    /// Nothing more is sent; the peer is given time to end its side.
    case closing
    case closed
  }

  private let loop: NIOLoop
  private let peer: TLSStreamPeer
  private let limits: TransportLimits
  private let report: (Event) -> Void
  private var session: TLSSession?
  private var state = State.new
  private var wasOpened = false
  private var reason = "peer closed the connection during the TLS handshake"
  private let input = InputBuffer(capacity: 4096)
  private let output = ByteOutput(capacity: 1024)
  private var context: ChannelHandlerContext?
  private var timeout: NIOScheduledCallback?
  /// Of writes that were not flushed yet.
  private var writes: [EventLoopPromise<Void>] = []
  /// Whoever asked for the close waits for it.
  private var closePromise: EventLoopPromise<Void>?
  private var hasSaidClosed = false
  private var isInputEnded = false
  private var isSocketInputClosed = false

  init(
    loop: NIOLoop,
    session: TLSSession,
    peer: TLSStreamPeer,
    limits: TransportLimits,
    report: @escaping (Event) -> Void
  ) {
    self.loop = loop
    self.session = session
    self.peer = peer
    self.limits = limits
    self.report = report
  }

  // MARK: Opening

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin() }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin()
    context.fireChannelActive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    ended()
    self.context = nil
  }

  private func begin() {
    guard state == .new else { return }
    state = .handshaking
    schedule(limits.handshakeTimeout)
  }

  private func continueHandshake(_ session: TLSSession) {
    let step = session.handshake()
    writeEncrypted()
    switch step {
    case .wantsInput: break
    case .done:
      timeout?.cancel()
      timeout = nil
      peer.set(session.peer)
      state = .open
      wasOpened = true
      report(.opened)
    case .failed(let text): fail(text)
    }
  }

  // MARK: Reading

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let session, state == .handshaking || state == .open else { return }
    let buffer = unwrapInboundIn(data)
    var end = TLSSession.ReadEnd.wantsInput
    buffer.withUnsafeReadableBytes { bytes in
      session.withEncrypted(bytes) {
        if state == .handshaking { continueHandshake(session) }
        guard state == .open, !isInputEnded else { return }
        end = session.read(into: input)
        writeEncrypted()
      }
    }
    context.flush()
    // The handlers above run after OpenSSL has returned: what they send may enter it again.
    if input.count > 0 {
      let plain = ByteBuffer(bytes: input.readable)
      input.consume(input.count)
      input.trim()
      loop.inCycle { context.fireChannelRead(wrapInboundOut(plain)) }
    }
    switch end {
    case .wantsInput: break
    case .closeNotify: endInput(context)
    case .failed(let text): fail(text)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Whoever reads above has stopped; the peer's end must still be seen.
    if state == .closing { context.read() }
    // Tasks that a request has woken run at the end of the cycle, on this turn of the loop.
    loop.inCycle { context.fireChannelReadComplete() }
  }

  private func endInput(_ context: ChannelHandlerContext) {
    guard !isInputEnded else { return }
    isInputEnded = true
    loop.inCycle { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .inputClosed? = event as? ChannelEvent else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    isSocketInputClosed = true
    switch state {
    case .open:
      endInput(context)
      finish()
    case .handshaking, .closing: finish()
    case .new, .closed: break
    }
  }

  // MARK: Writing

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard state != .closing, state != .closed, !hasSaidClosed else {
      promise?.fail(ChannelError.outputClosed)
      return
    }
    unwrapOutboundIn(data).withUnsafeReadableBytes { output.append(copying: $0) }
    if let promise { writes.append(promise) }
  }

  func flush(context: ChannelHandlerContext) {
    encryptOutput()
    context.flush()
  }

  /// Everything that waits becomes encrypted writes, the last of which carries the promises.
  private func encryptOutput() {
    guard state == .open, let session, let context, output.count > 0 || !writes.isEmpty else {
      return
    }
    let promises = writes
    writes = []
    let problem = session.write(output) { writeEncrypted() }
    output.removeAll()
    var last: EventLoopPromise<Void>?
    if !promises.isEmpty {
      let promise = context.eventLoop.makePromise(of: Void.self)
      promise.futureResult.assumeIsolated().whenComplete { result in
        for waiting in promises { waiting.completeWith(result) }
      }
      last = promise
    }
    let rest = loop.cipherScratch.takeOutput() ?? ByteBuffer()
    context.write(wrapOutboundOut(rest), promise: last)
    if let problem { fail(problem) }
  }

  private func writeEncrypted() {
    guard let context, let bytes = loop.cipherScratch.takeOutput() else { return }
    context.write(wrapOutboundOut(bytes), promise: nil)
  }

  // MARK: Closing

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    switch mode {
    case .input: context.close(mode: .input, promise: promise)
    case .output:
      guard state == .open else {
        promise?.succeed()
        return
      }
      sayClosed(context, promise)
    case .all:
      guard state == .open else {
        if state == .closing, closePromise == nil {
          closePromise = promise
        } else {
          context.close(mode: .all, promise: promise)
        }
        return
      }
      closePromise = promise
      sayClosed(context, nil)
    }
  }

  /// Pending bytes and close_notify leave, then this side's half of the socket closes.
  private func sayClosed(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    encryptOutput()
    guard state == .open else {
      promise?.succeed()
      return
    }
    hasSaidClosed = true
    session?.sayClosed()
    writeEncrypted()
    linger(context, promise)
  }

  /// TLS is broken: the alert leaves, then the socket closes in order.
  private func fail(_ text: String) {
    guard state == .open || state == .handshaking, let context else { return }
    if !wasOpened { reason = text }
    writeEncrypted()
    linger(context, nil)
  }

  private func linger(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    state = .closing
    schedule(limits.closeTimeout)
    context.flush()
    guard !isSocketInputClosed else {
      promise?.succeed()
      finish()
      return
    }
    context.close(mode: .output, promise: promise)
    context.read()
  }

  /// Both sides are done, or this side waits no longer.
  private func finish() {
    guard state != .closed, let context else { return }
    state = .closed
    timeout?.cancel()
    timeout = nil
    let promise = closePromise
    closePromise = nil
    loop.inCycle { context.close(mode: .all, promise: promise) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended()
    loop.inCycle { context.fireChannelInactive() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A reset: nobody is there to say anything to.
    if !wasOpened { reason = SocketErrorText.text(of: error) }
    finish()
  }

  /// The socket is gone. Once.
  private func ended() {
    guard session != nil else { return }
    session = nil
    state = .closed
    timeout?.cancel()
    timeout = nil
    for promise in writes { promise.fail(ChannelError.ioOnClosedChannel) }
    writes = []
    closePromise?.succeed()
    closePromise = nil
    report(.closed(wasOpened: wasOpened, reason: reason))
  }

  // MARK: Timeouts

  private func schedule(_ duration: Duration) {
    timeout?.cancel()
    // It throws only while the loop shuts down, when all channels are closed anyway.
    timeout = try? loop.eventLoop.assumeIsolated().scheduleCallback(
      in: .nanoseconds(duration.wholeNanoseconds),
      handler: self
    )
  }

  func handleScheduledCallback(eventLoop: some EventLoop) {
    timeout = nil
    if state == .handshaking { reason = "TLS handshake timed out" }
    finish()
  }
}
