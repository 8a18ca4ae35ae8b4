import Synchronization

/// A number that only rises, from 0. Updates come from any thread and cost one relaxed atomic add.
public final class Counter: Sendable {
  @usableFromInline let raw = Atomic<UInt64>(0)

  init() {}

  /// Adds `amount`, in the raw unit of its `MetricScale` (nanoseconds for seconds).
  @inlinable
  public func add(_ amount: UInt64 = 1) { raw.add(amount, ordering: .relaxed) }

  /// The sum so far, in the raw unit.
  public var value: UInt64 { raw.load(ordering: .relaxed) }
}

/// A number that rises and falls. Updates come from any thread and cost one relaxed atomic.
public final class Gauge: Sendable {
  @usableFromInline let raw = Atomic<Int64>(0)

  init() {}

  /// In the raw unit of its `MetricScale`.
  @inlinable
  public func set(_ value: Int64) { raw.store(value, ordering: .relaxed) }

  @inlinable
  public func add(_ amount: Int64 = 1) { raw.add(amount, ordering: .relaxed) }

  @inlinable
  public func subtract(_ amount: Int64 = 1) { raw.subtract(amount, ordering: .relaxed) }

  /// In the raw unit.
  public var value: Int64 { raw.load(ordering: .relaxed) }
}

/// How a metric's whole numbers become the values that are shown.
///
/// Whole numbers make every update one atomic add; the division happens when somebody looks.
public enum MetricScale: Sendable, Equatable {
  /// Shown as counted: calls, bytes, connections.
  case one
  /// Counted in nanoseconds, shown in seconds; the name ends in `_seconds` or `_seconds_total`.
  case nanoseconds
  /// Counted in thousandths, shown as a fraction; the name ends in `_ratio`.
  case thousandths

  var divisor: Double {
    switch self {
    case .one: 1
    case .nanoseconds: 1_000_000_000
    case .thousandths: 1000
    }
  }
}
