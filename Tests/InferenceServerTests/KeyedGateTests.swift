import Synchronization
import Testing

@testable import InferenceServer

@Suite("One at a time for a key", .timeLimit(.minutes(1)))
struct KeyedGateTests {
  @Test("tasks for one key never overlap, tasks for others go on")
  func exclusion() async throws {
    let gate = KeyedGate()
    let tally = Tally()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<400 {
        let key = "k\(index % 3)"
        group.addTask {
          try await gate.enter(key)
          #expect(tally.add(1, to: key) == 1)
          await Task.yield()
          _ = tally.add(-1, to: key)
          gate.leave(key)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("a cancelled wait ends at once, and the next in line still gets its turn")
  func cancellation() async throws {
    let gate = KeyedGate()
    try await gate.enter("k")
    let waiting = Task { try await gate.enter("k") }
    let next = Task { try await gate.enter("k") }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    gate.leave("k")
    try await next.value
    gate.leave("k")
    // Free again.
    try await gate.enter("k")
    let cancelled = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await gate.enter("other")
    }
    _ = try? await cancelled.value
  }
}

/// How many are inside for each key.
private final class Tally: Sendable {
  private let counts = Mutex([String: Int]())

  func add(_ change: Int, to key: String) -> Int {
    counts.withLock { counts in
      counts[key, default: 0] += change
      return counts[key, default: 0]
    }
  }
}
