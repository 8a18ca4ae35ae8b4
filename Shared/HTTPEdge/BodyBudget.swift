import Synchronization

/// The memory that the bodies of all requests may hold together.
final class BodyBudget: Sendable {
  private let limitBytes: Int
  private let used = Mutex(0)

  init(limitBytes: Int) { self.limitBytes = limitBytes }

  var usedBytes: Int { used.withLock { $0 } }

  /// False, and nothing is taken, when there is not as much left.
  func take(_ byteCount: Int) -> Bool {
    used.withLock { used in
      guard byteCount <= limitBytes - used else { return false }
      used += byteCount
      return true
    }
  }

  func give(_ byteCount: Int) { used.withLock { $0 -= byteCount } }
}
