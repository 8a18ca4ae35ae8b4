import RPC

/// Code around every handler of a server, in the order given: admission, auditing, tracing.
public protocol ServerInterceptor: Sendable {
  /// Calls `next` to go on, or throws to end the call before its handler has seen it.
  func intercept(_ context: CallContext, next: () async -> Void) async throws
}
