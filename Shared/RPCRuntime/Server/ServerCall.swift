import Primitives
import RPC
import Telemetry
import Transport
import WireCodec

/// One call on its server: what the handler reads is constant, what the connection moves belongs to
/// the loop.
// `@unchecked`: the `let`s are constant; every `var` is touched on the loop only, which
// `requireLoop` checks where a handler's thread could come in.
@usableFromInline
final class ServerCall: @unchecked Sendable, TimerTarget, TraceBearer {
  // MARK: Constant

  @usableFromInline let method: Method
  @usableFromInline let deadline: Instant
  @usableFromInline let metadata: Metadata
  @usableFromInline let principal: Principal?
  @usableFromInline let trace: TraceContext
  @usableFromInline let attempt: UInt32
  @usableFromInline let target: String
  @usableFromInline let handlerExecutor: (any TaskExecutor)?
  let session: ServerSession
  let context: LoopContext
  let methodIndex: Int
  let slot: Int
  let startedAt: Instant
  /// The message's size that the peer announced; a hint for the gathering buffer.
  let announcedBytes: Int

  // MARK: Of the loop

  /// Nil when the connection is gone or the call has left it.
  var connection: ServerConnectionHandler?
  var trailers = Metadata()
  var task: Task<Void, Never>?
  var timer: LoopContext.Timer?
  private var isCounted = true
  var hasStarted = false
  var isHandlerRunning = false
  var outcome: StatusCode?
  // Receiving
  var request: Bytes?
  var requestCharge = 0
  var gatherer = MessageGatherer()
  var inbox: MessageInbox?
  /// Set when the call is forwarded: then no handler of this process answers it.
  var relay: Relay?
  /// Credit of a message that arrives behind others which nobody has taken yet.
  var deferredCredit = 0
  // Sending
  var outgoing: OutgoingMessage?
  var pendingEnd: End?
  var stalledSince: Instant?
  var writer: UnsafeContinuation<RPCError?, Never>?

  init(
    method: Method,
    methodIndex: Int,
    slot: Int,
    deadline: Instant,
    metadata: Metadata,
    principal: Principal?,
    trace: TraceContext,
    attempt: UInt32,
    target: String,
    announcedBytes: Int,
    handlerExecutor: (any TaskExecutor)?,
    connection: ServerConnectionHandler,
    now: Instant
  ) {
    self.method = method
    self.methodIndex = methodIndex
    self.slot = slot
    self.deadline = deadline
    self.metadata = metadata
    self.principal = principal
    self.trace = trace
    self.attempt = attempt
    self.target = target
    self.announcedBytes = announcedBytes
    self.handlerExecutor = handlerExecutor
    self.connection = connection
    session = connection.session
    context = connection.context
    startedAt = now
  }

  var confined: LoopConfined<ServerCall> { LoopConfined(self, loop: context.loop) }

  /// The call counts as open until its slot is free and its handler has returned.
  func uncount() {
    guard isCounted else { return }
    isCounted = false
    session.server.metrics.left()
  }

  func requireLoop() {
    precondition(context.loop.isCurrent, "a call was touched away from its loop")
  }

  @usableFromInline var arena: Arena {
    requireLoop()
    return context.arena
  }

  // MARK: Life

  /// The request is there (or streams): the handler starts, at once and on this thread, until it
  /// first waits.
  func start() {
    hasStarted = true
    isHandlerRunning = true
    let task = Task.immediate(executorPreference: context.loop) {
      await TraceScope.$bearer.withValue(self) { await self.runHandler() }
      self.handlerReturned()
    }
    if isHandlerRunning { self.task = task }
  }

  private func runHandler() async {
    let server = session.server
    if server.interceptors.isEmpty {
      await server.handlers[methodIndex].run(self)
    } else {
      await server.runIntercepted(server.handlers[methodIndex], self)
    }
  }

  private func handlerReturned() {
    requireLoop()
    isHandlerRunning = false
    task = nil
    connection?.handlerReturned(self)
    if connection == nil {
      uncount()
      releaseMessages()
    }
  }

  /// The deadline passed.
  func timerFired() {
    timer = nil
    connection?.deadlinePassed(self)
  }

  /// The call left its connection: nothing can be sent or received any more.
  func leave(_ error: RPCError?) {
    connection = nil
    if let timer { context.cancel(timer) }
    timer = nil
    pendingEnd = nil
    outgoing = nil
    stalledSince = nil
    wakeWriter(error ?? RPCError(.cancelled, "the call is over"))
    inbox?.finish(error ?? RPCError(.cancelled, "the call is over"))
    if !isHandlerRunning {
      uncount()
      releaseMessages()
    }
  }

  /// Something waits for credit or for the socket.
  var hasOutgoing: Bool { outgoing != nil || relay?.hasAnswers ?? false }

  /// True while neither an End was sent nor one is on its way.
  var isUnanswered: Bool { connection != nil && outcome == nil && pendingEnd == nil }

  func sendHead(_ metadata: Metadata) { connection?.sendHead(self, metadata) }

  /// The handler is told to stop; its slot stays taken until it does.
  func cancelHandler(_ error: RPCError) {
    task?.cancel()
    relay?.callerGone(error)
    inbox?.finish(error)
    wakeWriter(error)
  }

  func wakeWriter(_ error: RPCError?) {
    guard let writer else { return }
    self.writer = nil
    writer.resume(returning: error)
  }

  private func releaseMessages() {
    let budget = session.server.budget
    gatherer.drop(budget)
    if let inbox { budget.give(inbox.dropAll()) }
    dropRequest()
  }

  func dropRequest() {
    request = nil
    if requestCharge > 0 { session.server.budget.give(requestCharge) }
    requestCharge = 0
  }
}

/// What all calls of one connection share.
final class ServerSession: Sendable {
  let server: ServerCore
  let peer: PeerIdentity
  let remoteAddress: String

  init(server: ServerCore, peer: PeerIdentity, remoteAddress: String) {
    self.server = server
    self.peer = peer
    self.remoteAddress = remoteAddress
  }
}
