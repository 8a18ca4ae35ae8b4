import Primitives
import Testing

@testable import RPC

@Suite struct StreamTableTests {
  /// The table beside a dictionary.
  private struct Model {
    var table: StreamTable<UInt32>
    var slots: [UInt32: Int] = [:]
    let seed: UInt64

    mutating func insert(_ id: UInt32) {
      let slot = table.insert(id, id: id)
      if slots.count == table.capacity {
        #expect(slot == nil, "seed \(seed)")
        return
      }
      guard let slot else {
        Issue.record("seed \(seed): no slot for \(id) beside \(slots.count) others")
        return
      }
      #expect(!slots.values.contains(slot), "seed \(seed): slot \(slot) was given twice")
      #expect((0..<table.capacity).contains(slot), "seed \(seed)")
      slots[id] = slot
    }

    mutating func remove(_ id: UInt32) {
      guard let slot = slots.removeValue(forKey: id) else { return }
      table.remove(slot: slot, id: id)
      #expect(table.slot(of: id) == nil, "seed \(seed)")
      #expect(!table.isTaken(slot), "seed \(seed)")
    }

    mutating func check(absent: [UInt32]) {
      #expect(table.count == slots.count, "seed \(seed)")
      var seen: [Int: UInt32] = [:]
      table.forEachSlot { slot, id in seen[slot] = id }
      #expect(seen.count == slots.count, "seed \(seed)")
      for (id, slot) in slots {
        #expect(table.slot(of: id) == slot, "seed \(seed), id \(id)")
        #expect(table[slot] == id, "seed \(seed), id \(id)")
        #expect(seen[slot] == id, "seed \(seed), id \(id)")
      }
      for id in absent where slots[id] == nil {
        #expect(table.slot(of: id) == nil, "seed \(seed), id \(id)")
      }
    }
  }

  @Test("The table holds what a dictionary holds, full or not", arguments: UInt64(1)...12)
  func againstDictionary(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let capacity = [1, 2, 7, 16, 128][Int(seed % 5)]
    var model = Model(table: StreamTable(capacity: capacity), seed: seed)
    #expect(model.table.capacity == capacity)
    var nextID: UInt32 = 1
    var removed: [UInt32] = []
    // Ids in steps of 2 are an honest client's; steps of a power of two make all of them collide.
    let step: UInt32 = [2, 512, 2048][Int(seed % 3)]
    for round in 0..<1500 {
      // Most of the time the table is full or nearly so.
      if model.slots.count < capacity || Int.random(in: 0..<4, using: &generator) == 0 {
        model.insert(nextID)
        nextID += step
      }
      if model.slots.count == capacity || Int.random(in: 0..<8, using: &generator) == 0,
        let id = model.slots.keys.sorted().randomElement(using: &generator)
      {
        model.remove(id)
        removed.append(id)
      }
      if round % 25 == 0 { model.check(absent: [nextID] + removed.suffix(50)) }
    }
    for id in model.slots.keys.sorted() { model.remove(id) }
    model.check(absent: removed.suffix(50))
    #expect(model.table.count == 0)
  }

  @Test("A full table takes nothing, and everything again when it is emptied")
  func full() {
    var model = Model(table: StreamTable(capacity: 128), seed: 0)
    for round in UInt32(0)..<3 {
      for index in UInt32(0)..<128 { model.insert(round * 1000 + index * 2 + 1) }
      model.insert(round * 1000 + 501)
      model.check(absent: [round * 1000 + 501])
      for index in UInt32(0)..<128 { model.remove(round * 1000 + index * 2 + 1) }
      model.check(absent: [round * 1000 + 1])
    }
  }

  @Test("A stream is changed in place, by its slot and by a walk over all")
  func changes() throws {
    var table = StreamTable<Int>(capacity: 4)
    let first = table.insert(10, id: 1)
    let slot = try #require(first)
    let second = table.insert(20, id: 3)
    table[slot] += 1
    table.forEachSlot { _, stream in stream *= 2 }
    #expect(table[slot] == 22)
    #expect(table[try #require(second)] == 40)
  }
}
