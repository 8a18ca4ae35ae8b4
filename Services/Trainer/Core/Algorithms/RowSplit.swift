import Primitives

/// Which rows are trained on and which are held out for validation.
///
/// Row i (from 0) has the key that is output i of SplitMix64 from the seed; the rows with the
/// smallest keys are held out, of two equal ones the earlier. So the split follows from seed, count
/// and fraction alone, and a test in any language can repeat it.
public struct RowSplit: Sendable, Equatable {
  /// Both in the table's order.
  public let training: [Int]
  public let validation: [Int]

  /// Holds out `fraction` of the rows, rounded to the nearest count, at least one of two or more
  /// rows when the fraction is above 0, and never all.
  public init(rowCount: Int, fraction: Double, seed: UInt64) {
    var count = Int((Double(rowCount) * fraction).rounded(.toNearestOrAwayFromZero))
    if fraction > 0 { count = max(1, count) }
    count = min(count, rowCount - 1)
    guard count > 0 else {
      training = Array(0..<rowCount)
      validation = []
      return
    }
    var generator = SeededGenerator(seed: seed)
    let keys = (0..<rowCount).map { _ in generator.next() }
    let ranked = (0..<rowCount).sorted { (keys[$0], $0) < (keys[$1], $1) }
    validation = ranked[..<count].sorted()
    training = ranked[count...].sorted()
  }
}
