/// How long to wait before the next attempt: exponential, spread by jitter, never above a cap.
///
/// A value that the machine which retries keeps; randomness is an argument, so a seed repeats a
/// run. The n-th wait is drawn evenly from `step × (1 ± jitter)`, where `step` is
/// `initial × multiplier^n`, held at `cap / (1 + jitter)` so that even the longest wait keeps its
/// whole spread and stays within the cap: callers that all reached the cap do not meet there.
public struct Backoff: Sendable, Equatable {
  /// The middle of the first wait.
  public let initial: Duration
  /// What each further wait is multiplied by; at least 1.
  public let multiplier: Double
  /// Share of a wait by which it may be shorter or longer; 0 … 1.
  public let jitter: Double
  /// No wait is longer.
  public let cap: Duration
  /// Waits handed out since the start or the last `reset`.
  public private(set) var attemptCount = 0

  /// The middle of the next wait in nanoseconds.
  private var step: Double

  /// gRPC's numbers are the defaults, with a shorter cap. Values out of range are brought into it:
  /// a setting that is off must not stop a client from retrying.
  public init(
    initial: Duration = .seconds(1),
    multiplier: Double = 1.6,
    jitter: Double = 0.2,
    cap: Duration = .seconds(30)
  ) {
    self.initial = max(.nanoseconds(1), initial)
    self.multiplier = multiplier >= 1 && multiplier.isFinite ? multiplier : 1
    self.jitter = jitter >= 0 ? min(1, jitter) : 0
    self.cap = max(self.initial, cap)
    step = 0
    reset()
  }

  /// The next wait; each call counts as one more attempt that failed.
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    let wait =
      jitter == 0
      ? step : step * Double.random(in: (1 - jitter)...(1 + jitter), using: &generator)
    attemptCount += 1
    step = min(step * multiplier, highestStep)
    // Rounding of the largest doubles must not pass the cap, nor overflow the conversion.
    guard wait < Double(cap.wholeNanoseconds) else { return cap }
    return .nanoseconds(Int64(wait))
  }

  /// An attempt succeeded: the next wait is the first again.
  public mutating func reset() {
    attemptCount = 0
    step = min(Double(initial.wholeNanoseconds), highestStep)
  }

  private var highestStep: Double { Double(cap.wholeNanoseconds) / (1 + jitter) }
}
