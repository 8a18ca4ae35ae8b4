import Primitives

/// What a replica is of: a variant of one endpoint. An endpoint that is made anew under a name has
/// another id, and so other replicas.
public struct ReplicaKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let endpointID: String
  public let variant: String

  public init(endpointID: String, variant: String) {
    self.endpointID = endpointID
    self.variant = variant
  }

  public var description: String { "\(endpointID)/\(variant)" }

  public static func < (left: ReplicaKey, right: ReplicaKey) -> Bool {
    (left.endpointID, left.variant) < (right.endpointID, right.variant)
  }
}

/// Replicas that there shall be.
public struct Demand: Sendable, Equatable {
  public let key: ReplicaKey
  public let replicaCount: Int
  /// What one of them takes of a host's assignment.
  public let weightBytes: Int
  /// What one of them takes of what its host says of itself to the registry.
  public let announcedBytes: Int

  public init(
    _ key: ReplicaKey,
    replicaCount: Int,
    weightBytes: Int = 0,
    announcedBytes: Int = 0
  ) {
    self.key = key
    self.replicaCount = replicaCount
    self.weightBytes = weightBytes
    self.announcedBytes = announcedBytes
  }
}

/// A host of the pool; one that is not named at all is gone.
public enum HostPresence: Sendable, Equatable {
  /// It takes orders.
  case present
  /// It was heard of lately, or drains: what it has stays, and it gets nothing new.
  case away
}

/// How much a plan may begin. Restraint after the balancer's start gives the hosts that were there
/// before the time to be there again.
public enum Calm: Sendable, Equatable {
  /// What is placed stays or goes; nothing is placed.
  case none
  /// What is missing is placed.
  case hostsHaveCome
  /// Replicas also move from hosts that have many to hosts that have few.
  case complete
}

/// How far a replica is on its host, as that said.
public enum ReplicaProgress: Sendable, Equatable {
  case loading
  case ready
  case failed(String)
}

/// Why an endpoint has fewer replicas than it shall have.
public enum Shortfall: Sendable, Equatable {
  case noHosts
  /// Each has one already.
  case tooFewHosts(hostCount: Int)
  /// Those that could take one have too much already.
  case hostsAreFull
  /// They failed to load it and are asked again then.
  case hostsFailed(retryAt: Instant)
  /// Hosts are away and are waited for.
  case hostsAreAway
  /// The balancer has just started, and hosts have not all had the time to say that they are there.
  case hostsAreComing
}

/// What a host holds at most.
public struct HostCapacity: Sendable, Equatable {
  public var replicaCount = 56
  /// Of what it announces to the registry, which takes 16 KiB of an instance.
  public var announcedBytes = 14 << 10
  /// Of all its assignments in one message.
  public var weightBytes = 12 << 20

  public init() {}
}

/// What follows from planning.
public struct OnPlan: Sendable, Equatable {
  /// Hosts whose assignments changed: they have to be told. Write the plan to disk first.
  public var changedHosts: Set<String> = []
  public var shortfalls: [ReplicaKey: Shortfall] = [:]
  /// Plan again then; nil: not before something changes.
  public var wakeAt: Instant?

  public init() {}
}

/// What follows from a host's report.
public enum OnReport: Sendable, Equatable {
  case noted
  /// A load failed: plan again at once.
  case failed([ReplicaKey])
  /// It answers for an assignment that was replaced since.
  case outdated
}
