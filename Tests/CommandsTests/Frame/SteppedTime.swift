import Primitives
import Synchronization

@testable import Commands

/// A time that passes only while somebody waits, and then at once.
final class SteppedTime: Sendable {
  private let state = Mutex((now: Instant(nanoseconds: 1_000_000_000_000), pauses: [Duration]()))

  /// Every pause, in order.
  var pauses: [Duration] { state.withLock { $0.pauses } }
  var now: Instant { state.withLock { $0.now } }

  func pass(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }

  var keeper: Timekeeper {
    Timekeeper(
      now: { self.now },
      pause: { duration in
        self.state.withLock { state in
          state.pauses.append(duration)
          state.now = state.now + duration
        }
      }
    )
  }
}
