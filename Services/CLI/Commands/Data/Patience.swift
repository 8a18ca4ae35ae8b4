import Primitives
import RPC
import Synchronization

/// Repeats what a service could not answer because it, or something behind it, was just away.
///
/// What is repeated must be harmless to repeat: calls that are idempotent, uploads that ask first
/// how far they are, watches. A service that never answered is given up after `firstContact`, so
/// that a platform which is not up is said at once; one that answered before may restart, and is
/// waited for until `limit` after its last sign of life.
final class Patience: Sendable {
  let firstContact: Duration
  let limit: Duration
  private let time: Timekeeper
  private let lastContact = Mutex<Instant?>(nil)

  init(
    firstContact: Duration = .seconds(2),
    limit: Duration = .seconds(25),
    time: Timekeeper = .real
  ) {
    self.firstContact = firstContact
    self.limit = limit
    self.time = time
  }

  var hasContact: Bool { lastContact.withLock { $0 != nil } }

  /// The service has answered; a long transfer says so at each piece.
  func reached() {
    let now = time.now()
    lastContact.withLock { $0 = now }
  }

  /// The errors that calls are repeated for.
  static func isPassing(_ error: RPCError) -> Bool {
    error.code == .unavailable || error.code == .aborted
  }

  /// Runs `body` until it succeeds, fails for good, or the time is over; then its last error.
  /// - Parameters:
  ///   - passes: which errors are repeated for.
  ///   - waiting: called before each wait, with the error that it is for.
  func repeating<Value: Sendable>(
    passes: (RPCError) -> Bool = Patience.isPassing,
    waiting: (RPCError) -> Void = { _ in },
    _ body: () async throws -> Value
  ) async throws -> Value {
    var waits = RetryWaits(start: time.now())
    var generator = SystemRandomNumberGenerator()
    while true {
      do {
        let value = try await body()
        reached()
        return value
      } catch let error as RPCError where passes(error) {
        let contact = lastContact.withLock { $0 }
        if let contact, contact > waits.silentSince { waits.reached(contact) }
        guard
          let wait = waits.next(
            retryAfter: error.retryAfter,
            bound: contact == nil ? firstContact : limit,
            now: time.now(),
            using: &generator
          )
        else { throw error }
        waiting(error)
        try await time.pause(wait)
      }
    }
  }
}
