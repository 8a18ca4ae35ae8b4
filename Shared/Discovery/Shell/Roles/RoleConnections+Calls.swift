import DiscoveryCore
import Primitives
import RPC
import RPCRuntime
import Synchronization
import Telemetry

/// An instance as a role's channel sees it.
public struct InstanceStatus: Sendable, Equatable {
  public let instance: Instance
  /// Calls can reach it.
  public let isConnected: Bool
  /// Its health checks have failed.
  public let isUnhealthy: Bool

  public init(instance: Instance, isConnected: Bool, isUnhealthy: Bool) {
    self.instance = instance
    self.isConnected = isConnected
    self.isUnhealthy = isUnhealthy
  }
}

extension RoleConnections {
  /// A call is over; feeds the policy and notices instances that fail.
  func ended(_ picked: RoleShard.Picked, _ failure: AttemptFailure?, _ load: Load?) {
    let now = Instant.now
    let report = CallReport(
      hasSucceeded: failure.map { !$0.error.code.isServersFault } ?? true,
      latency: now - picked.begunAt,
      serverInFlight: load.map { Int($0.inFlight) }
    )
    picked.shard.callEnded(picked.slot, report, now: now)
    let link = picked.link
    guard let failure, failure.error.code == .unavailable else {
      if link.refusalCount.load(ordering: .relaxed) != 0 {
        link.refusalCount.store(0, ordering: .relaxed)
      }
      return
    }
    if failure.isServersAnswer {
      let count = link.refusalCount.add(1, ordering: .relaxed).newValue
      if count >= options.refusalThreshold { callsRefused(link) }
    } else if failure.error.isNotStarted || failure.isConnectionLoss {
      callLost(link, picked.channel, failure.error)
    }
  }

  /// A call could not reach the instance, or lost its connection: no more calls there until a
  /// probe, which starts now, got through.
  private func callLost(_ link: InstanceLink, _ channel: ServiceChannel, _ error: RPCError) {
    let isNews = control.withLock { control in
      guard let state = control.current[link.key], state.link === link, state.phase == .up,
        link.isCurrent(channel), !control.isClosed
      else { return false }
      let now = Instant.now
      // The probe decides sooner than the machine's timer, which finds it decided.
      for (shard, slot) in zip(shards, state.slots) { _ = shard.disconnected(slot, now: now) }
      control.lastFailure = "\(link.key) at \(state.address): \(error.message)"
      connect(link.key, &control)
      return true
    }
    if isNews { changed.raise() }
  }

  /// The instance refuses call after call.
  private func callsRefused(_ link: InstanceLink) {
    control.withLock { control in
      guard let state = control.current[link.key], state.link === link, state.phase == .up else {
        return
      }
      link.refusalCount.store(0, ordering: .relaxed)
      for _ in 0..<HealthTally.threshold { _ = judged(link.key, hasPassed: false, &control) }
      check(link.key, &control)
    }
    changed.raise()
  }

  /// An instance may turn up soon: the backend has not answered, or a connection is being opened.
  var mayAppear: Bool {
    control.withLock { control in
      !control.isClosed
        && (!control.hasHeard || control.current.values.contains { $0.phase == .opening })
    }
  }

  func channel(to key: InstanceKey) -> ServiceChannel? {
    control.withLock { control in
      guard let state = control.current[key], state.phase == .up else { return nil }
      return state.link.currentChannel
    }
  }

  var isClosed: Bool { control.withLock { $0.isClosed } }

  /// What a call is told that found nobody.
  func unavailable(_ reason: NoTarget) -> RPCError {
    let message = control.withLock { control in
      if control.isClosed { return "the channel to role \(role) is closed" }
      if !control.hasHeard {
        return "nobody has said yet who serves role \(role); is its channel running?"
      }
      var text = "role \(role): \(reason)"
      switch reason {
      case .notConnected, .servedOutOfReach:
        if let failure = control.lastFailure { text += "; the last failure was \(failure)" }
      case .noInstances, .allDraining, .notServed, .tooManyKeys: break
      }
      if let trouble = control.trouble { text += "; \(trouble)" }
      return text
    }
    return RPCError(.unavailable, message, isNotStarted: true)
  }

  var statuses: [InstanceStatus] {
    control.withLock { control in
      control.current.values.map {
        InstanceStatus(
          instance: $0.instance,
          isConnected: $0.phase == .up,
          isUnhealthy: $0.isUnhealthy
        )
      }
    }
    .sorted { $0.instance.key < $1.instance.key }
  }

  func register(_ metrics: MetricsRegistry) {
    metrics.gauge(
      "martlet_role_instances",
      help: "Instances that a client knows of a role.",
      labels: ["role": role]
    ) { [weak self] in Double(self?.statuses.count ?? 0) }
    metrics.gauge(
      "martlet_role_connected_instances",
      help: "Instances of a role that a client is connected to.",
      labels: ["role": role]
    ) { [weak self] in Double(self?.statuses.count { $0.isConnected } ?? 0) }
  }
}

extension StatusCode {
  /// Whether a call that ends so speaks against its server, and not against what was asked.
  fileprivate var isServersFault: Bool {
    switch self {
    case .unknown, .deadlineExceeded, .resourceExhausted, .internal, .unavailable, .dataLoss: true
    case .ok, .cancelled, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
      .failedPrecondition, .aborted, .outOfRange, .unimplemented, .unauthenticated:
      false
    }
  }
}
