import RPC
import Synchronization

/// Wakes those who watch a job. They read what is new from the store, so a slow watcher costs one
/// pending wake-up and nothing else.
final class JobSignals: Sendable {
  /// Watchers of all jobs together.
  static let watcherLimit = 1000

  private struct State {
    var watchers: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
    var count = 0
    var next = 0
    var isEnded = false
  }

  private let state = Mutex(State())

  /// A stream with an element at once, and one after each change; several changes may be one. It
  /// ends when the service does.
  /// - Throws: RESOURCE_EXHAUSTED above the limit.
  func watch(_ id: String) throws(RPCError) -> JobWatch {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let number = state.withLock { state -> Int? in
      guard state.count < JobSignals.watcherLimit else { return nil }
      state.count += 1
      state.next += 1
      if state.isEnded {
        continuation.finish()
      } else {
        state.watchers[id, default: [:]][state.next] = continuation
      }
      return state.next
    }
    guard let number else {
      throw RPCError(
        .resourceExhausted,
        "\(JobSignals.watcherLimit) watch jobs already, which is the limit",
        retryAfter: .seconds(10)
      )
    }
    continuation.yield()
    return JobWatch(changes: stream) { [self] in leave(id, number) }
  }

  func changed(_ id: String) {
    let watchers = state.withLock { $0.watchers[id].map { Array($0.values) } ?? [] }
    for watcher in watchers { watcher.yield() }
  }

  /// Ends all watches, now and from now on: the service ends, and they would only delay it.
  func end() {
    let watchers = state.withLock { state in
      state.isEnded = true
      return state.watchers.values.flatMap(\.values)
    }
    for watcher in watchers { watcher.finish() }
  }

  private func leave(_ id: String, _ number: Int) {
    state.withLock { state in
      state.count -= 1
      state.watchers[id]?[number] = nil
      if state.watchers[id]?.isEmpty == true { state.watchers[id] = nil }
    }
  }
}

/// One watcher's place. Whoever takes it calls `leave` once.
struct JobWatch: Sendable {
  let changes: AsyncStream<Void>
  let leave: @Sendable () -> Void
}
