import Primitives
import Testing

@Suite struct BytesTests {
  @Test("Equality, hashing and indexing go by content, wherever the bytes lie")
  func content() {
    let whole = Bytes([9, 1, 2, 3, 9])
    let slice = whole.slice(1..<4)
    let copy: Bytes = [1, 2, 3]
    #expect(slice == copy && slice.hashValue == copy.hashValue)
    #expect(Set([slice, copy]).count == 1)
    #expect(slice != [1, 2, 4] && slice != [1, 2])
    #expect(slice[0] == 1 && slice[2] == 3)
    #expect(slice.array == [1, 2, 3])
  }

  @Test("A slice of a slice counts from the slice's start and shares the block")
  func nestedSlices() {
    let outer = Bytes(0..<100).slice(10..<90)
    let inner = outer.slice(5..<8)
    #expect(inner.array == [15, 16, 17])
    let addresses = outer.withUnsafeBytes { outer in
      inner.withUnsafeBytes { ($0.baseAddress, outer.baseAddress.map { $0 + 5 }) }
    }
    #expect(addresses.0 == addresses.1)
  }

  @Test("An empty run is empty however it came to be, and keeps no block alive")
  func empty() {
    let runs = [
      Bytes(), Bytes([]), Bytes(""), Bytes([1, 2]).slice(1..<1), Bytes(capacity: 0) { _ in 0 },
      Bytes(copying: UnsafeRawBufferPointer(start: nil, count: 0)),
    ]
    for run in runs {
      #expect(run.isEmpty && run.count == 0 && run == Bytes() && run.array.isEmpty)
      #expect(run.utf8Text == "")
      #expect(run.withUnsafeBytes { $0.count } == 0)
    }
    let flag = Flag()
    do {
      let storage = ByteStorage(
        adopting: .allocate(byteCount: 4, alignment: 1),
        capacity: 4,
        release: { pointer in
          pointer.deallocate()
          flag.raise()
        }
      )
      _ = Bytes(storage: storage, offset: 2, count: 0)
    }
    #expect(flag.isRaised)
  }

  @Test("Adopted memory is returned when the last slice goes, and not before")
  func adoptedMemory() {
    let flag = Flag()
    var slice: Bytes?
    do {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 3, alignment: 1)
      memory.copyMemory(from: [7, 8, 9] as [UInt8], byteCount: 3)
      let storage = ByteStorage(
        adopting: memory,
        capacity: 3,
        release: { pointer in
          pointer.deallocate()
          flag.raise()
        }
      )
      slice = Bytes(storage: storage, offset: 0, count: 3).slice(1..<3)
    }
    #expect(!flag.isRaised)
    #expect(slice?.array == [8, 9])
    slice = nil
    #expect(flag.isRaised)
  }

  @Test("Text is read only when it is UTF-8")
  func text() {
    #expect(Bytes("grün ✓").utf8Text == "grün ✓")
    #expect(Bytes([0x66, 0xFF]).utf8Text == nil)
    #expect(Bytes([0xC3]).utf8Text == nil)
    #expect(Bytes([0xED, 0xA0, 0x80]).utf8Text == nil)
  }

  @Test("A block may be filled in part, from sequences of any kind, and a failure passes through")
  func building() throws {
    let partly = Bytes(capacity: 10) { target in
      target[0] = 5
      target[1] = 6
      return 2
    }
    #expect(partly == [5, 6])
    #expect(Bytes(stride(from: UInt8(1), to: 6, by: 2)) == [1, 3, 5])
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      _ = try Bytes(capacity: 4) { _ throws(Failure) -> Int in throw Failure() }
    }
  }

  @Test("The description has the length and sixteen bytes at most")
  func description() {
    #expect(Bytes().description == "0 bytes")
    #expect(Bytes([0, 255]).description == "2 bytes 00ff")
    #expect(Bytes(repeatElement(0xAB, count: 17)).description.hasSuffix("abab…"))
    #expect(!Bytes(repeatElement(0xAB, count: 16)).description.hasSuffix("…"))
  }
}
