import Primitives

/// An instance as a client sees it.
public struct Member: Sendable, Equatable {
  public enum Standing: UInt8, Sendable, Equatable {
    /// The registry lists it. Becomes quarantined, or is removed.
    case listed = 0
    /// The registry lists it no more, together with suspiciously many others. It stays in use until
    /// a health check fails (removed) or the registry lists it again (listed).
    case quarantined = 1
  }

  public var instance: Instance
  public var standing: Standing

  public init(instance: Instance, standing: Standing) {
    self.instance = instance
    self.standing = standing
  }
}

/// One change of a client's view; in the order given they turn the view before into the one after.
public enum MemberChange: Sendable, Equatable {
  /// New in the view: connect to it.
  case added(Instance)
  /// Described anew.
  case updated(Instance)
  /// Gone for good: finish what runs there and close.
  case removed(InstanceKey)
  /// In doubt: check its health and report the verdict to the view.
  case quarantined(InstanceKey)
  /// Doubted no more.
  case cleared(InstanceKey)
}
