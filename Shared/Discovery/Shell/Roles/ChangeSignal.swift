import Primitives
import Synchronization

/// Lets calls that found nobody wait for the next change of who is there.
final class ChangeSignal: Sendable {
  private struct State {
    /// Rises with every change.
    var version: UInt64 = 0
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  enum Outcome { case woken, tooManyWait }

  /// Calls that may wait at once.
  let waiterLimit: Int
  private let state = Mutex(State())

  init(waiterLimit: Int) { self.waiterLimit = waiterLimit }

  var version: UInt64 { state.withLock { $0.version } }

  func raise() {
    let waiters = state.withLock { state in
      state.version += 1
      defer { state.waiters.removeAll() }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns at the first change after `version` (at once when there was one), at `deadline`, or
  /// when the task is cancelled.
  func wait(after version: UInt64, until deadline: Instant) async -> Outcome {
    let number: UInt64? = state.withLock { state in
      guard state.waiters.count < waiterLimit else { return nil }
      state.nextWaiter += 1
      return state.nextWaiter
    }
    guard let number else { return .tooManyWait }
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
