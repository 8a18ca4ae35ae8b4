import Primitives

/// What one registry holds at most.
public struct MembershipLimits: Sendable, Equatable {
  /// Of all roles, with those that departed within the last lease.
  public var instanceCount = 10_000
  public var roleCount = 64
  public var watcherCount = 4096
  /// Labels and attributes of all instances together.
  public var attributeBytes = 64 * 1024 * 1024
  /// Changes of one role that are remembered; a watcher further behind has to list again.
  public var historyCount = 1024
  /// Changes in one batch.
  public var batchCount = 256
  public var instance = InstanceLimits()

  public init() {}
}

/// Names one open watch; the shell picks it and never uses it twice.
public struct WatcherID: Sendable, Hashable {
  public let value: UInt64

  public init(_ value: UInt64) { self.value = value }
}

/// What follows from a registration.
public enum OnRegister: Sendable, Equatable {
  /// Listed. When `change` is not nil, watchers of the role are to be polled. Call `expire` at
  /// `wakeAt`.
  case granted(Grant, change: Delta?, wakeAt: Instant)
  /// Nothing changed; tell the peer.
  case refused(RegistryError)
}

/// What follows from a beat.
public enum OnRenew: Sendable, Equatable {
  case renewed(Grant)
  case refused(RegistryError)
}

/// What follows from an order to drain an instance.
public enum OnDrain: Sendable, Equatable {
  /// Poll the watchers of the role.
  case drained(Delta)
  /// It drains already.
  case unchanged
  case refused(RegistryError)
}

/// What follows from a deregistration.
public enum OnDeregister: Sendable, Equatable {
  /// Poll the watchers of the role.
  case departed(Delta)
  /// It was gone before: a repeated request; answer as for the first.
  case unchanged
  case refused(RegistryError)
}

/// What follows from time that passed.
public enum OnExpire: Sendable, Equatable {
  /// These leases ended (none, when all were renewed): poll the watchers of their roles. Call
  /// `expire` again at `wakeAt`; nil: not before somebody registers.
  case expired([Delta], wakeAt: Instant?)
  /// The registry itself stood still for longer than a beat, so it cannot know who was silent.
  /// Nobody expired; every lease runs anew. Worth a warning. Call `expire` at `wakeAt`.
  case stalled(by: Duration, wakeAt: Instant?)
}

/// What follows from a request to watch.
public enum OnWatch: Sendable, Equatable {
  /// Send this, then what `poll` gives.
  case snapshot(Snapshot)
  /// The watcher's position is still in memory: send this (also when it is empty, as the sign
  /// that the watch stands), then what `poll` gives.
  case resumed(DeltaBatch)
  case refused(RegistryError)
}

/// What a watcher is to be sent next.
public enum OnPoll: Sendable, Equatable {
  /// Send it and poll again.
  case batch(DeltaBatch)
  /// Nothing until the next change of the role.
  case upToDate
  /// The watcher is too far behind and was removed: end its stream, it lists again.
  case compacted
  /// No such watch (it was removed).
  case unknown
}

/// What follows from the end of a watch.
public enum OnUnwatch: Sendable, Equatable {
  case removed
  case unknown
}
