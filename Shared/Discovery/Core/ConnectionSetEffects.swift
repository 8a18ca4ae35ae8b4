import Primitives

/// A place in a connection set. Stays good while its connection is in use; after that every event
/// that names it is ignored, also when the place was given away again.
public struct TargetSlot: Sendable, Hashable {
  let position: Int
  /// Rises with every new use of the place.
  let serial: UInt64
}

/// A connection to open. What there was before in this slot is closed already.
public struct Dial: Sendable, Equatable {
  public let slot: TargetSlot
  public let key: InstanceKey
  public let address: InstanceAddress
}

/// What follows from a change of the view.
public enum OnMemberChange: Sendable, Equatable {
  case connect(Dial)
  /// Nothing runs there: close its connection, if it stands or is being opened. The slot is free.
  case close(TargetSlot)
  /// Calls run there: keep the connection until `callEnded` says close.
  case finish(TargetSlot)
  /// It started anew or moved: connect there. The old slot is to be closed, or is kept for its
  /// calls until `callEnded` says close.
  case replace(old: TargetSlot, closesOld: Bool, connect: Dial)
  /// No connection changes (weight or condition may have).
  case nothing
}

/// What follows from a connection that stands.
public enum OnConnected: Sendable, Equatable {
  /// In use from now on: start health checks.
  case use
  /// Nobody wants it any more: close it.
  case close
}

/// What follows from a connection that could not be opened, or was lost.
public enum OnConnectionLost: Sendable, Equatable {
  /// Call `timerFired` at `at`, or earlier if it was armed for earlier. `becameUnhealthy`: report
  /// it to the view.
  case retry(at: Instant, becameUnhealthy: Bool)
  /// It was on its way out; the slot is free.
  case forgotten
  case ignored
}

/// What follows from time that passed.
public enum OnReconnectTimer: Sendable, Equatable {
  /// Open these; call again at `wakeAt` (nil: nothing waits).
  case connect([Dial], wakeAt: Instant?)
}

/// What follows from a health check.
public enum OnHealthCheck: Sendable, Equatable {
  case unchanged
  case becameHealthy(InstanceKey)
  /// Report it to the view.
  case becameUnhealthy(InstanceKey)
  case ignored
}

/// Where a call goes.
public enum OnPick: Sendable, Equatable {
  /// There; tell `callEnded` when it is over.
  case call(TargetSlot)
  case none(NoTarget)
}

/// Why no target could be picked: what the caller is told.
public enum NoTarget: Sendable, Equatable, CustomStringConvertible {
  /// The role has no instances.
  case noInstances
  /// All of them are draining.
  case allDraining(count: Int)
  /// None is connected at the moment.
  case notConnected(count: Int)
  /// None says that it serves what the call is for.
  case notServed(key: String, count: Int)
  /// Some serve it, and none of them is connected, well and not draining.
  case servedOutOfReach(key: String, servingCount: Int, count: Int)
  /// The instances say that they serve more than can be looked after, perhaps this too.
  case tooManyKeys(key: String, limit: Int)

  public var description: String {
    switch self {
    case .noInstances: "no instance is known"
    case .allDraining(let count): "all \(count) instances are draining"
    case .notConnected(let count): "none of \(count) instances is connected"
    case .notServed(let key, let count): "none of \(count) instances serves \(key)"
    case .servedOutOfReach(let key, let servingCount, let count):
      "\(servingCount) of \(count) instances "
        + (servingCount == 1 ? "serves \(key), and is" : "serve \(key), and are all")
        + " out of reach, unwell or draining"
    case .tooManyKeys(let key, let limit):
      "the instances serve more than \(limit) things, and \(key) is not among the first"
    }
  }
}

/// What follows from the end of a call.
public enum OnCallEnded: Sendable, Equatable {
  case nothing
  /// It was the last one there: close the connection. The slot is free.
  case close(TargetSlot)
  case ignored
}
