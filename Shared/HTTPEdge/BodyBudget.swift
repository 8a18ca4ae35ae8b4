import Synchronization

/// The memory that the bodies of all requests, and what is made of them, may hold together.
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

/// What one request holds of the memory that all share. Given back when its answer has left.
public final class RequestMemory: Sendable {
  private let budget: BodyBudget
  private let taken = Mutex(0)

  init(_ budget: BodyBudget) { self.budget = budget }

  /// So much more; false, and nothing is taken, when there is not as much left. Then the request
  /// should be answered that it may be repeated later.
  public func take(_ byteCount: Int) -> Bool {
    guard budget.take(byteCount) else { return false }
    taken.withLock { $0 += byteCount }
    return true
  }

  /// A part of what was taken, which is free again.
  public func give(_ byteCount: Int) {
    let given = taken.withLock { taken in
      let given = min(byteCount, taken)
      taken -= given
      return given
    }
    budget.give(given)
  }

  func giveAll() { give(.max) }
}
