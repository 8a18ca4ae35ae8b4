import Primitives
import Testing

@testable import RPC

/// Bad bytes: every frame is read from memory behind which nothing may be read.
@Suite struct FrameDamageTests {
  private func read(_ memory: GuardedMemory, _ bytes: some Collection<UInt8>) -> ReadFrame? {
    memory.with(bytes) { buffer -> ReadFrame? in
      let read: ReadFrame?
      do throws(WireViolation) {
        read = try ReadFrame(reading: buffer, limits: WireLimits())
      } catch {
        read = nil
      }
      for range in read?.ranges ?? [] {
        #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count)
      }
      return read
    }
  }

  @Test(
    "A frame cut at any byte is refused or read within what is there",
    arguments: SampleFrames.all.indices
  )
  func cuts(index: Int) throws {
    let memory = try #require(GuardedMemory(pages: 1))
    let sample = SampleFrames.all[index]
    let whole = try #require(read(memory, sample.bytes), "\(sample.name)")
    var refused = 0
    for count in 0..<sample.bytes.count {
      if let part = read(memory, sample.bytes[..<count]) {
        #expect(part != whole, "\(sample.name) cut at \(count) reads as if it were whole")
      } else {
        refused += 1
      }
    }
    // Cuts between the envelope's fields leave a shorter frame that is well formed; there are
    // at most six such places, and every other cut is noticed.
    #expect(refused >= sample.bytes.count - 6, "\(sample.name)")
  }

  @Test("A frame with changed bytes is refused or read within what is there")
  func mutations() throws {
    let memory = try #require(GuardedMemory(pages: 1))
    var refused = 0
    var accepted = 0
    for seed in UInt64(1)...40 {
      var generator = SeededGenerator(seed: seed)
      for sample in SampleFrames.all {
        for _ in 0..<20 {
          var bytes = sample.bytes
          for _ in 0...Int.random(in: 0...2, using: &generator) {
            let place = Int.random(in: 0..<max(1, bytes.count), using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where place < bytes.count:
              bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &generator)
            case 2 where place < bytes.count: bytes.remove(at: place)
            default:
              bytes.insert(.random(in: 0...255, using: &generator), at: min(place, bytes.count))
            }
          }
          if read(memory, bytes) == nil { refused += 1 } else { accepted += 1 }
        }
      }
    }
    // Both outcomes happen, so the loop above looked at both.
    #expect(refused > 1000)
    #expect(accepted > 1000)
  }

  @Test("Noise is refused or read within what is there")
  func noise() throws {
    let memory = try #require(GuardedMemory(pages: 1))
    var generator = SeededGenerator(seed: 99)
    var refused = 0
    for _ in 0..<5000 {
      let count = Int.random(in: 0...40, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      if read(memory, bytes) == nil { refused += 1 }
    }
    #expect(refused > 2500)
  }

  @Test("Numbers of more than ten bytes, groups and field number 0 are malformed")
  func badFields() {
    let bad: [(String, [UInt8])] = [
      ("a varint of eleven bytes", [0x08] + Array(repeating: 0x80, count: 10) + [0]),
      ("a varint without an end", [0x08, 0x80]),
      ("a group", [0x0B]),
      ("the end of a group", [0x0C]),
      ("wire type 6", [0x0E, 1]),
      ("wire type 7", [0x0F, 1]),
      ("field number 0", [0x00, 1]),
      ("a field number of 30 bits", [0x80, 0x80, 0x80, 0x80, 0x10, 1]),
      ("a length of 2^64-1", [0x7A] + Array(repeating: 0xFF, count: 9) + [1]),
      ("a length of 2^63", [0x7A] + Array(repeating: 0x80, count: 9) + [1]),
      ("a cut fixed32", [0x85, 1, 1, 2, 3]),
      ("a cut fixed64", [0x81, 1, 1, 2, 3, 4, 5, 6, 7]),
    ]
    for (what, bytes) in bad {
      #expect(
        violation { () throws(WireViolation) in try ReadFrame(bytes) } == .malformed,
        "\(what)"
      )
    }
  }

  @Test("Text that is not UTF-8 is malformed, wherever a frame has text")
  func badText() {
    let bad: [UInt8] = [0x61, 0xC3, 0x28]
    let frames: [(String, [UInt8])] = [
      ("agent", Fields.build { $0.message(2) { $0.bytes(9, bad) } }),
      ("feature", Fields.build { $0.message(2) { $0.bytes(8, bad) } }),
      ("reason", Fields.build { $0.message(6) { $0.bytes(2, bad) } }),
      ("go away", Fields.build { $0.message(9) { $0.message(2) { $0.bytes(2, bad) } } }),
      ("status", Fields.build { $0.message(5) { $0.message(1) { $0.bytes(2, bad) } } }),
      (
        "detail",
        Fields.build { $0.message(5) { $0.message(1) { $0.message(3) { $0.bytes(1, bad) } } } }
      ),
      ("account", Fields.build { $0.message(3) { $0.message(8) { $0.bytes(1, bad) } } }),
      ("key", Fields.build { $0.message(4) { $0.message(1) { $0.bytes(1, bad) } } }),
    ]
    for (what, bytes) in frames {
      #expect(
        violation { () throws(WireViolation) in try ReadFrame(bytes) } == .malformed,
        "\(what)"
      )
    }
  }
}
