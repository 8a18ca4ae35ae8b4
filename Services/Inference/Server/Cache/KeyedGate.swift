import Synchronization

/// Lets one task at a time do something for a key: two replicas that need the same file fetch it
/// once, one after the other.
final class KeyedGate: Sendable {
  private struct Waiter {
    let number: Int
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var queues: [String: [Waiter]] = [:]
    var nextNumber = 0
    /// Waits that were cancelled before they began.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  /// Returns when nobody else is inside for `key`; `leave` must follow.
  /// - Throws: `CancellationError`, and then the task is not inside.
  func enter(_ key: String) async throws {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    let isInside = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if state.cancelled.remove(number) != nil { return false }
          guard state.queues[key] != nil else {
            state.queues[key] = []
            return true
          }
          state.queues[key]?.append(Waiter(number: number, continuation: continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        if let index = state.queues[key]?.firstIndex(where: { $0.number == number }) {
          return state.queues[key]?.remove(at: index)
        }
        state.cancelled.insert(number)
        return nil
      }
      waiter?.continuation.resume(returning: false)
    }
    _ = state.withLock { $0.cancelled.remove(number) }
    guard isInside else { throw CancellationError() }
  }

  func leave(_ key: String) {
    let next = state.withLock { state -> Waiter? in
      guard var queue = state.queues[key], !queue.isEmpty else {
        state.queues[key] = nil
        return nil
      }
      let next = queue.removeFirst()
      state.queues[key] = queue
      return next
    }
    next?.continuation.resume(returning: true)
  }
}
