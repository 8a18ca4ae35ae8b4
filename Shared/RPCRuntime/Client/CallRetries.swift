import Primitives
import RPC
import Synchronization
import Transport

/// What decides on the retries of one channel's calls, to a server or to a role: the policy, the
/// budget that all of them share, and the pause on the loops' clock. Safe from any task.
public final class CallRetries: Sendable {
  private struct State {
    var budget = RetryBudget()
    var generator: SeededGenerator
  }

  private let policy: RetryPolicy
  private let state: Mutex<State>

  /// - Parameter seed: Where the jitter begins, for a run that can be repeated; nil = by chance.
  public init(_ policy: RetryPolicy, seed: UInt64? = nil) {
    self.policy = policy
    var system = SystemRandomNumberGenerator()
    state = Mutex(State(generator: SeededGenerator(seed: seed ?? system.next())))
  }

  /// A call begins, which lets a part of a retry more.
  public func callBegins() { state.withLock { $0.budget.called() } }

  /// Waits on the clock of `loop`, one of the channel's; false when the task was cancelled.
  public func pause(_ duration: Duration, on loop: any TransportLoop) async -> Bool {
    guard duration > .zero else { return !Task.isCancelled }
    return await withTaskExecutorPreference(loop) {
      // Also keeps the compiler (6.3.1) from dropping the hop.
      precondition(loop.isCurrent, "a pause began away from its loop")
      return await LoopPause(LoopContext.of(loop)).wait(until: loop.clock + duration)
    }
  }

  fileprivate func delay(
    after failure: AttemptFailure,
    attempt: UInt32,
    isIdempotent: Bool,
    timeRemaining: Duration
  ) -> Duration? {
    state.withLock { state in
      let delay = policy.delay(
        after: .init(failure.error, isConnectionLoss: failure.isConnectionLoss),
        attempt: Int(attempt),
        isIdempotent: isIdempotent,
        timeRemaining: timeRemaining,
        using: &state.generator
      )
      guard let delay, state.budget.take() else { return nil }
      return delay
    }
  }
}

/// The tries of one call.
public struct CallTries {
  /// 0 for the first one.
  public private(set) var attempt: UInt32 = 0
  /// No handler has seen any of them. What is said of the call is true of all its tries, not of
  /// the last one alone.
  private var isNotStarted = true
  private let retries: CallRetries
  private let mayRetry: Bool
  private let isIdempotent: Bool

  public init(_ retries: CallRetries, _ method: Method, _ options: borrowing CallOptions) {
    self.retries = retries
    mayRetry = options.mayRetry
    isIdempotent = method.options.isIdempotent
    retries.callBegins()
  }

  /// What follows from a try that failed.
  public enum OnFailure: Sendable {
    /// Once more, after so long; the error is the caller's if the wait is cut short.
    case again(after: Duration, orElse: RPCError)
    /// The caller is told.
    case giveUp(RPCError)
  }

  public mutating func failed(_ failure: AttemptFailure, timeRemaining: Duration) -> OnFailure {
    let error = said(failure.error)
    guard mayRetry, !failure.isCommitted,
      let delay = retries.delay(
        after: failure,
        attempt: attempt,
        isIdempotent: isIdempotent,
        timeRemaining: timeRemaining
      )
    else { return .giveUp(error) }
    attempt += 1
    return .again(after: delay, orElse: error)
  }

  /// As the caller is told of the call, when its last try ended with `error`.
  public mutating func said(_ error: RPCError) -> RPCError {
    isNotStarted = isNotStarted && error.isNotStarted
    var error = error
    error.isNotStarted = isNotStarted
    return error
  }
}
