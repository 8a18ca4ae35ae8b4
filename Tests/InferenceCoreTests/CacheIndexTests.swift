import InferenceCore
import Primitives
import Testing

@Suite("Which fetched files a host keeps")
struct CacheIndexTests {
  @Test("the least recently used goes first, and only as much as is needed")
  func order() throws {
    var index = CacheIndex(budgetBytes: 100)
    for name in ["a", "b", "c"] {
      #expect(try index.use(name, byteCount: 30) == [])
      index.release(name, remainingBytes: 30)
    }
    _ = try index.use("a", byteCount: 30)
    index.release("a", remainingBytes: 30)
    #expect(try index.use("d", byteCount: 40) == ["b"])
    #expect(index.holds("a") && index.holds("c") && !index.holds("b"))
    #expect(index.usedBytes == 100)
  }

  @Test("what is in use never goes, and then there is no room")
  func inUse() throws {
    var index = CacheIndex(budgetBytes: 100)
    _ = try index.use("a", byteCount: 60)
    _ = try index.use("b", byteCount: 30)
    index.release("b", remainingBytes: 30)
    let before = index
    let full = #expect(throws: CacheIndex.Full.self) { try index.use("c", byteCount: 50) }
    #expect(full?.neededBytes == 50 && full?.inUseBytes == 60 && full?.budgetBytes == 100)
    #expect(index == before)
    index.release("a", remainingBytes: 60)
    #expect(try index.use("c", byteCount: 50) == ["a"])
  }

  @Test("a file that two replicas use goes when both have let go")
  func twoUsers() throws {
    var index = CacheIndex(budgetBytes: 10)
    _ = try index.use("a", byteCount: 10)
    _ = try index.use("a", byteCount: 10)
    index.release("a", remainingBytes: 10)
    #expect(index.isInUse("a"))
    #expect(throws: CacheIndex.Full.self) { try index.use("b", byteCount: 1) }
    index.release("a", remainingBytes: 10)
    #expect(try index.use("b", byteCount: 1) == ["a"])
  }

  @Test("files found at the start count, oldest first, and a smaller budget removes some")
  func found() throws {
    var index = CacheIndex(budgetBytes: 50)
    #expect(index.found("old", byteCount: 30) == [])
    #expect(index.found("new", byteCount: 30) == ["old"])
    #expect(index.found("new", byteCount: 30) == [])
    #expect(index.usedBytes == 30)
    #expect(index.found("huge", byteCount: 80) == ["new", "huge"])
    #expect(index.usedBytes == 0 && index.count == 0)
  }

  @Test("room that was kept for a file which never came is free again")
  func neverCame() throws {
    var index = CacheIndex(budgetBytes: 100)
    _ = try index.use("a", byteCount: 60)
    _ = try index.use("a", byteCount: 60)
    index.release("a", remainingBytes: 0)
    // The other replica still waits for it.
    #expect(index.usedBytes == 60)
    index.release("a", remainingBytes: 0)
    #expect(index.usedBytes == 0 && !index.holds("a"))
  }

  @Test("a part of a file counts, makes room for others, and gets the rest of its own room back")
  func parts() throws {
    var index = CacheIndex(budgetBytes: 100)
    _ = try index.use("a", byteCount: 80)
    // Two files that are on their way share the budget from the start.
    #expect(throws: CacheIndex.Full.self) { try index.use("b", byteCount: 30) }
    index.release("a", remainingBytes: 50)
    #expect(index.usedBytes == 50)
    _ = try index.use("b", byteCount: 30)
    index.release("b", remainingBytes: 30)
    // It goes on: only what is missing needs room, and it does not make way for itself.
    #expect(try index.use("a", byteCount: 80) == ["b"])
    #expect(index.usedBytes == 80)
    index.release("a", remainingBytes: 50)
    #expect(try index.use("c", byteCount: 60) == ["a"])
    #expect(index.usedBytes == 60)
    #expect(index.found("d", byteCount: 30) == [])
    #expect(try index.use("d", byteCount: 40) == [])
    #expect(index.usedBytes == 100)
  }

  @Test("sizes beyond all numbers are no room, not a crash")
  func overflow() throws {
    var index = CacheIndex(budgetBytes: .max)
    _ = try index.use("a", byteCount: 10)
    #expect(throws: CacheIndex.Full.self) { try index.use("b", byteCount: .max) }
  }

  @Test("the sum stays the sum of what is held, whatever happens")
  func model() {
    let seed: UInt64 = 42
    var generator = SeededGenerator(seed: seed)
    var index = CacheIndex(budgetBytes: 1000)
    var pins: [String: Int] = [:]
    let sizes = Dictionary(
      uniqueKeysWithValues: (0..<20).map {
        ("f\($0)", UInt64.random(in: 1...400, using: &generator))
      }
    )
    /// On disk or on its way.
    var held: [String: UInt64] = [:]
    for _ in 0..<5000 {
      let name = "f\(Int.random(in: 0..<20, using: &generator))"
      if Bool.random(using: &generator) {
        let size = sizes[name] ?? 1
        if let removed = try? index.use(name, byteCount: size) {
          for gone in removed {
            #expect(pins[gone, default: 0] == 0, "seed \(seed): \(gone) is in use")
            held[gone] = nil
          }
          held[name] = size
          pins[name, default: 0] += 1
        }
      } else if pins[name, default: 0] > 0 {
        // All of it came, a part of it, or nothing.
        let remaining = UInt64.random(in: 0...(sizes[name] ?? 0), using: &generator)
        index.release(name, remainingBytes: remaining)
        pins[name, default: 0] -= 1
        if pins[name] == 0 { held[name] = remaining }
      }
      #expect(index.usedBytes == held.values.reduce(0, +), "seed \(seed)")
      #expect(index.usedBytes <= 1000, "seed \(seed)")
    }
  }
}
