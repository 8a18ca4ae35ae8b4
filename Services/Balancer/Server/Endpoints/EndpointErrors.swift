import BalancerCore
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

  static func isChanging(_ name: String) -> RPCError {
    RPCError(
      .aborted,
      "endpoint \(name) is being created or deleted at this moment; try again",
      retryAfter: .seconds(1)
    )
  }

  /// Why exactly is for those who may look at the endpoint: hosts' words name folders and engines.
  static func notReady(_ name: String, _ phase: EndpointPhase) -> RPCError {
    let state =
      switch phase {
      case .creating: "it is being created"
      case .inService: "its hosts are away or starting"
      case .failed: "no host could load it"
      }
    return RPCError(
      .unavailable,
      "endpoint \(name) has no replica that is ready: \(state); "
        + "`martlet endpoints \(name)` says more",
      retryAfter: .seconds(1),
      isNotStarted: true
    )
  }
}
