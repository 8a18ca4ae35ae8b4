import DiscoveryCore
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry

/// A registry: the service that any executable can answer beside its own.
///
/// Instances register under the identity of their certificates; every service of the suite may
/// watch. It keeps its list in memory, within `MembershipLimits`. Make one a process, and hand it
/// to the server with the other services; leases run as long as it lives.
public final class RegistryHost: RegistryService {
  private struct State {
    var membership: Membership
    var nextWatcher: UInt64 = 0
    /// Woken on every change of their role.
    var watchers: [String: [WatcherID: AsyncStream<Void>.Continuation]] = [:]
    var wakeAt: Instant?
    var isEnding = false
  }

  private let state: Mutex<State>
  private let suite: String
  private let alarm = Alarm()
  private let logger: Logger

  /// - Parameter suite: The suite that certificates must be of: the first part of their URI.
  public init(
    suite: String,
    terms: LeaseTerms = LeaseTerms(),
    limits: MembershipLimits = MembershipLimits(),
    metrics: MetricsRegistry? = nil,
    logger: Logger = Logger(label: "martlet.registry")
  ) {
    var system = SystemRandomNumberGenerator()
    self.suite = suite
    self.logger = logger
    state = Mutex(
      State(
        membership: Membership(
          suite: suite,
          epoch: system.next(),
          terms: terms,
          limits: limits,
          now: .now
        )
      )
    )
    if let metrics { register(metrics) }
  }

  /// Who is listed under a role, sorted by id.
  public func instances(role: String) -> [Instance] {
    state.withLock { $0.membership.instances(role: role) }
  }

  /// Ends all watches, and takes no new ones: they have no end of their own, and a port that drains
  /// waits for its calls. Watchers keep what they know and come again. Call it before the port
  /// drains.
  public func endWatches() {
    let watchers = state.withLock { state in
      state.isEnding = true
      return state.watchers.values.flatMap(\.values)
    }
    for watcher in watchers { watcher.finish() }
  }

  private static let goingAway = RPCError(
    .unavailable,
    "the registry is going away; watch again later",
    retryAfter: .seconds(1)
  )

  // MARK: Instances

  public func register(
    _ request: RegisterInstanceRequest,
    context: CallContext
  ) async throws -> RegisterInstanceResponse {
    let instance: Instance
    do throws(InstanceProblem) {
      guard let description = request.instance else {
        throw InstanceProblem("instance", "is missing")
      }
      instance = try Instance(description)
    } catch {
      throw RPCError(RegistryError.invalid(error))
    }
    let peer = context.peer
    switch change({ $0.register(instance, from: peer, now: .now) }) {
    case .refused(let error):
      logger.info(
        "a registration was refused",
        metadata: ["instance": "\(instance.key)", "reason": "\(error)"]
      )
      throw RPCError(error)
    case .granted(let grant, let change, let wakeAt):
      wake(change)
      setAlarm(wakeAt)
      if change != nil {
        logger.info(
          "an instance is listed",
          metadata: [
            "instance": "\(instance.key)", "generation": "\(instance.generation)",
            "condition": "\(instance.condition)", "addresses": "\(instance.addresses)",
          ]
        )
      }
      return RegisterInstanceResponse(grant: LeaseGrant(grant))
    }
  }

  public func renew(
    _ request: RenewLeaseRequest,
    context: CallContext
  ) async throws -> RenewLeaseResponse {
    let key = InstanceKey(role: request.role, id: request.id)
    let peer = context.peer
    switch change({
      $0.renew(key, generation: request.generation, from: peer, now: .now)
    }) {
    case .refused(let error): throw RPCError(error)
    case .renewed(let grant): return RenewLeaseResponse(grant: LeaseGrant(grant))
    }
  }

  public func drain(
    _ request: DrainInstanceRequest,
    context: CallContext
  ) async throws -> DrainInstanceResponse {
    try checkWatcher(context.peer)
    let key = InstanceKey(role: request.role, id: request.id)
    switch change({ $0.drain(key, generation: request.generation) }) {
    case .refused(let error): throw RPCError(error)
    case .unchanged: break
    case .drained(let delta):
      wake(delta)
      logger.info("an instance was told to drain", metadata: ["instance": "\(key)"])
    }
    return DrainInstanceResponse()
  }

  public func deregister(
    _ request: DeregisterInstanceRequest,
    context: CallContext
  ) async throws -> DeregisterInstanceResponse {
    let key = InstanceKey(role: request.role, id: request.id)
    let peer = context.peer
    switch change({
      $0.deregister(key, generation: request.generation, from: peer, now: .now)
    }) {
    case .refused(let error): throw RPCError(error)
    case .unchanged: break
    case .departed(let delta):
      wake(delta)
      logger.info("an instance has left", metadata: ["instance": "\(key)"])
    }
    return DeregisterInstanceResponse()
  }

  // MARK: Watchers

  public func watch(
    _ request: WatchRoleRequest,
    to responses: ResponseWriter<WatchRoleResponse>,
    context: CallContext
  ) async throws {
    try checkWatcher(context.peer)
    try await follow(request) { try await responses.write($0) }
  }

  /// What a watcher gets, until the task is cancelled: then it throws `CancellationError`.
  func follow(
    _ request: WatchRoleRequest,
    _ send: (WatchRoleResponse) async throws -> Void
  ) async throws {
    let (wakes, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let role = request.role
    let position = request.position.map { Position($0) }
    guard !state.withLock({ $0.isEnding }) else { throw RegistryHost.goingAway }
    let (watcher, answer) = state.withLock { state -> (WatcherID, OnWatch) in
      state.nextWatcher += 1
      let watcher = WatcherID(state.nextWatcher)
      let answer = state.membership.watch(watcher, role: role, from: position, now: .now)
      switch answer {
      case .snapshot, .resumed:
        state.watchers[role, default: [:]][watcher] = continuation
        if state.isEnding { continuation.finish() }
      case .refused: break
      }
      return (watcher, answer)
    }
    defer { forget(watcher, role) }
    switch answer {
    case .refused(let error): throw RPCError(error)
    case .snapshot(let snapshot):
      for page in snapshot.pages {
        try await send(WatchRoleResponse(event: .page(page)))
      }
    case .resumed(let batch): try await write(batch, send)
    }
    var iterator = wakes.makeAsyncIterator()
    while true {
      switch state.withLock({ $0.membership.poll(watcher) }) {
      case .batch(let batch): try await write(batch, send)
      case .upToDate:
        guard await iterator.next() != nil else {
          // Either the watcher has left or the registry goes.
          try Task.checkCancellation()
          throw RegistryHost.goingAway
        }
      case .compacted, .unknown:
        throw RPCError(
          .outOfRange,
          "changes of role \(role) that this watcher has not seen are forgotten; "
            + "watch again without a position"
        )
      }
    }
  }

  private func write(
    _ batch: DeltaBatch,
    _ send: (WatchRoleResponse) async throws -> Void
  ) async throws {
    for part in batch.parts { try await send(WatchRoleResponse(event: .batch(part))) }
  }

  private func forget(_ watcher: WatcherID, _ role: String) {
    state.withLock { state in
      _ = state.membership.unwatch(watcher)
      state.watchers[role]?[watcher] = nil
      if state.watchers[role]?.isEmpty == true { state.watchers[role] = nil }
    }
  }

  /// Every service of the suite may know who serves.
  private func checkWatcher(_ peer: PeerIdentity) throws(RPCError) {
    guard case .service(let presented, _, _) = peer else {
      throw RPCError(RegistryError.notAService)
    }
    guard presented == suite else {
      throw RPCError(RegistryError.wrongSuite(presented: presented, expected: suite))
    }
  }

  // MARK: Changes and time

  private func change<Effect: Sendable>(_ body: (inout Membership) -> Effect) -> Effect {
    state.withLock { body(&$0.membership) }
  }

  private func wake(_ delta: Delta?) {
    guard let delta else { return }
    let watchers = state.withLock { $0.watchers[delta.change.key.role] ?? [:] }
    for watcher in watchers.values { watcher.yield() }
  }

  private func setAlarm(_ instant: Instant?) {
    let isEarlier = state.withLock { state in
      guard let instant, instant < state.wakeAt ?? .distantFuture else { return false }
      state.wakeAt = instant
      return true
    }
    if isEarlier, let instant { alarm.set(for: instant) { [weak self] in self?.expire() } }
  }

  private func expire() {
    let effect = state.withLock { state in
      state.wakeAt = nil
      return state.membership.expire(now: .now)
    }
    switch effect {
    case .expired(let deltas, let wakeAt):
      for delta in deltas {
        wake(delta)
        logger.warning("a lease ran out", metadata: ["instance": "\(delta.change.key)"])
      }
      setAlarm(wakeAt)
    case .stalled(let duration, let wakeAt):
      logger.warning(
        "this registry stood still; all leases run anew",
        metadata: ["duration": "\(duration)"]
      )
      setAlarm(wakeAt)
    }
  }

  private func register(_ metrics: MetricsRegistry) {
    metrics.gauge(
      "martlet_registry_instances",
      help: "Instances that hold a lease, or left within the last one."
    ) { [weak self] in Double(self?.state.withLock { $0.membership.instanceCount } ?? 0) }
    metrics.gauge(
      "martlet_registry_watchers",
      help: "Open watches."
    ) { [weak self] in Double(self?.state.withLock { $0.membership.watcherCount } ?? 0) }
  }
}
