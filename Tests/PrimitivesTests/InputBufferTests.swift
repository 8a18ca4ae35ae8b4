import Primitives
import Testing

@Suite struct InputBufferTests {
  private func append(_ bytes: [UInt8], to buffer: InputBuffer) {
    bytes.withUnsafeBytes { buffer.append($0) }
  }

  @Test("Messages that are read at once use the same memory for ever")
  func reuse() {
    let buffer = InputBuffer(capacity: 256)
    append([1, 2, 3], to: buffer)
    let first = buffer.readable.baseAddress
    buffer.consume(3)
    for round in UInt8(0)..<200 {
      append([round, round], to: buffer)
      #expect(Array(buffer.readable) == [round, round])
      #expect(buffer.readable.baseAddress == first)
      buffer.consume(2)
    }
  }

  @Test("Slices that live on share one block until it is full")
  func slicesShareABlock() {
    let buffer = InputBuffer(capacity: 1024)
    var slices: [Bytes] = []
    var blocks = Set<UInt>()
    for round in UInt8(0)..<64 {
      append([round, round, round, round], to: buffer)
      slices.append(buffer.slice(offset: 0, count: 4))
      blocks.insert(UInt(bitPattern: buffer.readable.baseAddress) / 1024)
      buffer.consume(4)
    }
    for (round, slice) in slices.enumerated() {
      #expect(slice.array == Array(repeating: UInt8(round), count: 4))
    }
    // 64 × 4 bytes fit in one block, which may lie across a boundary of 1024.
    #expect(blocks.count <= 2)
  }

  @Test("A slice does not change when its buffer goes on")
  func slicesAreStable() {
    let buffer = InputBuffer(capacity: 256)
    append(Array(0..<200), to: buffer)
    let slice = buffer.slice(offset: 10, count: 20)
    buffer.consume(200)
    for _ in 0..<10 {
      append(Array(repeating: 0xEE, count: 200), to: buffer)
      buffer.consume(200)
    }
    #expect(slice.array == Array(10..<30))
  }

  @Test("The room is never smaller than asked for, whatever is buffered")
  func minimumRoom() {
    let buffer = InputBuffer(capacity: 256)
    for minimum in [1, 255, 256, 257, 5000] {
      append([1], to: buffer)
      #expect(buffer.writable(minimum: minimum).count >= minimum)
    }
    #expect(Array(buffer.readable) == [1, 1, 1, 1, 1])
  }

  @Test("Trimming gives a burst's memory back, and only when nothing is buffered")
  func trim() {
    let buffer = InputBuffer(capacity: 256)
    append(Array(repeating: 7, count: 10_000), to: buffer)
    buffer.trim()
    #expect(buffer.count == 10_000)
    buffer.consume(10_000)
    buffer.trim()
    #expect(buffer.writable(minimum: 1).count == 256)
  }

  @Test("Against a plain array, with slices kept and dropped in any order")
  func model() {
    for seed in UInt64(0)..<80 {
      var generator = SeededGenerator(seed: seed)
      let buffer = InputBuffer(capacity: Int.random(in: 1...600, using: &generator))
      var model: [UInt8] = []
      var kept: [(slice: Bytes, content: [UInt8])] = []
      for step in 0..<400 {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1:
          let count = Int.random(in: 0..<400, using: &generator)
          let piece = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
          append(piece, to: buffer)
          model += piece
        case 2:
          let minimum = Int.random(in: 0..<800, using: &generator)
          let room = buffer.writable(minimum: minimum)
          #expect(room.count >= minimum, "seed \(seed), step \(step)")
          let written = Int.random(in: 0...min(room.count, 50), using: &generator)
          for index in 0..<written { room[index] = UInt8(truncatingIfNeeded: step) }
          buffer.commit(written)
          model += Array(repeating: UInt8(truncatingIfNeeded: step), count: written)
        case 3:
          let count = Int.random(in: 0...model.count, using: &generator)
          buffer.consume(count)
          model.removeFirst(count)
        case 4:
          let offset = Int.random(in: 0...model.count, using: &generator)
          let count = Int.random(in: 0...(model.count - offset), using: &generator)
          kept.append(
            (buffer.slice(offset: offset, count: count), Array(model[offset..<offset + count]))
          )
          if kept.count > 5 {
            kept.remove(at: Int.random(in: 0..<kept.count, using: &generator))
          }
        case 5: buffer.trim()
        case _: Issue.record("no such operation")
        }
        #expect(Array(buffer.readable) == model, "seed \(seed), step \(step)")
        #expect(buffer.count == model.count, "seed \(seed), step \(step)")
        for (slice, content) in kept {
          #expect(slice.array == content, "seed \(seed), step \(step)")
        }
      }
    }
  }
}
