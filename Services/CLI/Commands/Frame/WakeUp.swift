import Synchronization

/// Wakes the one task that waits here, or the next one that comes.
final class WakeUp: Sendable {
  private struct State {
    var hasRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func ring() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      defer { state.waiter = nil }
      state.hasRung = state.waiter == nil
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns at the next ring, or at once when it rang since the last wait. Not cancellable:
  /// whoever cancels rings.
  func wait() async {
    await withCheckedContinuation { continuation in
      let hasRung = state.withLock { state in
        defer { state.hasRung = false }
        if !state.hasRung { state.waiter = continuation }
        return state.hasRung
      }
      if hasRung { continuation.resume() }
    }
  }

  /// The same, for at most so long. A ring for an earlier wait may end it early.
  func wait(atMost duration: Duration) async {
    let timer = Task {
      guard (try? await Task.sleep(for: duration)) != nil else { return }
      self.ring()
    }
    await wait()
    timer.cancel()
  }
}
