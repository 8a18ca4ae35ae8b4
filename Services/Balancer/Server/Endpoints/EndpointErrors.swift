import RPC

/// What callers are told about endpoints.
enum EndpointErrors {
  static func missing(_ name: String) -> RPCError {
    RPCError(.notFound, "there is no endpoint \(name); `martlet endpoints` lists them")
  }

  static func exists(_ name: String, _ difference: String) -> RPCError {
    RPCError(
      .alreadyExists,
      "endpoint \(name) exists, and \(difference); delete it first, or give another name"
    )
  }

  static func beingDeleted(_ name: String) -> RPCError {
    RPCError(
      .aborted,
      "endpoint \(name) is being deleted; wait until it is gone and try again",
      retryAfter: .seconds(1)
    )
  }

  static func notReady(_ name: String, _ reason: String) -> RPCError {
    RPCError(
      .unavailable,
      "endpoint \(name) has no replica that is ready: \(reason)",
      retryAfter: .seconds(1),
      isNotStarted: true
    )
  }
}
