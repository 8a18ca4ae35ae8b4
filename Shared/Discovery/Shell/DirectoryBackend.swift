import DiscoveryCore

/// Where the instances of roles are known from: a list that a person wrote, a registry.
///
/// The seam for all sources. One backend serves any number of roles.
public protocol DirectoryBackend: Sendable {
  /// Follows a role until the task is cancelled. `deliver` gets what is known at once, then every
  /// change, in order and one at a time; it does not block.
  ///
  /// Never fails: a source that is away is `trouble`, and what was delivered before stays true.
  func follow(
    _ role: String,
    deliver: @escaping @Sendable (DirectoryUpdate) -> Void
  ) async

  /// The health checks of a client have come to a verdict on an instance: a second witness for
  /// those that the source is in doubt of.
  func healthDecided(_ key: InstanceKey, isHealthy: Bool) async
}

/// What a backend tells of a role.
public struct DirectoryUpdate: Sendable, Equatable {
  /// In the order given they turn the members before into those after.
  public var changes: [MemberChange]
  /// What is wrong with the source itself, in words for errors and logs; nil when nothing is.
  public var trouble: String?

  public init(_ changes: [MemberChange], trouble: String? = nil) {
    self.changes = changes
    self.trouble = trouble
  }
}
