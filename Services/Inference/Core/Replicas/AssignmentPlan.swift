/// What a host must do so that it serves what it was told to, and nothing else.
///
/// A replica that is not wanted any more and whose place another one takes goes on until that one
/// is ready: an update in place loses no call.
public struct AssignmentPlan: Equatable, Sendable {
  /// To be made and started, sorted.
  public let start: [ReplicaIdentity]
  /// To be drained, sorted.
  public let drain: [ReplicaIdentity]

  /// A replica that the host has.
  public struct Actual: Equatable, Sendable {
    public let identity: ReplicaIdentity
    public let isReady: Bool
    public let isLeaving: Bool

    public init(_ identity: ReplicaIdentity, isReady: Bool, isLeaving: Bool) {
      self.identity = identity
      self.isReady = isReady
      self.isLeaving = isLeaving
    }
  }

  /// A replica that is leaving and wanted again is made anew once it has gone.
  public init(desired: Set<ReplicaIdentity>, actual: [Actual]) {
    let present = Set(actual.map(\.identity))
    start = desired.subtracting(present).sorted()
    let ready = actual.filter { $0.isReady && desired.contains($0.identity) }.map(\.identity)
    drain =
      actual
      .filter { replica in
        guard !replica.isLeaving, !desired.contains(replica.identity) else { return false }
        guard replica.isReady else { return true }
        let successors = desired.filter { $0.sharesPlace(with: replica.identity) }
        return successors.isEmpty || successors.contains { ready.contains($0) }
      }
      .map(\.identity)
      .sorted()
  }
}

/// Keeps plans in the balancer's order.
public struct PlanOrder: Equatable, Sendable {
  /// Of the newest plan so far; nil before the first.
  public private(set) var revision: UInt64?

  public init() {}

  /// An older plan than one that came before.
  public struct Outdated: Error, Equatable {
    public let revision: UInt64
    public let newest: UInt64
  }

  /// Accepts a plan that is as new as the last one or newer: the balancer repeats itself.
  public mutating func accept(_ revision: UInt64) throws(Outdated) {
    if let newest = self.revision, revision < newest {
      throw Outdated(revision: revision, newest: newest)
    }
    self.revision = revision
  }
}
