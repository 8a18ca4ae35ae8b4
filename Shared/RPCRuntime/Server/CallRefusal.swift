import RPC

/// Thrown by a handler that has done nothing for its call and will not: as where a server is full.
/// Its caller is told that the call did not start, and may send it elsewhere, whether or not the
/// method is idempotent. Whoever has begun anything throws an `RPCError` instead.
public struct CallRefusal: Error {
  public let error: RPCError

  public init(_ error: RPCError) { self.error = error }
}
