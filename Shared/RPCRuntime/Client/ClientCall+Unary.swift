import Primitives
import RPC

/// How a try of a unary call failed.
public struct AttemptFailure: Error, Sendable {
  public var error: RPCError
  /// The connection died under the call.
  public var isConnectionLoss: Bool
  /// The server itself ended the call so: it lives.
  public var isServersAnswer: Bool
  /// The server had sent a Head: a handler has spoken to the caller, so there is no other try.
  public var isCommitted = false

  public init(error: RPCError, isConnectionLoss: Bool, isServersAnswer: Bool = false) {
    self.error = error
    self.isConnectionLoss = isConnectionLoss
    self.isServersAnswer = isServersAnswer
  }
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
    // The caller holds what is whole; of an answer that was cut short nobody holds anything.
    releaseMessages()
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
      return failed(end.error ?? RPCError(.unknown, method.path), isServersAnswer: true)
    case .failure(let error): return failed(error, isServersAnswer: false)
    case nil:
      return failed(
        RPCError(.internal, "\(method.path) has no outcome"),
        isServersAnswer: false
      )
    }
  }

  private func failed(
    _ error: RPCError,
    isServersAnswer: Bool
  ) -> Result<Answer, AttemptFailure> {
    var failure = AttemptFailure(
      error: error,
      isConnectionLoss: isConnectionLoss,
      isServersAnswer: isServersAnswer
    )
    failure.isCommitted = head != nil
    return .failure(failure)
  }
}
