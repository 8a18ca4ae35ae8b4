/// A point in a registry's history.
public struct Position: Sendable, Hashable {
  /// Which history: a registry draws a new one at random when it starts without its memory.
  public let epoch: UInt64
  /// Rises by one with every change; never goes back within an epoch.
  public let revision: UInt64

  public init(epoch: UInt64, revision: UInt64) {
    self.epoch = epoch
    self.revision = revision
  }
}

/// One change of the set of instances.
public enum Change: Sendable, Equatable {
  /// The instance is new, or described anew.
  case put(Instance)
  /// It said that it leaves: no doubt is left.
  case departed(InstanceKey)
  /// Its lease ran out. It may still live, cut off from the registry.
  case expired(InstanceKey)

  public var key: InstanceKey {
    switch self {
    case .put(let instance): instance.key
    case .departed(let key), .expired(let key): key
    }
  }
}

/// A change and the revision that it made.
public struct Delta: Sendable, Equatable {
  public let revision: UInt64
  public let change: Change

  public init(revision: UInt64, change: Change) {
    self.revision = revision
    self.change = change
  }
}

/// All changes of one role after one revision up to another. Revisions of other roles lie between,
/// so the two ends, not the deltas, tell a receiver whether it missed something.
public struct DeltaBatch: Sendable, Equatable {
  public let epoch: UInt64
  /// Holds what came after this revision …
  public let after: UInt64
  /// … up to and including this one.
  public let upTo: UInt64
  /// In order of revision; may be empty.
  public let deltas: [Delta]

  public init(epoch: UInt64, after: UInt64, upTo: UInt64, deltas: [Delta]) {
    self.epoch = epoch
    self.after = after
    self.upTo = upTo
    self.deltas = deltas
  }
}

/// All instances of one role at one revision.
public struct Snapshot: Sendable, Equatable {
  /// What an instance's absence from the list means.
  public enum Authority: UInt8, Sendable, Equatable {
    /// The registry has just started and not heard from everybody yet: absence means nothing.
    case settling = 0
    /// The registry has had a whole lease to hear from everybody: absent are expired or departed.
    case settled = 1
    /// A person wrote the list: who is absent is to go at once.
    case decreed = 2
  }

  public let role: String
  public let position: Position
  public let authority: Authority
  /// Sorted by id, one entry each.
  public let instances: [Instance]

  public init(role: String, position: Position, authority: Authority, instances: [Instance]) {
    self.role = role
    self.position = position
    self.authority = authority
    self.instances = instances
  }
}
