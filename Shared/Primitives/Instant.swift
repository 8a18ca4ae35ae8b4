import Glibc

/// A moment of the monotonic clock, in nanoseconds. It means nothing outside this host's boot.
///
/// A machine takes one as an argument and never asks a clock; only shells call `now`.
public struct Instant: Sendable, Hashable, Comparable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The clock's reading; about 20 ns.
  @inlinable public static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  public static let distantFuture = Instant(nanoseconds: .max)

  @inlinable public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// `duration` later (earlier when negative); saturates at both ends.
  @inlinable public static func + (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(nanoseconds: duration.wholeNanoseconds)
  }

  @inlinable public static func - (left: Instant, right: Instant) -> Duration {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    return .nanoseconds(overflow ? (left < right ? .min : .max) : difference)
  }

  @inlinable public func advanced(nanoseconds delta: Int64) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
    return Instant(nanoseconds: overflow ? (delta < 0 ? .min : .max) : sum)
  }
}

extension Duration {
  /// Saturates at about 292 years.
  @inlinable public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow2 ? (seconds < 0 ? .min : .max) : sum
  }

  @inlinable public var wholeMicroseconds: Int64 { wholeNanoseconds / 1000 }
  @inlinable public var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}
