import Discovery
import DiscoveryCore
import DurableFiles
import InferenceCore
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import ServiceRuntime
import Synchronization
import Telemetry
import WireCodec

/// All replicas of this host: starts and drains them until they are what is wanted, and says which
/// of them are ready.
///
/// A component: it ends after the port, so that no worker goes while a call is in work.
public final class ReplicaHost: Component {
  public let name = "replicas"
  public let instance: String
  public let pool: InferenceSettings.Pool
  private let steps: ReplicaSteps
  private let metrics: MetricsRegistry
  private let logger = Logger(label: "martlet.inference.host")
  private let state = Mutex(State())
  private let announcing = Mutex(Announcing())

  private struct State {
    var order = PlanOrder()
    var desired: [ReplicaIdentity: ReplicaDescription] = [:]
    var replicas: [ReplicaIdentity: Replica] = [:]
    /// What was asked for and cannot be, with the reason.
    var refused: [ReplicaReport] = []
    var isDraining = false
    var emptied: [CheckedContinuation<Void, Never>] = []

    mutating func want(_ descriptions: [ReplicaDescription], _ refused: [ReplicaReport]) {
      desired = Dictionary(descriptions.map { ($0.identity, $0) }) { first, _ in first }
      self.refused = refused
    }
  }

  /// Who is told, and what did not fit last time.
  private struct Announcing {
    var receiver: (@Sendable ([String: Bytes]) -> Void)?
    var leftOut: Set<ServingKey> = []
  }

  /// Replicas of one host.
  static let replicaLimit = 200
  /// Of the registry's attributes; the rest is for what else an instance says of itself. A registry
  /// takes no instance that says more than it allows, so that saying too much would say nothing.
  static let announcedBytes = InstanceLimits().attributeBytes - 1024

  init(
    instance: String,
    pool: InferenceSettings.Pool,
    steps: ReplicaSteps,
    metrics: MetricsRegistry
  ) {
    self.instance = instance
    self.pool = pool
    self.steps = steps
    self.metrics = metrics
    metrics.gauge(
      "martlet_inference_ready_replicas",
      help: "Replicas that answer calls."
    ) { [weak self] in Double(self?.readyCount ?? 0) }
    metrics.gauge(
      "martlet_inference_cache_bytes",
      help: "Model files kept on this host's disk, or reserved for."
    ) { [steps] in Double(steps.cache.usedBytes) }
    metrics.gauge(
      "martlet_inference_in_flight_bytes",
      help: "What the predictions in work hold: requests, tensors and answers."
    ) { [steps] in Double(steps.room.byteCount) }
  }

  /// Who is told of the registry's attributes; at once of those that are true already.
  public func announce(to receiver: @escaping @Sendable ([String: Bytes]) -> Void) {
    announcing.withLock { $0.receiver = receiver }
    announce()
  }

  // MARK: What is wanted

  /// Takes the balancer's plan, unless a newer one came before, and answers how far this host is.
  /// - Throws: INVALID_ARGUMENT for a number that no plan can have, behind which none could follow.
  func assign(
    _ assignments: [ReplicaAssignment],
    revision: UInt64
  ) throws(RPCError) -> AssignReplicasResponse {
    guard revision <= UInt64(Int64.max) else {
      throw RPCError(.invalidArgument, "plan_revision: \(revision) is above 2^63 - 1")
    }
    var desired: [ReplicaDescription] = []
    var refused: [ReplicaReport] = []
    for assignment in assignments {
      do throws(ReplicaProblem) {
        desired.append(try ReplicaDescription(assignment))
      } catch {
        refused.append(ReplicaHost.refusal(assignment, error.description))
      }
    }
    let outdated = state.withLock { state -> PlanOrder.Outdated? in
      do throws(PlanOrder.Outdated) {
        try state.order.accept(revision)
        state.want(desired, refused)
        return nil
      } catch {
        return error
      }
    }
    if let outdated {
      logger.warning(
        "a plan was ignored, as a newer one came before it",
        metadata: ["revision": "\(outdated.revision)", "newest": "\(outdated.newest)"]
      )
      return AssignReplicasResponse(replicas: reports, newestPlanRevision: outdated.newest)
    }
    follow()
    return AssignReplicasResponse(replicas: reports, newestPlanRevision: revision)
  }

  /// From now on the host serves these and nothing else.
  func want(_ descriptions: [ReplicaDescription], refused: [ReplicaReport]) {
    state.withLock { $0.want(descriptions, refused) }
    follow()
  }

  private static func refusal(_ assignment: ReplicaAssignment, _ reason: String) -> ReplicaReport {
    ReplicaReport(
      endpoint: assignment.endpoint,
      variant: assignment.variant,
      model: assignment.model,
      modelVersion: assignment.modelVersion,
      state: .failed,
      failure: reason,
      endpointID: assignment.endpointID
    )
  }

  /// Compares what is with what is wanted, and acts.
  private func follow() {
    let (start, drain) = state.withLock { state -> ([Replica], [Replica]) in
      let plan = AssignmentPlan(
        desired: state.isDraining ? [] : Set(state.desired.keys),
        actual: state.replicas.values.map(\.actual)
      )
      var started: [Replica] = []
      for identity in plan.start where state.replicas.count < ReplicaHost.replicaLimit {
        guard let description = state.desired[identity] else { continue }
        let replica = Replica(description, steps, metrics) { [weak self] in self?.changed($0) }
        state.replicas[identity] = replica
        started.append(replica)
      }
      return (started, plan.drain.compactMap { state.replicas[$0] })
    }
    for replica in start { replica.start() }
    for replica in drain { replica.drain() }
  }

  /// A replica became ready, is not any more, or is gone.
  private func changed(_ replica: Replica) {
    if replica.isUnloaded {
      let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
        if state.replicas[replica.identity] === replica { state.replicas[replica.identity] = nil }
        // Another replica of the same version may go on under the same labels.
        if !state.replicas.values.contains(where: { $0.metrics.labels == replica.metrics.labels }) {
          replica.metrics.remove()
        }
        guard state.replicas.isEmpty else { return [] }
        defer { state.emptied = [] }
        return state.emptied
      }
      for waiter in waiters { waiter.resume() }
    }
    announce()
    follow()
  }

  // MARK: What is

  var reports: [ReplicaReport] {
    let (replicas, refused, waiting) = state.withLock { state in
      let waiting = state.desired.keys.filter { state.replicas[$0] == nil }
      return (Array(state.replicas.values), state.refused, waiting)
    }
    return replicas.sorted { $0.identity < $1.identity }.map(\.report) + refused
      + waiting.sorted().map(ReplicaHost.waiting)
  }

  /// Wanted, and not begun.
  private static func waiting(_ identity: ReplicaIdentity) -> ReplicaReport {
    ReplicaReport(
      endpoint: identity.endpoint,
      variant: identity.variant,
      model: identity.model,
      modelVersion: identity.version,
      state: .failed,
      failure: "this host has \(replicaLimit) replicas, which is the limit, or is stopping",
      endpointID: identity.endpointID
    )
  }

  /// The engine of a loaded model, or what lies in the engine's folder.
  var engine: String {
    for replica in state.withLock({ Array($0.replicas.values) }) where !replica.engine.isEmpty {
      return replica.engine
    }
    return steps.engineFolder.flatMap { OpenVINOEngine.description(in: $0) } ?? ""
  }

  private var readyCount: Int {
    state.withLock { Array($0.replicas.values) }.count { $0.isReady }
  }

  /// What a call finds here.
  enum Finding {
    case ready(Replica)
    /// There is a replica, and this is why it does not answer, in words for any caller.
    case notReady(String)
    case unknown
  }

  /// The replica for a call: the newest of those that are ready and answer to the target.
  func find(_ target: CallTarget, account: String) -> Finding {
    let candidates = state.withLock { state in
      state.replicas.values.filter { $0.description.answers(target, account: account) }
    }
    .sorted { $0.identity < $1.identity }
    if let ready = candidates.first(where: \.isReady) { return .ready(ready) }
    let reports = candidates.map(\.report)
    if reports.contains(where: { $0.state == .failed }) {
      return .notReady("has failed; \(ReplicaHost.whoKnowsWhy)")
    }
    if let report = reports.first { return .notReady("is \(ReplicaHost.word(report.state))") }
    let isRefused = state.withLock { state in
      state.refused.contains { ReplicaHost.isAbout($0, target) }
    }
    return isRefused ? .notReady("cannot be loaded; \(ReplicaHost.whoKnowsWhy)") : .unknown
  }

  /// What a failure says holds paths and what engines say, and is not for everybody who may call.
  private static let whoKnowsWhy = "this installation's operator sees why in the host's description"

  private static func isAbout(_ refusal: ReplicaReport, _ target: CallTarget) -> Bool {
    switch target {
    case .named(let endpoint, _): refusal.endpoint == endpoint
    case .exactly(let key):
      ServingKey(replicaOf: refusal.endpointID, variant: refusal.variant).text == key
    }
  }

  private static func word(_ state: ReplicaState) -> String {
    switch state {
    case .fetching: "fetching its files"
    case .loading: "being loaded"
    case .warming: "warming up"
    case .draining: "on its way out"
    case .ready, .failed, .unspecified, .unrecognized: "not ready"
    }
  }

  private func announce() {
    // The receiver keeps the last; both locks are held, so that the last is the newest.
    announcing.withLock { announcing in
      guard let receiver = announcing.receiver else { return }
      let replicas = state.withLock { Array($0.replicas.values) }
      var attributes: [String: Bytes] = [:]
      var room = ReplicaHost.announcedBytes
      var leftOut: Set<ServingKey> = []
      for replica in replicas.sorted(by: { $0.identity < $1.identity }) where replica.isReady {
        let key = replica.description.servingKey
        guard attributes[key.text] == nil else { continue }
        let value = replica.description.attribute.encoded()
        guard key.text.utf8.count + value.count <= room else {
          leftOut.insert(key)
          continue
        }
        room -= key.text.utf8.count + value.count
        attributes[key.text] = value
      }
      for key in leftOut.subtracting(announcing.leftOut) {
        logger.error(
          "a replica is ready and not announced: the registry takes no more of one instance",
          metadata: ["replica": "\(key)", "limit": "\(ReplicaHost.announcedBytes) bytes"]
        )
      }
      announcing.leftOut = leftOut
      receiver(attributes)
    }
  }

  // MARK: Component

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    let steps = steps
    do {
      try await steps.executor.run {
        // What an earlier start has laid out belongs to nobody.
        try Folder.remove(steps.versionsFolder)
        try Folder.make(steps.versionsFolder)
        try steps.cache.open()
      }
    } catch let error as FileError {
      throw StartupError(
        what: "the state folder cannot be used: \(error)",
        place: error.path,
        remedy: "make it writable for the user of this service",
        exitCode: .cannotCreate
      )
    }
    if steps.engineFolder.flatMap({ OpenVINOEngine.description(in: $0) }) == nil {
      logger.warning(
        "no model can be loaded",
        metadata: ["reason": "\(OpenVINOEngine.absence(in: steps.engineFolder))"]
      )
    }
    lifecycle.started()
    await lifecycle.drainRequested()
    state.withLock { $0.isDraining = true }
    follow()
    await emptied()
  }

  /// Waits until the last replica is unloaded; each is within seconds of its last call.
  private func emptied() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if state.replicas.isEmpty { return true }
        state.emptied.append(continuation)
        return false
      }
      if isEmpty { continuation.resume() }
    }
  }
}
