import NIOCore
import Primitives
import Testing

@testable import HTTPEdge

@Suite("The memory of requests")
struct BodyBufferTests {
  private func gather(
    _ pieces: [Int],
    budget: BodyBudget,
    limitBytes: Int = 1 << 20,
    announced: Int? = nil
  ) throws -> (bytes: Bytes, memory: RequestMemory) {
    let memory = RequestMemory(budget)
    var buffer = BodyBuffer(memory, limitBytes: limitBytes, announcedBytes: announced)
    var next: UInt8 = 0
    for count in pieces {
      var piece = ByteBuffer()
      for _ in 0..<count {
        piece.writeInteger(next)
        next &+= 1
      }
      do throws(HTTPBodyFailure) {
        try buffer.append(piece)
      } catch {
        memory.giveAll()
        throw error
      }
    }
    return (buffer.bytes(), memory)
  }

  @Test("a body comes whole from pieces of any size, and its block is charged, not its length")
  func grows() throws {
    for pieces in [[], [1], [4096, 1], [10, 5000, 3, 9000], [Int](repeating: 1000, count: 100)] {
      let budget = BodyBudget(limitBytes: 1 << 20)
      let count = pieces.reduce(0, +)
      let (bytes, memory) = try gather(pieces, budget: budget)
      #expect(bytes.array == (0..<count).map { UInt8(truncatingIfNeeded: $0) })
      #expect(budget.usedBytes >= count && budget.usedBytes <= max(4096, 2 * count))
      memory.giveAll()
      #expect(budget.usedBytes == 0)
    }
  }

  @Test("an announced length is allocated when half of it has come, and not before")
  func announced() throws {
    let budget = BodyBudget(limitBytes: 8 << 20)
    let (_, early) = try gather([100], budget: budget, announced: 1 << 20)
    #expect(budget.usedBytes == 4096)
    early.giveAll()
    let (_, whole) = try gather([60_000, 60_000], budget: budget, announced: 120_000)
    #expect(budget.usedBytes == 120_000)
    whole.giveAll()
    // One who sends more than was announced is the parser's to refuse: here it only costs.
    let (bytes, more) = try gather([5000, 5000], budget: budget, announced: 5000)
    #expect(bytes.count == 10_000)
    more.giveAll()
  }

  @Test("while a block grows both blocks are charged, and when there is no room nothing is left")
  func noRoom() throws {
    let budget = BodyBudget(limitBytes: 10_000)
    #expect(throws: HTTPBodyFailure.noMemory) { try gather([4096, 4096], budget: budget) }
    #expect(budget.usedBytes == 0)
    let enough = BodyBudget(limitBytes: 3 * 4096)
    let (_, memory) = try gather([4096, 4096], budget: enough)
    #expect(enough.usedBytes == 8192)
    #expect(memory.take(4096) && !memory.take(1))
    memory.give(100_000)
    #expect(enough.usedBytes == 0)
  }

  @Test("a body above its limit is too large, whatever was announced")
  func tooLarge() throws {
    let budget = BodyBudget(limitBytes: 1 << 20)
    #expect(throws: HTTPBodyFailure.tooLarge(limitBytes: 100)) {
      try gather([60, 60], budget: budget, limitBytes: 100, announced: 60)
    }
    #expect(budget.usedBytes == 0)
  }
}
