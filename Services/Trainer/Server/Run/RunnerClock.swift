import Primitives

/// The time that a runner goes by: monotonic, and not that of the wall, which can be set.
struct RunnerClock: Sendable {
  let now: @Sendable () -> Instant
  /// Throws only when the task is cancelled.
  let wait: @Sendable (Duration) async throws -> Void

  static let system = RunnerClock(
    now: { Instant.now },
    wait: { try await Task.sleep(for: $0, clock: SuspendingClock()) }
  )
}
