/// Count, mean and variance of numbers in one pass (Welford 1962; Knuth, TAOCP 2, 4.2.2): stable
/// also where the mean is large beside the spread.
public struct RunningMoments: Sendable, Equatable {
  public private(set) var count = 0
  public private(set) var mean = 0.0
  /// Sum of the squared distances from the mean.
  public private(set) var squares = 0.0

  public init() {}

  public mutating func add(_ value: Double) {
    count += 1
    let delta = value - mean
    mean += delta / Double(count)
    squares += delta * (value - mean)
  }
}
