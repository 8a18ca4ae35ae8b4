import Primitives

/// What a replica is of.
public struct ReplicaKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let endpoint: String
  public let variant: String

  public init(endpoint: String, variant: String) {
    self.endpoint = endpoint
    self.variant = variant
  }

  public var description: String { "\(endpoint)/\(variant)" }

  public static func < (left: ReplicaKey, right: ReplicaKey) -> Bool {
    (left.endpoint, left.variant) < (right.endpoint, right.variant)
  }
}

/// Replicas that there shall be.
public struct Demand: Sendable, Equatable {
  public let key: ReplicaKey
  public let replicaCount: Int
  /// What one of them takes of a host's assignment.
  public let weightBytes: Int

  public init(_ key: ReplicaKey, replicaCount: Int, weightBytes: Int = 0) {
    self.key = key
    self.replicaCount = replicaCount
    self.weightBytes = weightBytes
  }
}

/// A host of the pool; one that is not named at all is gone.
public enum HostPresence: Sendable, Equatable {
  /// It takes orders.
  case present
  /// It was heard of lately, or drains: what it has stays, and it gets nothing new.
  case away
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
  case tooFewHosts(wanted: Int, hostCount: Int)
  /// Those that could take one have too much already.
  case hostsAreFull
  /// They failed to load it and are asked again then.
  case hostsFailed(retryAt: Instant)
  /// Hosts are away and are waited for.
  case hostsAreAway
}

/// What a host holds at most.
public struct HostCapacity: Sendable, Equatable {
  /// A host announces each of them to the registry, whose 16 KiB of attributes hold so many with
  /// the longest names.
  public var replicaCount = 56
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
