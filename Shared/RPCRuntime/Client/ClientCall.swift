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
  let begin: Begin
  let deadline: Instant
  let context: LoopContext
  let maximumAnswerBytes: Int
  let waitsForReady: Bool
  @usableFromInline let arenas: ArenaSource

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
  // Who waits
  var waiter: UnsafeContinuation<Void, Never>?
  var headWaiter: UnsafeContinuation<Void, Never>?
  var writer: UnsafeContinuation<Void, Never>?

  init(
    _ begin: Begin,
    deadline: Instant,
    context: LoopContext,
    maximumAnswerBytes: Int,
    waitsForReady: Bool,
    streams: Bool
  ) {
    method = begin.method
    self.begin = begin
    self.deadline = deadline
    self.context = context
    self.maximumAnswerBytes = maximumAnswerBytes
    self.waitsForReady = waitsForReady
    arenas = ArenaSource(context)
    inbox = streams ? MessageInbox() : nil
  }

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
  func end(_ outcome: Result<End, RPCError>) {
    guard result == nil else { return }
    result = outcome
    if let timer { context.cancel(timer) }
    timer = nil
    pool = nil
    outgoing = nil
    stalledSince = nil
    switch outcome {
    case .success(let end): inbox?.finish(end.error)
    case .failure(let error):
      inbox?.finish(error)
      relay?.upstreamFailed(error)
    }
    if let waiter {
      self.waiter = nil
      waiter.resume()
    }
    if let headWaiter {
      self.headWaiter = nil
      headWaiter.resume()
    }
    wakeWriter()
  }

  func wakeWriter() {
    guard let writer else { return }
    self.writer = nil
    writer.resume()
  }

  func receivedHead(_ metadata: Metadata) {
    if head == nil { head = metadata }
    if let headWaiter {
      self.headWaiter = nil
      headWaiter.resume()
    }
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

// MARK: - The caller's side

extension ClientCall {
  /// Ends the call for this side, from any thread: a Cancel leaves if it still runs.
  public func cancel() {
    confined.run { $0.fail(RPCError(.cancelled, "the caller cancelled \($0.method.path)")) }
  }

  /// The caller reads and writes no more.
  @usableFromInline
  func leave() {
    confined.run { call in
      call.fail(RPCError(.cancelled, "the caller left \(call.method.path)"))
      call.releaseMessages()
    }
  }

  /// The next message of the answer; nil after the last of a call that went well.
  @usableFromInline
  func nextResponse() async throws(RPCError) -> Bytes? {
    let item: MessageInbox.Item = await onLoop {
      guard let inbox = self.inbox else { return .end }
      if let ready = inbox.takeNow() { return ready }
      return await withTaskCancellationHandler {
        await withUnsafeContinuation { inbox.park($0) }
      } onCancel: {
        self.cancel()
      }
    }
    switch item {
    case .message(let entry):
      context.budget.give(entry.chargedBytes)
      confined.run { $0.connection?.took(entry.cost, of: $0) }
      return entry.bytes
    case .end: return nil
    case .failure(let error): throw error
    }
  }

  @usableFromInline
  func write(_ encode: MessageSource) async throws(RPCError) {
    var message: OutgoingMessage?
    var isSent = false
    arenas.withArena { arena in
      encode(arena) { packed in
        if self.context.loop.isCurrent, self.connection?.sendWhole(self, packed) == true {
          isSent = true
        } else {
          message = OutgoingMessage(packed)
        }
      }
    }
    if isSent { return }
    let packed = message
    let failure: RPCError? = await onLoop {
      guard let packed else { return nil }
      guard self.result == nil, !self.isSendingClosed else {
        return self.error ?? RPCError(.failedPrecondition, "this side has finished sending")
      }
      self.send(packed)
      if self.outgoing != nil {
        await withTaskCancellationHandler {
          await withUnsafeContinuation { continuation in
            // A task that was cancelled before has ended the call by now.
            if self.outgoing == nil { return continuation.resume() }
            self.writer = continuation
          }
        } onCancel: {
          self.cancel()
        }
      }
      return self.error
    }
    if let failure { throw failure }
  }

  private func send(_ message: OutgoingMessage) {
    precondition(outgoing == nil, "two tasks write one stream of messages")
    outgoing = message
    connection?.messageWaits(self)
  }

  @usableFromInline
  func finishSending() async {
    confined.run { call in
      guard call.result == nil, !call.isSendingClosed, !call.closesAfterOutgoing else { return }
      call.closesAfterOutgoing = true
      call.connection?.closeSendingIfDue(call)
    }
  }

  @usableFromInline
  func awaitHead() async -> Metadata {
    await onLoop {
      if self.head == nil, self.result == nil {
        await withTaskCancellationHandler {
          await withUnsafeContinuation { continuation in
            if self.result != nil { return continuation.resume() }
            self.headWaiter = continuation
          }
        } onCancel: {
          self.cancel()
        }
      }
      return self.head ?? Metadata()
    }
  }

  @usableFromInline
  func currentTrailers() async -> Metadata {
    await onLoop {
      switch self.result {
      case .none: Metadata()
      case .success(let end): end.metadata
      case .failure(let error): error.trailers
      }
    }
  }

  /// Runs `body` on the call's loop: at once where the task is there already.
  private func onLoop<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    if context.loop.isCurrent { return await body() }
    return await withTaskExecutorPreference(context.loop) { await body() }
  }
}
