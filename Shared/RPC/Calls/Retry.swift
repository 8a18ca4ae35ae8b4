import Primitives

/// Decides whether a failed call is sent once more. A pure function of what happened.
public struct RetryPolicy: Sendable, Equatable {
  /// Tries in all, the first one included.
  public var maximumAttempts = 2
  public var initialBackoff = Duration.milliseconds(50)
  public var maximumBackoff = Duration.seconds(1)
  public var multiplier = 2.0

  public init() {}

  /// How a try ended.
  public struct Failure: Sendable {
    public var error: RPCError
    /// The connection died under the call: nobody knows whether the handler ran.
    public var isConnectionLoss: Bool

    public init(_ error: RPCError, isConnectionLoss: Bool = false) {
      self.error = error
      self.isConnectionLoss = isConnectionLoss
    }
  }

  /// The wait before the next try; nil when there is none.
  /// - Parameter attempt: 0 for the first try, which just failed.
  public func delay(
    after failure: Failure,
    attempt: Int,
    isIdempotent: Bool,
    timeRemaining: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> Duration? {
    guard attempt + 1 < maximumAttempts, mayRepeat(failure, isIdempotent: isIdempotent) else {
      return nil
    }
    let power = (0..<attempt).reduce(1.0) { product, _ in product * multiplier }
    let base = min(initialBackoff * power, maximumBackoff)
    // What no handler saw needs no pause of its own: the next connection may be free.
    let own =
      failure.error.isNotStarted ? .zero : base * Double.random(in: 0.8...1.2, using: &generator)
    let delay = failure.error.retryAfter ?? own
    return delay < timeRemaining ? delay : nil
  }

  private func mayRepeat(_ failure: Failure, isIdempotent: Bool) -> Bool {
    switch failure.error.code {
    case .unavailable:
      return failure.error.isNotStarted || isIdempotent || !failure.isConnectionLoss
    case .resourceExhausted:
      // An overload passes, and says when; a message that is too large stays so.
      return failure.error.isNotStarted && failure.error.retryAfter != nil
    case .aborted, .unknown, .internal: return failure.error.isNotStarted || isIdempotent
    case .ok, .cancelled, .invalidArgument, .deadlineExceeded, .notFound, .alreadyExists,
      .permissionDenied, .failedPrecondition, .outOfRange, .unimplemented, .dataLoss,
      .unauthenticated:
      return false
    }
  }
}

/// Keeps retries a small part of all calls, so that they cannot make an overload worse: one for
/// every five calls, and three in reserve.
public struct RetryBudget: Sendable, Equatable {
  private static let perCall = 0.2
  private static let reserve = 3.0
  private static let most = 100.0
  private var tokens = reserve

  public init() {}

  public mutating func called() { tokens = min(tokens + RetryBudget.perCall, RetryBudget.most) }

  /// False when the budget is spent.
  public mutating func take() -> Bool {
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
