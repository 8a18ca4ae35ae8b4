import NIOCore
import Primitives
import Transport

/// One socket: the NIO handler of its channel, the TLS on it (none on a socket pair), and the
/// `ByteChannel` of the layer above. Confined to its loop.
///
/// - A server's handler is made when the handshake has succeeded; a peer that fails it never gets
///   one. A client's handler is made first and hears of a failure by `closed`.
/// - `closed` comes at the end of a cycle, after all flushes, so never inside a call that the
///   handler makes.
/// - When the peer has said close_notify, what the handler sends in the same cycle still leaves;
///   later sends are dropped, as after `close` and `abort`.
/// - After `setReading(false)` what the running read has brought still arrives, at most
///   `readBytes × readsPerCycleCount`; and when the peer ends its side, what the kernel has
///   already received, at most the socket's receive buffer.
final class SocketChannel: ChannelInboundHandler, ByteChannel, NIOScheduledCallbackHandler,
  LoopCycleMember
{
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum State: Equatable {
    /// The handler is not yet in its pipeline.
    case new
    /// TLS is being agreed on; bounded by the handshake timeout.
    case handshaking
    /// Bytes flow.
    case open
    /// No more bytes are sent; what is pending leaves, and the peer is given time to end its side.
    case closing
    /// The socket is closed, or about to be; `closed` was delivered or will be this cycle.
    case closed
  }

  let nioLoop: NIOLoop
  let limits: TransportLimits
  /// Who counts this connection; until it is closed.
  var owner: (any SocketChannelOwner)?

  var state = State.new
  /// Why it ends, once something has begun to end it; the first reason stays.
  var reason: ChannelClosure?
  var session: TLSSession?
  var handler: (any ByteChannelHandler)?
  var context: ChannelHandlerContext?
  private(set) var peer: PeerIdentity = .anonymous
  private(set) var negotiatedProtocol: String?
  let remoteAddress: String

  private let makeHandler: () -> any ByteChannelHandler
  private var input: InputBuffer?
  /// The handshake's or the closing's; never both.
  private var timeout: NIOScheduledCallback?
  private var hasPendingBytes = false
  private var isSending = false
  private var isReading = true
  private var isReceiving = false
  private var ownsCycle = false
  /// `closed` was delivered.
  private var isOver = false
  /// Whether `opened` was called.
  private(set) var wasOpened = false
  var isPeerDone = false
  var isInputClosed = false
  var isOutputDone = false
  var isClosingAtEndOfCycle = false

  /// `session` nil is a socket without TLS, between two processes of one host.
  init(
    loop: NIOLoop,
    session: TLSSession?,
    remoteAddress: String,
    limits: TransportLimits,
    owner: (any SocketChannelOwner)? = nil,
    makeHandler: @escaping () -> any ByteChannelHandler
  ) {
    nioLoop = loop
    self.session = session
    self.remoteAddress = remoteAddress
    self.limits = limits
    self.owner = owner
    self.makeHandler = makeHandler
  }

  var loop: any TransportLoop { nioLoop }

  // MARK: Opening

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    // An accepted or adopted socket gets its handler before it is registered with the loop.
    if context.channel.isActive { begin() }
  }

  func channelActive(context: ChannelHandlerContext) { begin() }

  func handlerRemoved(context: ChannelHandlerContext) {
    // Only a socket that the loop could not register is still here; others were closed before.
    nioLoop.inCycle { end(.failed("the socket could not be registered")) }
  }

  private func begin() {
    guard state == .new else { return }
    nioLoop.inCycle {
      guard session != nil else { return open(as: .localProcess) }
      state = .handshaking
      schedule(limits.handshakeTimeout)
      continueHandshake()
    }
  }

  private func continueHandshake() {
    guard let session else { return }
    let step = session.handshake()
    writeEncrypted()
    switch step {
    case .wantsInput: break
    case .done:
      negotiatedProtocol = session.negotiatedProtocol
      open(as: session.peer)
    case .failed(let text): fail(text)
    }
  }

  private func open(as peer: PeerIdentity) {
    self.peer = peer
    timeout?.cancel()
    timeout = nil
    state = .open
    wasOpened = true
    let handler = self.handler ?? makeHandler()
    self.handler = handler
    input = handler.input
    if let context { nioLoop.opened(context.channel) }
    owner?.opened(self)
    handler.opened(self)
  }

  // MARK: Reading

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // The cycle stays open over all reads of this channel, up to channelReadComplete.
    if nioLoop.beginCycle() { ownsCycle = true }
    isReceiving = true
    let buffer = unwrapInboundIn(data)
    if let session {
      buffer.withUnsafeReadableBytes { bytes in
        session.withEncrypted(bytes) { receiveEncrypted(session) }
      }
    } else if state == .open, let input {
      buffer.withUnsafeReadableBytes { input.append($0) }
      handler?.received()
    }
    isReceiving = false
    // NIO says no channelReadComplete to a channel that was closed while it read.
    if state == .closed { finishReadCycle() }
  }

  func channelReadComplete(context: ChannelHandlerContext) { finishReadCycle() }

  /// Ends the cycle that this channel's read began; not from within that read.
  func finishReadCycle() {
    guard ownsCycle, !isReceiving else { return }
    ownsCycle = false
    nioLoop.finishCycle()
  }

  private func receiveEncrypted(_ session: TLSSession) {
    if state == .handshaking { continueHandshake() }
    switch state {
    case .open:
      guard let input else { return }
      let countBefore = input.count
      let end = session.read(into: input)
      writeEncrypted()
      if input.count > countBefore { handler?.received() }
      received(end)
    case .closing:
      let end = session.discardInput()
      if end != .wantsInput { peerDone() }
    case .new, .handshaking, .closed: break
    }
  }

  private func received(_ end: TLSSession.ReadEnd) {
    switch end {
    case .wantsInput: break
    case .closeNotify:
      isPeerDone = true
      closeAtEndOfCycle(.byPeer)
    case .failed(let text): fail(text)
    }
  }

  func setReading(_ enabled: Bool) {
    guard state == .open, enabled != isReading else { return }
    isReading = enabled
    setAutoRead(enabled)
  }

  func setAutoRead(_ enabled: Bool) {
    // It throws only for a channel that is closed, which reads nothing anyway.
    try? context?.channel.syncOptions?.setOption(.autoRead, value: enabled)
  }

  // MARK: Writing

  var pendingBytes: Int {
    guard hasPendingBytes, let context else { return 0 }
    return Int((try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
  }

  func send(_ output: ByteOutput) {
    defer { output.removeAll() }
    guard state == .open, output.count > 0 else { return }
    if let session {
      let problem = session.write(output) { writeEncrypted() }
      writeEncrypted()
      if let problem { fail(problem) }
    } else {
      nioLoop.cipherScratch.reserve(forPlainBytes: output.count)
      output.forEachRun { nioLoop.cipherScratch.append($0) }
      writeEncrypted()
    }
  }

  /// One write and one flush for all that TLS has gathered.
  func writeEncrypted() {
    guard let context, let bytes = nioLoop.cipherScratch.takeOutput() else { return }
    isSending = true
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    isSending = false
    // The watermarks are one byte, so that "not writable" means that bytes are pending.
    if !context.channel.isWritable { hasPendingBytes = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard !isSending, hasPendingBytes, context.channel.isWritable else { return }
    hasPendingBytes = false
    guard state == .open else { return }
    nioLoop.inCycle { handler?.drained() }
  }

  // MARK: Timeouts

  func schedule(_ duration: Duration) {
    timeout?.cancel()
    // It throws only while the loop shuts down, when all channels are closed anyway.
    timeout = try? nioLoop.eventLoop.assumeIsolated().scheduleCallback(
      in: .nanoseconds(duration.wholeNanoseconds),
      handler: self
    )
  }

  func handleScheduledCallback(eventLoop: some EventLoop) {
    timeout = nil
    nioLoop.inCycle {
      switch state {
      case .handshaking: end(.timedOut(what: "TLS handshake"))
      case .closing: end(isOutputDone ? reason ?? .byUs : .timedOut(what: "close"))
      case .new, .open, .closed: break
      }
    }
  }

  // MARK: The end

  func cycleEnded() {
    if isClosingAtEndOfCycle {
      isClosingAtEndOfCycle = false
      if state == .open { beginClosing() }
    }
    guard state == .closed, !isOver else { return }
    isOver = true
    context = nil
    session = nil
    input = nil
    let reason = self.reason ?? .byUs
    let handler = self.handler
    self.handler = nil
    owner?.closed(self, reason)
    owner = nil
    if let handler {
      nioLoop.forgetFlushes(of: handler)
      handler.closed(reason)
    }
  }

  /// The socket goes now; `closed` follows at the end of the cycle.
  func end(_ reason: ChannelClosure) {
    guard state != .closed else { return }
    self.reason = self.reason ?? reason
    if case .timedOut = reason { self.reason = reason }
    state = .closed
    timeout?.cancel()
    timeout = nil
    nioLoop.callAtEndOfCycle(self)
    context?.close(mode: .all, promise: nil)
  }
}

/// Who made a channel and keeps count of it; called on the channel's loop.
protocol SocketChannelOwner: AnyObject {
  /// The handshake succeeded.
  func opened(_ channel: SocketChannel)
  /// The channel is gone; it may never have been opened.
  func closed(_ channel: SocketChannel, _ reason: ChannelClosure)
}
