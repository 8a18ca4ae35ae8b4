import Primitives
import RPC
import Transport
import WireCodec

/// One call as its caller holds it.
// `@unchecked`: the `let`s are constant; every `var` belongs to the loop, which the methods below
// hop to or check.
public final class ClientCall: @unchecked Sendable, TimerTarget {
  // MARK: Constant

  public let method: Method
  /// What all tries of the call share; nil for the far half of a forwarded one.
  let plan: CallPlan?
  /// This try's own span.
  let trace: TraceContext?
  /// 0 for the first try.
  let attempt: UInt32
  let deadline: Instant
  let context: LoopContext

  // MARK: Of the loop

  /// Nil while the call waits for a connection, and after it has ended.
  var connection: ClientConnectionHandler?
  /// Until the call has ended.
  var pool: ConnectionPool?
  var slot = -1
  var timer: LoopContext.Timer?
  /// Set once: how the call ended.
  var result: Result<End, RPCError>?
  var isConnectionLoss = false
  var head: Metadata?
  /// Messages have begun to come: no metadata comes ahead of them any more.
  var isPastHead = false
  // Sending
  var outgoing: OutgoingMessage?
  /// The sending side closes after `outgoing`.
  var closesAfterOutgoing = false
  var isSendingClosed = false
  var stalledSince: Instant?
  // Receiving
  var answer: Bytes?
  var gatherer = MessageGatherer()
  var answerCharge = 0
  let inbox: MessageInbox?
  /// Set when the call is the far half of a forwarded one: then frames go there, not to a caller.
  var relay: Relay?
  var deferredCredit = 0
  /// Whoever balances calls wants to know how this one ended.
  var onEnd: (@Sendable (CallOutcome) -> Void)?
  // Who waits
  var waiter: UnsafeContinuation<Void, Never>?
  var headWaiter: UnsafeContinuation<Metadata, Never>?
  var writer: UnsafeContinuation<RPCError?, Never>?

  init(
    _ method: Method,
    plan: CallPlan?,
    trace: TraceContext?,
    attempt: UInt32,
    deadline: Instant,
    context: LoopContext,
    streams: Bool
  ) {
    self.method = method
    self.plan = plan
    self.trace = trace
    self.attempt = attempt
    self.deadline = deadline
    self.context = context
    inbox = streams ? MessageInbox() : nil
  }

  /// A forwarder holds no messages, so it has no limit for them.
  var maximumAnswerBytes: Int { plan?.maximumAnswerBytes ?? .max }
  var waitsForReady: Bool { plan?.waitsForReady ?? false }
  @usableFromInline var arenas: ArenaSource { ArenaSource(context) }

  var confined: LoopConfined<ClientCall> { LoopConfined(self, loop: context.loop) }

  // MARK: The end

  func timerFired() {
    timer = nil
    fail(
      RPCError(
        .deadlineExceeded,
        "\(method.path) was not answered in time",
        isNotStarted: connection == nil && result == nil && slot < 0
      )
    )
  }

  /// This side gives the call up: the caller is told now, the server by a Cancel.
  func fail(_ error: RPCError) {
    guard result == nil else { return }
    let connection = connection
    let pool = pool
    end(.failure(error))
    connection?.cancel(self, code: error.code)
    pool?.forget(self)
  }

  /// The call is over. Whoever waits for it is woken.
  func end(_ outcome: consuming Result<End, RPCError>) {
    guard result == nil else { return }
    result = consume outcome
    if let timer { context.cancel(timer) }
    timer = nil
    pool = nil
    outgoing = nil
    stalledSince = nil
    if inbox != nil || relay != nil { passOnEnd() }
    if let waiter {
      self.waiter = nil
      waiter.resume()
    }
    wakeHeadWaiter()
    wakeWriter()
    tellOutcome()
  }

  /// Whoever reads the answers as they come is told that no more do.
  private func passOnEnd() {
    inbox?.finish(error)
    if case .failure(let error)? = result { relay?.upstreamFailed(error) }
  }

  func wakeWriter() {
    guard let writer else { return }
    self.writer = nil
    writer.resume(returning: error)
  }

  func receivedHead(_ metadata: Metadata) {
    if head == nil { head = metadata }
    wakeHeadWaiter()
  }

  /// Whoever waits for a Head that was not sent would otherwise leave the messages unread, and the
  /// server without credit.
  func receivedMessageData() {
    guard !isPastHead else { return }
    isPastHead = true
    wakeHeadWaiter()
  }

  private func wakeHeadWaiter() {
    guard let headWaiter else { return }
    self.headWaiter = nil
    headWaiter.resume(returning: head ?? Metadata())
  }

  /// Something waits for credit or for the socket.
  var hasOutgoing: Bool { outgoing != nil || relay?.hasRequests ?? false }

  var error: RPCError? {
    switch result {
    case .none: nil
    case .success(let end): end.error
    case .failure(let error): error
    }
  }

  /// Gives the charges of what nobody took back.
  func releaseMessages() {
    gatherer.drop(context.budget)
    if let inbox { context.budget.give(inbox.dropAll()) }
    context.budget.give(answerCharge)
    answerCharge = 0
  }
}
