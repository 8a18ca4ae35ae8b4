import Primitives
import Synchronization

/// Lets tasks wait for the next change of something. Safe from any task.
///
/// A waiter reads `version`, looks at what it waits for, and then waits for a change after that
/// version: so no change is missed between the look and the wait.
public final class ChangeSignal: Sendable {
  private struct State {
    /// Rises with every change.
    var version: UInt64 = 0
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  public enum Outcome: Sendable { case woken, tooManyWait }

  /// Tasks that may wait at once.
  public let waiterLimit: Int
  private let state = Mutex(State())

  public init(waiterLimit: Int) { self.waiterLimit = waiterLimit }

  /// Rises with every change.
  public var version: UInt64 { state.withLock { $0.version } }

  /// There is a change.
  public func raise() {
    let waiters = state.withLock { state in
      state.version += 1
      defer { state.waiters.removeAll() }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns at the first change after `version` (at once when there was one), at `deadline`, or
  /// when the task is cancelled.
  public func wait(after version: UInt64, until deadline: Instant) async -> Outcome {
    let number: UInt64? = state.withLock { state in
      guard state.waiters.count < waiterLimit else { return nil }
      state.nextWaiter += 1
      return state.nextWaiter
    }
    guard let number else { return .tooManyWait }
    // It makes no call and ends with this wait.
    let timeout = Task {
      do { try await Task.sleep(for: max(.zero, deadline - .now)) } catch { return }
      wake(number)
    }
    defer { timeout.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let hasChanged = state.withLock { state in
          if state.version != version || Task.isCancelled || deadline <= .now { return true }
          state.waiters[number] = continuation
          return false
        }
        if hasChanged { continuation.resume() }
      }
    } onCancel: {
      wake(number)
    }
    return .woken
  }

  private func wake(_ number: UInt64) {
    state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
  }
}
