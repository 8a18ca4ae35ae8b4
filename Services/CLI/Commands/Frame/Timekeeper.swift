import Primitives

/// The time, and the way to let some of it pass; tests bring one of their own, in which nothing
/// waits.
struct Timekeeper: Sendable {
  let now: @Sendable () -> Instant
  /// - Throws: `CancellationError`.
  let pause: @Sendable (Duration) async throws -> Void

  /// The machine's own.
  static let real = Timekeeper(now: { .now }, pause: { try await Task.sleep(for: $0) })
}
