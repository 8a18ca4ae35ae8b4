import Primitives
import RPC

/// Somebody at the caller's side of a forwarded call, such as a public door: may say failures in
/// words of its own, and hears how the call ended. Payloads are counted and not looked at.
public struct ForwardWatch: Sendable {
  let retell: @Sendable (_ error: RPCError, _ trace: TraceContext) -> RPCError?
  let onEnd: @Sendable (ForwardOutcome) -> Void

  /// - Parameters:
  ///   - retell: What the caller is told in place of a failure behind this process or on the way
  ///     there; nil = the failure as it is.
  ///   - onEnd: Called once, when nothing of the call is left here, whoever ended it.
  ///
  /// Both are called on the call's loop and must not block.
  public init(
    retell: @escaping @Sendable (_ error: RPCError, _ trace: TraceContext) -> RPCError?,
    onEnd: @escaping @Sendable (ForwardOutcome) -> Void
  ) {
    self.retell = retell
    self.onEnd = onEnd
  }
}

/// How a forwarded call ended, as this process saw it.
public struct ForwardOutcome: Sendable {
  public let code: StatusCode
  /// The words that came from behind, before anybody retold them; empty when the call went well.
  public let message: String
  public let trace: TraceContext
  /// Payload bytes from the caller, and from behind.
  public let requestBytes: Int
  public let answerBytes: Int
  /// From the call's Begin until nothing of it was left.
  public let duration: Duration
}
