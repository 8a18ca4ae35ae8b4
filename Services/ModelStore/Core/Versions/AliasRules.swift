import Primitives

/// Names that point at versions of a model and move atomically.
public enum AliasRules {
  /// Points at the newest version, always; nobody sets it.
  public static let latest = "latest"

  /// An alias as it is kept.
  public struct State: Sendable, Equatable {
    public let version: UInt32
    public let revision: UInt64

    public init(version: UInt32, revision: UInt64) {
      self.version = version
      self.revision = revision
    }
  }

  public static func check(_ name: String, _ place: String) throws(StoreProblem) {
    if let problem = ResourceName.problem(name) { throw .invalid("\(place): \(problem)") }
    guard name != latest else {
      throw .invalid("\(place): latest is kept by the store itself; choose another name")
    }
  }

  /// The aliases that a new version shall have, each once.
  public static func checked(requested names: [String]) throws(StoreProblem) -> [String] {
    guard names.count <= StoreLimits.requestedAliasCount else {
      throw .invalid(
        "aliases: \(names.count) are more than \(StoreLimits.requestedAliasCount) at once"
      )
    }
    for (index, name) in names.enumerated() { try check(name, "aliases[\(index)]") }
    return Set(names).sorted()
  }

  /// Compare-and-set: the state after it.
  /// - Parameter expectedRevision: What the caller saw; 0 = no such alias.
  public static func moved(
    _ current: State?,
    named name: String,
    to version: UInt32,
    expectedRevision: UInt64
  ) throws(StoreProblem) -> State {
    guard current?.revision ?? 0 == expectedRevision else {
      let now =
        current.map { "points at version \($0.version) in revision \($0.revision)" }
        ?? "does not exist"
      throw .conflict(
        "alias \(name): \(now), not in revision \(expectedRevision); look again and repeat"
      )
    }
    return State(version: version, revision: expectedRevision + 1)
  }

  public enum OnCreate: Sendable, Equatable {
    case set(State)
    case leave
  }

  /// What creating a version does to an alias that it asks for. A version that existed already
  /// takes only what is free: repeating a create whose answer was lost must not move an alias back
  /// that somebody has moved since.
  public static func onCreate(
    of version: UInt32,
    existed: Bool,
    current: State?
  ) -> OnCreate {
    guard let current else { return .set(State(version: version, revision: 1)) }
    if existed || current.version == version { return .leave }
    return .set(State(version: version, revision: current.revision + 1))
  }

  public static func checkCount(_ count: Int) throws(StoreProblem) {
    guard count <= StoreLimits.aliasCount else {
      throw .exhausted("a model has at most \(StoreLimits.aliasCount) aliases; move one of them")
    }
  }
}
