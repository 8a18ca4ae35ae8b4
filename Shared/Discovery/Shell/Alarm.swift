import Primitives
import Synchronization

/// One timer that a shell sets anew whenever its machine names another time.
///
/// It may ring for a time that was replaced a moment before; machines take that as "too early".
final class Alarm: Sendable {
  private let ringing = Mutex<Task<Void, Never>?>(nil)

  deinit { ringing.withLock { $0?.cancel() } }

  /// Calls `ring` once at or after `instant`, in place of what was set before.
  func set(for instant: Instant, _ ring: @escaping @Sendable () async -> Void) {
    // Detached, here and wherever work outlives the call that caused it: a plain task would take
    // over the call's deadline and principal, and every call that it makes would fail with it.
    let task = Task.detached {
      do { try await Task.sleep(for: max(.zero, instant - .now)) } catch { return }
      await ring()
    }
    let replaced = ringing.withLock { current in
      defer { current = task }
      return current
    }
    replaced?.cancel()
  }

  func stop() { ringing.withLock { $0?.cancel() } }
}

/// Returns when the current task is cancelled.
func waitForCancellation() async {
  let (never, continuation) = AsyncStream.makeStream(of: Never.self)
  for await _ in never {}
  continuation.finish()
}
