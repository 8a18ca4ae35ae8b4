import BalancerCore

/// Where endpoints and the plan are kept. What a method has answered survives the death of the
/// process. Methods throw `RPCError` when the store cannot be used.
public protocol EndpointStore: Sendable {
  /// All that is kept; once, at the start.
  func load() async throws -> StoredState

  /// Adds an endpoint, unless its account has one of the name or there are `limit` endpoints.
  func create(_ record: EndpointRecord, limit: Int) async throws -> OnCreate

  /// Sets the phase of the row that has this revision.
  func setPhase(
    _ phase: EndpointPhase,
    of record: EndpointRecord,
    unixMicroseconds: Int64
  ) async throws -> OnChange

  /// Removes the row with this id; false when there is none.
  func remove(_ record: EndpointRecord) async throws -> Bool

  /// Replaces the plan as a whole.
  func savePlan(revision: UInt64, assignments: [String: Set<ReplicaKey>]) async throws
}

public struct StoredState: Sendable, Equatable {
  public var endpoints: [EndpointRecord] = []
  public var planRevision: UInt64 = 0
  public var assignments: [String: Set<ReplicaKey>] = [:]

  public init() {}
}

public enum OnChange: Sendable, Equatable {
  /// The row as it is by now: changed as asked for, or, where its revision is not one above, by
  /// somebody else before. Take it over.
  case now(EndpointRecord)
  case gone
}

public enum OnCreate: Sendable, Equatable {
  case created
  /// The name is taken.
  case existing(EndpointRecord)
  case full
}
