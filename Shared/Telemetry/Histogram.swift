import Primitives
import Synchronization

/// How many observations fell into each of a fixed set of ranges, and their sum.
///
/// An observation costs a search over the bounds and two relaxed atomic adds; no lock, no memory.
// `@unchecked`: the memory behind `buckets` holds atomics, is made in `init` and freed in `deinit`.
public final class Histogram: @unchecked Sendable {
  /// Upper bounds, inclusive, rising, in the raw unit; the range above the last one is implied.
  public let bounds: HistogramBounds
  @usableFromInline let limits: UnsafeMutablePointer<Int64>
  @usableFromInline let limitCount: Int
  @usableFromInline let buckets: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline let rawSum = Atomic<Int64>(0)

  init(_ bounds: HistogramBounds) {
    self.bounds = bounds
    limitCount = bounds.values.count
    limits = .allocate(capacity: max(1, limitCount))
    limits.initialize(from: bounds.values, count: limitCount)
    buckets = .allocate(capacity: limitCount + 1)
    for index in 0...limitCount { (buckets + index).initialize(to: Atomic(0)) }
  }

  deinit {
    buckets.deinitialize(count: limitCount + 1)
    buckets.deallocate()
    limits.deallocate()
  }

  /// Adds one observation in the raw unit: nanoseconds, bytes, rows.
  @inlinable
  public func observe(_ value: Int64) {
    var low = 0
    var high = limitCount
    while low < high {
      let middle = (low &+ high) &>> 1
      if limits[middle] < value { low = middle &+ 1 } else { high = middle }
    }
    buckets[low].add(1, ordering: .relaxed)
    rawSum.add(value, ordering: .relaxed)
  }

  /// Adds one duration, for a histogram of seconds.
  @inlinable
  public func observe(_ duration: Duration) { observe(duration.wholeNanoseconds) }

  /// The counts of each range (not cumulative; the last one is unbounded) and the sum.
  public var snapshot: (counts: [UInt64], sum: Int64) {
    ((0...limitCount).map { buckets[$0].load(ordering: .relaxed) }, rawSum.load(ordering: .relaxed))
  }
}

/// The bounds of a histogram, in the raw unit of its scale.
public struct HistogramBounds: Sendable, Equatable {
  /// Rising, at most 64.
  public let values: [Int64]
  public let scale: MetricScale

  /// Sorts, drops repeats, and keeps the lowest 64.
  public init(_ values: [Int64], scale: MetricScale) {
    self.values = Array(Set(values).sorted().prefix(64))
    self.scale = scale
  }

  /// 25 µs to 60 s, in steps of about 2: from a call on this host to the longest default deadline.
  public static let seconds = HistogramBounds(
    [
      25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
      25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
      5_000_000_000, 10_000_000_000, 30_000_000_000, 60_000_000_000,
    ],
    scale: .nanoseconds
  )

  /// 64 B to 256 MiB, in steps of 4.
  public static let bytes = HistogramBounds(
    (0...11).map { 64 << (2 * $0) },
    scale: .one
  )

  /// 1 to 1 024, in steps of 2: batch sizes, queue lengths.
  public static let counts = HistogramBounds((0...10).map { 1 << $0 }, scale: .one)
}
