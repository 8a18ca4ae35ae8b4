import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import RPC
import RPCRuntime

/// Passes calls for endpoints on to a host with a ready replica, without decoding them.
struct EndpointForwarder: CallForwarder {
  /// Who may call endpoints here. Hosts do not: what they pass on goes from host to host.
  static let callers: Set<String> = ["gateway", "operator"]
  /// By this label hosts say which pool they are of.
  static let managedPool = "\(HostPool.label)=\(HostPool.managed)"

  let book: EndpointBook
  let hosts: RoleChannel

  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    switch CallTarget(call.target) {
    case .service("balancer"): return .answerHere
    case .service(let role):
      throw RPCError(
        .notFound,
        "the balancer does not pass calls on to services; ask the gateway for \(role)",
        isNotStarted: true
      )
    case nil:
      throw RPCError(
        .invalidArgument,
        "the target is not of the form endpoints/NAME or endpoints/NAME/VARIANT",
        isNotStarted: true
      )
    case .endpoint(let name, let variant):
      guard EndpointForwarder.callers.contains(call.peer.role ?? "") else {
        throw RPCError(
          .permissionDenied,
          "endpoints are called here by role gateway or operator, not by \(call.peer)",
          isNotStarted: true
        )
      }
      return .forward(
        try route(String(name), variant, EndpointsAnswers.account(call.principal))
      )
    }
  }

  private func route(
    _ name: String,
    _ variant: Substring?,
    _ account: String
  ) throws(RPCError) -> ForwardRoute {
    guard let endpoint = book.route(name, of: account) else { throw EndpointErrors.missing(name) }
    let metrics = endpoint.metrics
    if let variant, variant != endpoint.variant {
      metrics.refused(.notFound)
      throw RPCError(
        .notFound,
        "endpoint \(name) has no variant \(variant); it has \(endpoint.variant)"
      )
    }
    switch endpoint.phase {
    case .creating, .inService, .failed: break
    case .deleting:
      metrics.refused(.notFound)
      throw RPCError(.notFound, "endpoint \(name) is being deleted")
    }
    let policy = PickPolicyName(endpoint.policy)
    let onEnd: ForwardObserver = { code, _, latency in metrics.ended(code, latency) }
    do throws(RPCError) {
      return try hosts.route(serving: endpoint.servingKey, policy: policy, onEnd: onEnd)
    } catch {
      if endpoint.kind == .managed, endpoint.mayBeUnannounced,
        let route = try? hosts.route(
          serving: EndpointForwarder.managedPool,
          policy: policy,
          onEnd: onEnd
        )
      {
        // A host of the pool that has no replica passes the call on to one that has.
        return route
      }
      metrics.refused(.unavailable)
      let reason = book.entry(name)?.machine.reason ?? ""
      throw EndpointErrors.notReady(name, reason.isEmpty ? error.message : reason)
    }
  }
}

extension PickPolicyName {
  init(_ policy: RoutingChoice) {
    switch policy {
    case .roundRobin: self = .roundRobin
    case .leastOutstandingRequests: self = .leastOutstandingRequests
    }
  }
}
