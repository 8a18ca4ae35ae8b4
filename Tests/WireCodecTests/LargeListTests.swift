import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("Large lists of numbers")
struct LargeListTests {
  @Test("every fixed-width type survives around the size from which lists are lifted")
  func types() throws {
    for count in [4, 8, 2047, 2048, 2049, 4095, 4096, 4097, 20_000] {
      let message = Scalars(
        doubles: (0..<count).map { Double($0) },
        floats: (0..<count).map { Float($0) },
        int32s: (0..<count).map { Int32($0) },
        fixed32s: (0..<count).map { UInt32($0) },
        fixed64s: (0..<count).map { UInt64($0) },
        sfixed32s: (0..<count).map { -Int32($0) },
        sfixed64s: (0..<count).map { -Int64($0) },
        far: "end"
      )
      #expect(try Scalars(decoding: message.encoded()) == message)
      let output = ByteOutput()
      message.withPacked(Arena()) { $0.append(to: output) }
      #expect(output.takeBytes() == message.encoded())
    }
  }

  @Test("a large list is not copied into the arena, and goes out by reference")
  func cost() throws {
    let message = EchoRequest(text: "t", values: [Float](repeating: 1.5, count: 1 << 18))
    let arena = Arena()
    let bytes = message.encoded()
    let decoded = try EchoRequest(decoding: bytes, arena: arena, limits: DecodeLimits())
    #expect(decoded == message)
    #expect(arena.usedBytes < 2048)
    let output = ByteOutput()
    message.withPacked(arena) { packed in
      #expect(packed.hasSlices)
      packed.append(to: output)
    }
    let isShared = message.values.withUnsafeBytes { values in
      var found = false
      output.forEachRun { if $0.baseAddress == values.baseAddress { found = true } }
      return found
    }
    #expect(isShared)
    #expect(arena.usedBytes < 2048)
  }

  @Test("what waits in an output is not changed by a change to the list")
  func copyOnWrite() throws {
    var message = EchoRequest(values: [Float](repeating: 1, count: 10_000))
    let before = message
    let output = ByteOutput()
    message.withPacked(Arena()) { $0.append(to: output) }
    message.values[0] = 2
    message.values = []
    #expect(try EchoRequest(decoding: output.takeBytes()) == before)
  }

  @Test("a list in several pieces is one list, whatever the size of the pieces and their order")
  func pieces() throws {
    let large = (0..<5000).map { Float($0) }
    let largeBytes = large.withUnsafeBytes { Array($0) }
    let one = Float(7)
    for order in 0..<4 {
      let wire = WireBuilder { wire in
        if order != 1 { wire.fixed32(22, one.bitPattern) }
        wire.delimited(22, largeBytes)
        if order != 0 { wire.fixed32(22, one.bitPattern) }
        if order == 3 { wire.delimited(22, largeBytes) }
        wire.text(14, "after")
      }
      var expected = order == 1 ? large : [one] + large
      if order != 0 { expected.append(one) }
      if order == 3 { expected += large }
      #expect(
        try Scalars(decoding: wire.message) == Scalars(stringValue: "after", floats: expected)
      )
    }
  }

  @Test("pieces in messages that merge are one list, and those in different messages are not")
  func merged() throws {
    let large = (0..<5000).map { Float($0) }
    let bytes = large.withUnsafeBytes { Array($0) }
    let wire = WireBuilder { wire in
      wire.message(1) { $0.delimited(8, bytes) }
      wire.message(1) { $0.delimited(8, bytes) }
      wire.message(2) { $0.delimited(8, bytes) }
      wire.message(2) { $0.delimited(8, bytes) }
    }
    var expected = Shapes()
    expected.inner = .init(samples: large + large)
    expected.inners = [.init(samples: large), .init(samples: large)]
    #expect(try Shapes(decoding: wire.message) == expected)
  }

  @Test("a large list that is cut off or of a broken length is refused")
  func malformed() {
    let wire = WireBuilder { $0.delimited(22, [UInt8](repeating: 1, count: 20_001)) }
    let error = #expect(throws: DecodeError.self) { try Scalars(decoding: wire.message) }
    #expect(error?.reason == .malformedPackedList)
    #expect(throws: DecodeError.self) {
      try Scalars(decoding: wire.message.slice(0..<wire.message.count - 1))
    }
  }
}
