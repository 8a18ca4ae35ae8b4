import Primitives

/// Whether something that failed is tried again, and after which wait: pure.
struct RetryWaits: Sendable {
  /// Since when nothing has come back.
  private(set) var silentSince: Instant
  private var backoff = Backoff(initial: .milliseconds(100), cap: .seconds(2))

  /// What a service asks for is followed up to here.
  static let longestWait = Duration.seconds(2)

  init(start: Instant) { silentSince = start }

  /// Something came back: waits begin with the shortest again.
  mutating func reached(_ now: Instant) {
    silentSince = max(silentSince, now)
    backoff.reset()
  }

  /// The wait before the next try; nil when that would come more than `bound` after the last sign
  /// of life.
  /// - Parameter retryAfter: what the service asked for.
  mutating func next(
    retryAfter: Duration?,
    bound: Duration,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> Duration? {
    let wait = max(
      backoff.next(using: &generator),
      min(retryAfter ?? .zero, RetryWaits.longestWait)
    )
    return now + wait < silentSince + bound ? wait : nil
  }
}
