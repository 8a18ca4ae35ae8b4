public import Primitives

/// The time of a job that counts against its limit: that in which it has a place to run, on a clock
/// that only goes forward. Time in the queue does not count, nor does any in which the service was
/// not running. A value: its shell keeps what has passed on disk from time to time, and a new
/// process begins with what was kept; so an end by force costs `keepingInterval` of counting at
/// most.
public struct RunningTime: Sendable, Equatable {
  /// How often at least what has passed is kept.
  public static let keepingInterval = Duration.seconds(5)

  public let limit: Duration
  /// What is on disk.
  public private(set) var kept: Duration
  /// Up to here time is kept.
  private var keptUntil: Instant

  /// - Parameter kept: in this and all earlier processes.
  public init(limit: Duration, kept: Duration, from now: Instant) {
    self.limit = limit
    self.kept = kept
    keptUntil = now
  }

  /// What has passed and is not kept yet.
  public func unkept(at now: Instant) -> Duration { max(.zero, now - keptUntil) }

  /// What was asked for by `unkept` is on disk.
  public mutating func wasKept(_ part: Duration) {
    kept += part
    keptUntil = keptUntil + part
  }

  public func isOver(at now: Instant) -> Bool { kept + unkept(at: now) >= limit }

  /// Until then nothing is to be done: the limit is reached, or time is to be kept.
  public func untilNextLook(at now: Instant) -> Duration {
    let left = limit - kept - unkept(at: now)
    return max(.zero, min(left, Self.keepingInterval - unkept(at: now)))
  }
}
