import Dispatch
import Primitives
import RPC
import RPCRuntime
import Synchronization
import TestKit
import Testing

@Suite("The blocking executor", .timeLimit(.minutes(5)))
struct BlockingExecutorTests {
  /// Blocks threads until it is opened.
  private final class Latch: Sendable {
    private let door = DispatchSemaphore(value: 0)
    let running = Atomic(0)
    let most = Atomic(0)

    func open() { door.signal() }

    func block() {
      let now = running.add(1, ordering: .relaxed).newValue
      most.max(now, ordering: .relaxed)
      // Whoever is through holds the door for the next.
      door.wait()
      door.signal()
      running.subtract(1, ordering: .relaxed)
    }
  }

  @Test("work runs on at most so many threads, and all of it is answered")
  func threads() async throws {
    let executor = BlockingExecutor(threadCount: 3, queueLimit: 100)
    let latch = Latch()
    let values = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<50 {
        group.addTask {
          try await executor.run {
            latch.block()
            return index
          }
        }
      }
      try await eventually("three run") { latch.running.load(ordering: .relaxed) == 3 }
      latch.open()
      var values: Set<Int> = []
      for try await value in group { values.insert(value) }
      return values
    }
    #expect(values == Set(0..<50))
    #expect(latch.most.load(ordering: .relaxed) == 3)
  }

  @Test("what finds the queue full is refused")
  func queue() async throws {
    let executor = BlockingExecutor(threadCount: 1, queueLimit: 2)
    let latch = Latch()
    let codes = await withTaskGroup(of: StatusCode.self) { group in
      for _ in 0..<10 {
        group.addTask { await code { try await executor.run { latch.block() } } }
      }
      // The last of those that are refused opens the door for the others.
      var codes: [StatusCode] = []
      for await code in group {
        codes.append(code)
        if codes.count == 7 { latch.open() }
      }
      return codes
    }
    #expect(codes.filter { $0 == .resourceExhausted }.count >= 7)
    #expect(codes.contains(.ok))
  }

  @Test("work whose task gave up before it began is skipped")
  func skips() async throws {
    let executor = BlockingExecutor(threadCount: 1, queueLimit: 10)
    let latch = Latch()
    let hasRun = Flag()
    let first = Task { try await executor.run { latch.block() } }
    try await eventually("the thread is busy") { latch.running.load(ordering: .relaxed) == 1 }
    let second = Task { try await executor.run { hasRun.set() } }
    second.cancel()
    latch.open()
    try await first.value
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(!hasRun.isSet)
  }

  @Test("work whose task gave up is dropped at once, with what it holds")
  func drops() async throws {
    final class Held: Sendable {}
    let executor = BlockingExecutor(threadCount: 1, queueLimit: 10)
    let latch = Latch()
    let first = Task { try await executor.run { latch.block() } }
    try await eventually("the thread is busy") { latch.running.load(ordering: .relaxed) == 1 }
    weak var seen: Held?
    let second: Task<Void, any Error>
    do {
      let held = Held()
      seen = held
      second = Task { try await executor.run { _ = held } }
    }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    // The thread is as busy as before.
    #expect(seen == nil)
    latch.open()
    try await first.value
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  @Test("what the work throws, its caller gets")
  func throwsOn() async throws {
    struct Broken: Error {}
    let executor = BlockingExecutor(threadCount: 1)
    await #expect(throws: Broken.self) { try await executor.run { throw Broken() } }
  }
}
