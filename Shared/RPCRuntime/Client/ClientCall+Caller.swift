import Primitives
import RPC
import Transport
import WireCodec

/// The caller's side of a call, from any thread.
///
/// What belongs to the loop is done there, before the caller is woken: code behind an `await` here
/// may run anywhere and touches nothing of it.
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

  // MARK: Answers

  /// The next message of the answer; nil after the last of a call that went well.
  @usableFromInline
  func nextResponse() async throws(RPCError) -> Bytes? {
    let item: MessageInbox.Item
    if context.loop.isCurrent, let ready = takeAnswerNow() {
      item = ready
    } else {
      item = await withTaskCancellationHandler {
        await withUnsafeContinuation { continuation in
          confined.run { call in
            if let ready = call.takeAnswerNow() {
              continuation.resume(returning: ready)
            } else {
              call.inbox?.park(continuation)
            }
          }
        }
      } onCancel: {
        self.cancel()
      }
    }
    switch item {
    case .message(let entry): return entry.bytes
    case .end: return nil
    case .failure(let error): throw error
    }
  }

  /// On the loop.
  private func takeAnswerNow() -> MessageInbox.Item? {
    guard let inbox else { return .end }
    guard let item = inbox.takeNow() else { return nil }
    if case .message(let entry) = item { tookAnswer(entry) }
    return item
  }

  /// A message has left the inbox: its charge and its credit return. On the loop.
  func tookAnswer(_ entry: MessageInbox.Entry) {
    context.budget.give(entry.chargedBytes)
    connection?.took(entry.cost, of: self)
  }

  @usableFromInline
  func awaitHead() async -> Metadata {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        confined.run { call in
          if call.head == nil, call.result == nil, !call.isPastHead {
            call.headWaiter = continuation
          } else {
            continuation.resume(returning: call.head ?? Metadata())
          }
        }
      }
    } onCancel: {
      self.cancel()
    }
  }

  /// The server has answered with OK.
  @usableFromInline
  func hasEndedWell() async -> Bool {
    await read { call in
      if case .success(let end) = call.result { end.code == .ok } else { false }
    }
  }

  @usableFromInline
  func currentTrailers() async -> Metadata {
    await read { call in
      switch call.result {
      case .none: Metadata()
      case .success(let end): end.metadata
      case .failure(let error): error.trailers
      }
    }
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (ClientCall) -> Value
  ) async -> Value {
    if context.loop.isCurrent { return body(self) }
    return await withUnsafeContinuation { continuation in
      confined.run { continuation.resume(returning: body($0)) }
    }
  }

  // MARK: Requests

  @usableFromInline
  func write(_ encode: MessageSource) async throws(RPCError) {
    var message: OutgoingMessage?
    arenas.withArena { arena in
      encode(arena) { packed in
        if self.context.loop.isCurrent, self.connection?.sendWhole(self, packed) == true { return }
        message = OutgoingMessage(packed)
      }
    }
    guard let waiting = message else { return }
    let failure: RPCError? = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        confined.run { $0.send(waiting, continuation) }
      }
    } onCancel: {
      self.cancel()
    }
    if let failure { throw failure }
  }

  /// Sends a message and wakes its writer when all of it has left. On the loop.
  private func send(
    _ message: OutgoingMessage,
    _ continuation: UnsafeContinuation<RPCError?, Never>
  ) {
    guard result == nil, !isSendingClosed, !closesAfterOutgoing else {
      return continuation.resume(
        returning: error ?? RPCError(.failedPrecondition, "this side has finished sending")
      )
    }
    precondition(outgoing == nil && writer == nil, "two tasks write one stream of messages")
    outgoing = message
    connection?.messageWaits(self)
    if outgoing == nil { return continuation.resume(returning: error) }
    writer = continuation
  }

  @usableFromInline
  func finishSending() async {
    confined.run { call in
      guard call.result == nil, !call.isSendingClosed, !call.closesAfterOutgoing else { return }
      call.closesAfterOutgoing = true
      call.connection?.closeSendingIfDue(call)
    }
  }
}
