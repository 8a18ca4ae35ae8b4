import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import RPC
import RPCRuntime

/// Passes calls for endpoints on to a host with a ready replica, without decoding them. What a name
/// stands for is said here: the call goes on for that very endpoint, not for the name.
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
        try route(
          EndpointKey(
            account: EndpointsAnswers.account(call.principal),
            name: String(name)
          ),
          variant
        )
      )
    }
  }

  private func route(
    _ key: EndpointKey,
    _ variant: Substring?
  ) throws(RPCError) -> ForwardRoute {
    guard let endpoint = book.route(key) else { throw EndpointErrors.missing(key.name) }
    let metrics = endpoint.metrics
    if let variant, variant != endpoint.variant {
      metrics.refused(.notFound)
      throw RPCError(
        .notFound,
        "endpoint \(key.name) has no variant \(variant); it has \(endpoint.variant)"
      )
    }
    let policy = PickPolicyName(endpoint.policy)
    let onEnd: ForwardObserver = { code, _, latency in metrics.ended(code, latency) }
    do throws(RPCError) {
      return try hosts.route(serving: endpoint.servingKey, policy: policy, onEnd: onEnd)
        .addressed(to: endpoint.servingKey)
    } catch {
      if endpoint.kind == .managed, endpoint.mayBeUnannounced,
        let route = try? hosts.route(
          serving: EndpointForwarder.managedPool,
          policy: policy,
          onEnd: onEnd
        )
      {
        // A host of the pool that has no replica passes the call on to one that has.
        return route.addressed(to: endpoint.servingKey)
      }
      metrics.refused(.unavailable)
      throw EndpointErrors.notReady(key.name, endpoint.phase)
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
