import Discovery
import DiscoveryCore
import InferenceCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry
import WireCodec

/// Passes a prediction that no ready replica of this host is for on to a host that has one: any
/// host of the pool takes any call, and the balancer's view may lag behind.
///
/// What the balancer sends says which replica exactly is meant, and goes on for that one alone.
/// What comes by an endpoint's name (from an operator, who asks this very host) goes on for what
/// the name stands for by the registry; see `RegistryDirectory`.
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
    case .ready(let replica):
      // Before its bytes come here: what no handler has seen may go elsewhere at once.
      if let full = replica.gate.refusal {
        replica.metrics.refused(full)
        throw full.error(replica.identity.endpoint)
      }
      return .answerHere
    case .notReady(let why): local = why
    case .unknown: local = nil
    }
    guard let role = call.peer.role, PrivateForwarding.callers.contains(role) else {
      // The handler knows what to say, and the method who may call.
      return .answerHere
    }
    do throws(RPCError) {
      guard let route = try directory.route(to: target, account: account) else {
        if let local { throw InferenceAnswers.unavailable(target.words, local) }
        throw InferenceAnswers.unknown(target, askedBy: role)
      }
      forwarded.add()
      return .forward(route)
    } catch {
      if let local { throw InferenceAnswers.unavailable(target.words, local) }
      throw error
    }
  }
}

/// Where the other hosts' replicas are.
protocol ReplicaDirectory: Sendable {
  /// The way to another host with a ready replica; nil when none is known by that name. On the
  /// call's loop; never waits. A name costs a look at all that all hosts announce; a key costs
  /// nothing.
  /// - Throws: UNAVAILABLE when nobody who has one can be reached.
  func route(to target: CallTarget, account: String) throws(RPCError) -> ForwardRoute?
}

/// What the hosts say of themselves in the registry.
///
/// A name stands for the newest managed endpoint of the account that any host announces, reachable
/// or not; where there is none, for the copy of the highest version.
struct RegistryDirectory: ReplicaDirectory {
  let channel: RoleChannel
  let own: InstanceKey

  func route(to target: CallTarget, account: String) throws(RPCError) -> ForwardRoute? {
    let key: String
    switch target {
    case .exactly(let exact): key = exact
    case .named(let endpoint, let variant):
      let meant = others.flatMap(\.attributes).compactMap { name, value in
        Announced(name, value, endpoint: endpoint, variant: variant, account: account)
      }
      .max()
      guard let meant else { return nil }
      key = meant.key
    }
    return try channel.route(serving: key, avoiding: own).addressed(to: key)
  }

  private var others: some Sequence<Instance> {
    channel.instances.lazy.map(\.instance).filter { $0.key != own }
  }
}

/// A replica that a host announces and a name may stand for; the greatest is meant.
private struct Announced: Comparable {
  let key: String
  private let isManaged: Bool
  private let version: UInt32

  /// Nil when it is of another endpoint, variant or account, or no replica at all.
  init?(_ name: String, _ value: Bytes, endpoint: String, variant: String?, account: String) {
    guard let key = ServingKey(name), let said = try? ReplicaAttribute(decoding: value),
      said.endpoint == endpoint, said.account == account,
      (variant ?? said.variant) == said.variant
    else { return nil }
    self.key = name
    isManaged = key.kind == .replica
    version = said.modelVersion
  }

  /// Ids of endpoints rise with the time of their creation, and so do keys that begin with them.
  static func < (left: Announced, right: Announced) -> Bool {
    if left.isManaged != right.isManaged { return right.isManaged }
    if !left.isManaged, left.version != right.version { return left.version < right.version }
    return left.key < right.key
  }
}
