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
  /// Starts the call and waits for its end; `takeAnswer` and `attemptFailure` say what it was. On
  /// the call's loop.
  ///
  /// It answers nothing itself: what a suspended call keeps on its task is what hundreds of calls
  /// in flight keep in the processor's cache.
  func run(_ start: () -> Void) async {
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
  }

  /// The answer of a call that went well, once; nil for every other one. After its end, when
  /// nobody else touches the call any more.
  @inline(never)
  func takeAnswer() -> Answer? {
    let bytes = answer ?? Bytes()
    answer = nil
    // The caller holds what is whole; of an answer that was cut short nobody holds anything.
    releaseMessages()
    guard case .success(let end)? = result, end.code == .ok else { return nil }
    return Answer(
      bytes: bytes,
      head: head ?? Metadata(),
      trailers: end.metadata,
      load: end.load,
      arenas: arenas
    )
  }

  /// Why a call that brought no answer failed. After its end.
  @inline(never)
  var attemptFailure: AttemptFailure {
    var failure: AttemptFailure
    switch result {
    case .success(let end):
      failure = AttemptFailure(
        error: end.error ?? RPCError(.unknown, method.path),
        isConnectionLoss: isConnectionLoss,
        isServersAnswer: true
      )
    case .failure(let error):
      failure = AttemptFailure(error: error, isConnectionLoss: isConnectionLoss)
    case nil:
      failure = AttemptFailure(
        error: RPCError(.internal, "\(method.path) has no outcome"),
        isConnectionLoss: isConnectionLoss
      )
    }
    failure.isCommitted = head != nil
    return failure
  }
}
