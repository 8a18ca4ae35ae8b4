import Synchronization

/// Tells long computations on another thread that nobody wants their result any more.
final class StopFlag: Sendable {
  private let isRaised = Atomic(false)

  func raise() { isRaised.store(true, ordering: .relaxed) }

  /// Throws `CancellationError` once the flag is raised. A few nanoseconds.
  func check() throws {
    if isRaised.load(ordering: .relaxed) { throw CancellationError() }
  }
}
