import Primitives

/// Numbers the watches that a view asked for. Only the newest is open: asking for one ends the one
/// before, and what still comes from that is ignored.
public struct WatchNumber: Sendable, Hashable {
  public let value: UInt64

  public init(_ value: UInt64) { self.value = value }
}

/// A watch to open, in place of the one that is open.
public struct WatchRequest: Sendable, Equatable {
  public let number: WatchNumber
  public let role: String
  /// Where to go on; nil asks for a snapshot.
  public let position: Position?

  public init(number: WatchNumber, role: String, position: Position?) {
    self.number = number
    self.role = role
    self.position = position
  }
}

// In all effects below `wakeAt` is when to call `timerFired` next; it replaces the time before.

/// What follows from the start.
public enum OnStart: Sendable, Equatable {
  case watch(WatchRequest, wakeAt: Instant)
  /// It runs already.
  case ignored
}

/// What follows from a snapshot.
public enum OnSnapshot: Sendable, Equatable {
  /// The view is now at the snapshot's position. The changes may be none; if there are some, the
  /// state on disk is to be written.
  case applied([MemberChange], wakeAt: Instant)
  /// Of an older watch, or a repetition.
  case ignored
  /// Older than what the view has seen of the same history, or of another role: end this watch,
  /// another follows at `wakeAt`.
  case refused(wakeAt: Instant)
}

/// What follows from a batch of changes.
public enum OnBatch: Sendable, Equatable {
  /// The view is now at the end of the batch.
  case applied([MemberChange], wakeAt: Instant)
  /// Of an older watch, or nothing in it is new.
  case ignored
  /// Something before it was missed: start over with a snapshot. The view stays as it is.
  case relist(WatchRequest, wakeAt: Instant)
}

/// Why a watch ended.
public enum WatchEnd: Sendable, Equatable {
  /// The registry is gone, refused, or cut the stream.
  case lost
  /// The registry no longer remembers what this view has not seen.
  case compacted
}

/// What follows from the end of a watch. Members are kept in any case.
public enum OnWatchEnded: Sendable, Equatable {
  /// Nothing until `wakeAt`.
  case wait(wakeAt: Instant)
  case relist(WatchRequest, wakeAt: Instant)
  /// It was an older one.
  case ignored
}

/// What follows from time that passed.
public enum OnViewTimer: Sendable, Equatable {
  case watch(WatchRequest, wakeAt: Instant)
  /// The open watch did not answer: cancel it; nothing until `wakeAt`.
  case giveUp(wakeAt: Instant)
  /// Too early.
  case wait(wakeAt: Instant)
  /// Not started.
  case ignored
}

/// What follows from a health check's verdict.
public enum OnHealthVerdict: Sendable, Equatable {
  /// Both witnesses agree, the registry and the check: it is gone.
  case removed(MemberChange)
  /// The registry lists it, or it is well: it stays.
  case kept
  /// No such member.
  case unknown
}
