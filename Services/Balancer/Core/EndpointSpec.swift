import Primitives

/// Who brings the replicas of an endpoint.
public enum HostingKind: Int, Sendable, Equatable, CaseIterable {
  /// The platform places them on the hosts of its pool.
  case managed = 1
  /// Hosts bring their own copy and register themselves; nothing moves them.
  case selfHosted = 2
}

/// How calls are spread over an endpoint's replicas.
public enum RoutingChoice: Int, Sendable, Equatable, CaseIterable {
  case roundRobin = 1
  case leastOutstandingRequests = 2
}

/// An endpoint's name and whose it is: each account has names of its own.
public struct EndpointKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let account: String
  public let name: String

  public init(account: String, name: String) {
    self.account = account
    self.name = name
  }

  public var description: String { "\(account)/\(name)" }

  public static func < (left: EndpointKey, right: EndpointKey) -> Bool {
    (left.account, left.name) < (right.account, right.name)
  }
}

/// What an endpoint shall be: what two requests are compared by.
public struct EndpointSpec: Sendable, Equatable {
  public static let usualVariant = "main"
  public static let replicaLimit = 64

  public var kind: HostingKind
  public var policy: RoutingChoice
  public var variant: String
  public var model: String
  /// The number that the model store gave; 0 = not looked up yet.
  public var modelVersion: UInt32
  /// Of a managed endpoint; 1 of a self-hosted one, which has as many as there are hosts.
  public var replicaCount: Int

  public init(
    kind: HostingKind,
    policy: RoutingChoice = .roundRobin,
    variant: String = EndpointSpec.usualVariant,
    model: String,
    modelVersion: UInt32,
    replicaCount: Int = 1
  ) {
    self.kind = kind
    self.policy = policy
    self.variant = variant
    self.model = model
    self.modelVersion = modelVersion
    self.replicaCount = replicaCount
  }

  /// The first thing that is wrong, as `FIELD: what and what to do`; nil when nothing is.
  public func problem(name: String) -> String? {
    if let problem = ResourceName.problem(name) { return "name: \(problem)" }
    if let problem = ResourceName.problem(variant) { return "variants[0].name: \(problem)" }
    if let problem = ResourceName.problem(model) { return "variants[0].model: \(problem)" }
    if !(1...EndpointSpec.replicaLimit).contains(replicaCount) {
      return "variants[0].replica_count: is \(replicaCount); give 1 to \(EndpointSpec.replicaLimit)"
    }
    if kind == .selfHosted, replicaCount != 1 {
      return "variants[0].replica_count: is for managed endpoints; "
        + "a self-hosted one has a replica on each host that brings it"
    }
    return nil
  }

  /// Where `other` differs, in words for who asked for `other`; nil when it is the same.
  public func difference(from other: EndpointSpec) -> String? {
    if kind != other.kind { return "its kind is \(kind.words), not \(other.kind.words)" }
    if model != other.model { return "it serves model \(model), not \(other.model)" }
    if modelVersion != other.modelVersion {
      return "it serves version \(modelVersion) of \(model), not \(other.modelVersion)"
    }
    if variant != other.variant { return "its variant is \(variant), not \(other.variant)" }
    if replicaCount != other.replicaCount {
      return "its replica_count is \(replicaCount), not \(other.replicaCount)"
    }
    if policy != other.policy { return "its policy is \(policy.words), not \(other.policy.words)" }
    return nil
  }
}

extension HostingKind {
  public var words: String {
    switch self {
    case .managed: "managed"
    case .selfHosted: "self-hosted"
    }
  }
}

extension RoutingChoice {
  public var words: String {
    switch self {
    case .roundRobin: "round_robin"
    case .leastOutstandingRequests: "least_outstanding_requests"
    }
  }
}
