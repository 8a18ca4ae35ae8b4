import Primitives

/// Numbers the requests of a registration; the answer to any but the newest is ignored.
public struct RequestNumber: Sendable, Hashable {
  public let value: UInt64

  public init(_ value: UInt64) { self.value = value }
}

/// A request to send, in place of the one that is on its way.
public struct RegistryRequest: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case register(Instance)
    case renew(InstanceKey, generation: UInt64)
    case deregister(InstanceKey, generation: UInt64)
  }

  public let number: RequestNumber
  public let kind: Kind

  public init(number: RequestNumber, kind: Kind) {
    self.number = number
    self.kind = kind
  }
}

/// What came of a request.
public enum RegistryAnswer: Sendable, Equatable {
  /// Registered or renewed; for a deregistration: done.
  case granted(Grant)
  case refused(RegistryError)
  /// The registry was not reached, or did not answer; it may or may not have done it.
  case failed
}

// In all effects below `wakeAt` is when to call `timerFired` next; it replaces the time before.

/// What follows from a decision of the instance itself (start, announce, drain, leave).
public enum OnDecision: Sendable, Equatable {
  case send(RegistryRequest, wakeAt: Instant)
  /// Remembered; it is part of the first registration.
  case held
  /// Never registered, nothing to undo: it has left.
  case left
  /// Too late: it is leaving, has left, or was superseded.
  case ignored
}

/// What follows from an answer.
public enum OnAnswer: Sendable, Equatable {
  /// The instance is listed. The first one after the start is the moment to say ready.
  case listed(Grant, wakeAt: Instant)
  /// The lease runs anew.
  case renewed(wakeAt: Instant)
  /// The registry does not know the lease (it restarted, or the lease ran out): register again.
  case send(RegistryRequest, wakeAt: Instant)
  /// Not now; with the registry's reason, if it gave one, for the log.
  case retry(because: RegistryError?, wakeAt: Instant)
  /// Deregistered.
  case left
  /// A newer start of this instance took over: this process should end.
  case superseded(byGeneration: UInt64)
  /// Of an older request.
  case ignored
}

/// What follows from time that passed.
public enum OnRegistrationTimer: Sendable, Equatable {
  case send(RegistryRequest, wakeAt: Instant)
  /// The request was not answered in time: cancel it; nothing until `wakeAt`.
  case giveUp(wakeAt: Instant)
  /// Too early.
  case wait(wakeAt: Instant)
  /// The registry could not be told; the lease will run out by itself.
  case left
  /// Nothing runs.
  case ignored
}
