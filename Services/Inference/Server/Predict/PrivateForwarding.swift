import Discovery
import DiscoveryCore
import InferenceCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry

/// Passes a prediction for an endpoint that this host has no ready replica of on to one that has:
/// any host of the pool takes any call, and the balancer's view may lag behind.
///
/// One hop at most: what another inference host sent is answered here or not at all.
struct PrivateForwarding: CallForwarder {
  private let host: ReplicaHost
  private let directory: any ReplicaDirectory
  private let forwarded: Counter

  /// Who may ask for predictions (as the proto says), without those that have been forwarded once.
  private static let callers: Set<String> = ["gateway", "balancer", "operator"]

  init(_ host: ReplicaHost, _ directory: any ReplicaDirectory, _ metrics: MetricsRegistry) {
    self.host = host
    self.directory = directory
    forwarded = metrics.counter(
      "martlet_inference_forwarded_total",
      help: "Predictions that this host passed on to another one with a ready replica."
    )
  }

  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    let target: CallTarget
    do throws(CallTarget.Problem) {
      // Calls to the service itself; whether they may be made is for their methods to say.
      guard let parsed = try CallTarget(call.target) else { return .answerHere }
      target = parsed
    } catch {
      throw RPCError(.invalidArgument, error.description, isNotStarted: true)
    }
    guard call.method == InferenceMethods.predict.path else { return .answerHere }
    let account = call.principal?.account ?? ReplicaDescription.defaultAccount
    let local: String?
    switch host.find(target, account: account) {
    case .ready: return .answerHere
    case .notReady(let why): local = why
    case .unknown: local = nil
    }
    guard let role = call.peer.role, PrivateForwarding.callers.contains(role) else {
      // The handler knows what to say, and the method who may call.
      return .answerHere
    }
    do throws(RPCError) {
      let route = try directory.route(to: target)
      forwarded.add()
      return .forward(route)
    } catch {
      if let local { throw InferenceAnswers.unavailable(target.endpoint, local) }
      guard directory.knows(target) else {
        throw InferenceAnswers.unknown(target.endpoint, askedBy: role)
      }
      throw error
    }
  }
}

/// Where the other hosts' replicas are.
protocol ReplicaDirectory: Sendable {
  /// The way to another host with a ready replica. On the call's loop; never waits.
  /// - Throws: UNAVAILABLE when there is none.
  func route(to target: CallTarget) throws(RPCError) -> ForwardRoute

  /// Whether any other host says that it has one, reachable or not.
  func knows(_ target: CallTarget) -> Bool
}

/// What the hosts say of themselves in the registry.
struct RegistryDirectory: ReplicaDirectory {
  let channel: RoleChannel
  let own: InstanceKey

  func route(to target: CallTarget) throws(RPCError) -> ForwardRoute {
    try channel.route(serving: target.attribute, avoiding: own)
  }

  func knows(_ target: CallTarget) -> Bool {
    channel.instances.contains {
      $0.instance.key != own && $0.instance.attributes[target.attribute] != nil
    }
  }
}
