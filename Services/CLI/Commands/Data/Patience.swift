import Primitives
import RPC
import Synchronization

/// Repeats what a service could not answer because it, or something behind it, was just away.
///
/// Only UNAVAILABLE and ABORTED are repeated, so what is repeated must be harmless to repeat: calls
/// that are idempotent, and uploads that ask first how far they are. A service that never answered
/// is given up after `firstContact`, so that a platform which is not up is said at once; one that
/// answered before may restart, and is waited for up to `limit`.
final class Patience: Sendable {
  let firstContact: Duration
  let limit: Duration
  private let contact = Mutex(false)

  init(firstContact: Duration = .seconds(2), limit: Duration = .seconds(25)) {
    self.firstContact = firstContact
    self.limit = limit
  }

  var hasContact: Bool { contact.withLock { $0 } }

  func reached() { contact.withLock { $0 = true } }

  static func isPassing(_ error: RPCError) -> Bool {
    error.code == .unavailable || error.code == .aborted
  }

  /// Runs `body` until it succeeds, fails for good, or the time is over; then its last error.
  /// - Parameter waiting: called before each wait, with the error that it is for.
  func repeating<Value: Sendable>(
    waiting: (RPCError) -> Void = { _ in },
    _ body: () async throws -> Value
  ) async throws -> Value {
    let start = Instant.now
    var backoff = Backoff(initial: .milliseconds(100), cap: .seconds(2))
    var generator = SystemRandomNumberGenerator()
    while true {
      do {
        let value = try await body()
        reached()
        return value
      } catch let error as RPCError where Patience.isPassing(error) {
        let wait = max(backoff.next(using: &generator), min(error.retryAfter ?? .zero, .seconds(2)))
        let bound = hasContact ? limit : firstContact
        guard Instant.now + wait < start + bound else { throw error }
        waiting(error)
        try await Task.sleep(for: wait)
      }
    }
  }
}
