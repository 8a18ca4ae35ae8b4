/// What the last health checks of a target add up to.
public struct HealthTally: Sendable, Equatable {
  public enum Verdict: Sendable, Equatable {
    /// Not decided yet. Becomes healthy with one pass, unhealthy with `threshold` failures.
    case initial
    /// Becomes unhealthy with `threshold` failures in a row.
    case healthy
    /// Becomes healthy with `threshold` passes in a row.
    case unhealthy
  }

  /// Checks in a row that change a verdict.
  public static let threshold = 2

  public private(set) var verdict: Verdict = .initial
  /// Checks in a row that spoke against the verdict.
  private var contraryCount = 0

  public init() {}

  /// True when the verdict changed.
  public mutating func record(hasPassed: Bool) -> Bool {
    switch (verdict, hasPassed) {
    case (.initial, true): return become(.healthy)
    case (.healthy, true), (.unhealthy, false):
      contraryCount = 0
      return false
    case (.initial, false), (.healthy, false):
      contraryCount += 1
      return contraryCount < HealthTally.threshold ? false : become(.unhealthy)
    case (.unhealthy, true):
      contraryCount += 1
      return contraryCount < HealthTally.threshold ? false : become(.healthy)
    }
  }

  private mutating func become(_ next: Verdict) -> Bool {
    verdict = next
    contraryCount = 0
    return true
  }
}
