import Primitives
import Synchronization

/// The inferences that were given to the engine and have not come back, each with the deadline of
/// its call.
///
/// How far one is behind its deadline is measured of the first alone, and from when it became the
/// first: an engine may work on one after the other, so that a later one only waits for it.
final class RunningInferences: Sendable {
  private struct State {
    var deadlines: [(number: Int, deadline: Instant)] = []
    var nextNumber = 0
    /// When the first of them became the first.
    var firstSince = Instant(nanoseconds: 0)
  }

  private let state = Mutex(State())

  /// Runs `body`, which blocks in the engine.
  func run<Value>(
    until deadline: Instant,
    _ body: () throws(EngineError) -> Value
  ) throws(EngineError) -> Value {
    let number = begin(deadline, now: .now)
    defer { end(number, now: .now) }
    return try body()
  }

  func begin(_ deadline: Instant, now: Instant) -> Int {
    state.withLock { state in
      state.nextNumber += 1
      if state.deadlines.isEmpty { state.firstSince = now }
      state.deadlines.append((state.nextNumber, deadline))
      return state.nextNumber
    }
  }

  func end(_ number: Int, now: Instant) {
    state.withLock { state in
      guard let index = state.deadlines.firstIndex(where: { $0.number == number }) else { return }
      state.deadlines.remove(at: index)
      if index == 0 { state.firstSince = now }
    }
  }

  /// How many there are, and how far the first is behind its deadline; zero = it is not.
  func look(now: Instant) -> (count: Int, behind: Duration) {
    state.withLock { state in
      guard let first = state.deadlines.first else { return (0, .zero) }
      return (state.deadlines.count, max(.zero, now - max(first.deadline, state.firstSince)))
    }
  }
}
