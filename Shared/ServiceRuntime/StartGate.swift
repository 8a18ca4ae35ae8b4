import Synchronization

/// Opens once; who waits goes on, and who comes later does not wait.
final class StartGate: Sendable {
  private struct State {
    var isOpen = false
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  func open() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.isOpen = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// For one waiter. Not cancellable: the runner opens every gate when it drains.
  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiter = continuation }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}

/// A flag between threads.
final class StartedFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// True for the caller that raised it.
  func raise() -> Bool { !flag.exchange(true, ordering: .acquiringAndReleasing) }
  func lower() { flag.store(false, ordering: .releasing) }
  var isRaised: Bool { flag.load(ordering: .acquiring) }
}
