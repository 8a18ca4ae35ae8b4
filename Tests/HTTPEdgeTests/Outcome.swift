import Dispatch
import Synchronization

/// Waits, on a thread that may block, for what an asynchronous call throws.
enum Outcome {
  static func of(_ work: @escaping @Sendable () async throws -> Void) -> (any Error)? {
    let done = DispatchSemaphore(value: 0)
    let thrown = Box()
    Task {
      do { try await work() } catch { thrown.error.withLock { $0 = error } }
      done.signal()
    }
    guard done.wait(timeout: .now() + 30) == .success else { return TimedOut() }
    return thrown.error.withLock { $0 }
  }

  private final class Box: Sendable { let error = Mutex<(any Error)?>(nil) }
  struct TimedOut: Error {}
}
