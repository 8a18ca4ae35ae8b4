import Primitives
import RPC

/// How a try of a unary call failed.
struct AttemptFailure: Error {
  var error: RPCError
  var isConnectionLoss: Bool
}

extension ClientCall {
  /// Starts the call and waits for its outcome. On the call's loop.
  func unaryResult(_ start: () -> Void) async -> Result<Answer, AttemptFailure> {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        // A task that was cancelled before has ended the call by now.
        if result != nil { return continuation.resume() }
        waiter = continuation
        start()
      }
    } onCancel: {
      self.cancel()
    }
    let bytes = answer ?? Bytes()
    answer = nil
    let charge = answerCharge
    answerCharge = 0
    if charge > 0 { context.budget.give(charge) }
    switch result {
    case .success(let end) where end.code == .ok:
      return .success(
        Answer(
          bytes: bytes,
          head: head ?? Metadata(),
          trailers: end.metadata,
          load: end.load,
          arenas: arenas
        )
      )
    case .success(let end):
      return .failure(
        AttemptFailure(
          error: end.error ?? RPCError(.unknown, method.path),
          isConnectionLoss: false
        )
      )
    case .failure(let error):
      return .failure(AttemptFailure(error: error, isConnectionLoss: isConnectionLoss))
    case nil:
      return .failure(
        AttemptFailure(
          error: RPCError(.internal, "\(method.path) has no outcome"),
          isConnectionLoss: false
        )
      )
    }
  }
}
