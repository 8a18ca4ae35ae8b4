import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("The scanner")
struct ScannerTests {
  private func reason(_ bytes: Bytes, limits: DecodeLimits = DecodeLimits()) -> DecodeError.Reason?
  {
    do throws(DecodeError) {
      _ = try Shapes(decoding: bytes, arena: Arena(), limits: limits)
      return nil
    } catch { return error.reason }
  }

  @Test("a message cut at any byte is an error or a shorter message, never refused by protobuf-c")
  func cuts() throws {
    let samples: [(Bytes, (Bytes) throws -> Void)] = [
      (Samples.scalars.encoded(), { _ = try Scalars(decoding: $0) }),
      (Samples.shapes.encoded(), { _ = try Shapes(decoding: $0) }),
      (Samples.slices(depth: 1).encoded(), { _ = try Slices(decoding: $0) }),
    ]
    for (whole, decode) in samples {
      var errors = 0
      for count in 0..<whole.count {
        do {
          try decode(Bytes(whole.slice(0..<count).array))
        } catch let error as DecodeError {
          errors += 1
          #expect(error.reason == .truncated, "cut at \(count): \(error)")
        }
      }
      #expect(errors > whole.count / 2)
    }
  }

  @Test("unknown fields of every wire type and depth are left out, in any number")
  func unknownFields() throws {
    var expected = Shapes()
    expected.inner = .init(count: 3)
    expected.class = "c"
    let message = WireBuilder { wire in
      for _ in 0..<100_000 { wire.varint(1000, 1) }
      wire.message(1) { inner in
        inner.delimited(999, [1, 2, 3])
        inner.varint(2, 3)
        inner.fixed32(50, 7)
      }
      wire.fixed64(77, 1)
      wire.text(14, "c")
      wire.delimited(536_870_911, [0xFF])
    }
    #expect(try Shapes(decoding: message.message) == expected)
  }

  @Test("a known field with another wire type is unknown")
  func wrongWireType() throws {
    let message = WireBuilder { wire in
      wire.varint(14, 5)
      wire.fixed32(1, 5)
      wire.fixed64(16, 1)
      wire.text(3, "not a number")
      wire.varint(16, 1)
    }
    #expect(try Shapes(decoding: message.message) == Shapes(default: true))
  }

  @Test("packed and unpacked lists are read alike, and mixed")
  func packing() throws {
    let message = WireBuilder { wire in
      wire.varint(23, 1)
      wire.delimited(23, [2, 3])
      wire.varint(23, 4)
      wire.delimited(37, [5, 6])
      wire.varint(37, 7)
      wire.fixed32(22, Float(1).bitPattern)
    }
    let scalars = try Scalars(decoding: message.message)
    #expect(scalars.int32s == [1, 2, 3, 4])
    #expect(scalars.unpackedInt32s == [5, 6, 7])
    #expect(scalars.floats == [1])
  }

  @Test("packed bools may be any varint, as in other readers")
  func packedBools() throws {
    let message = WireBuilder { wire in
      wire.delimited(33, [1, 0, 2, 0x80, 0x01, 0x80, 0x00, 0xFF, 0x7F])
      wire.text(14, "after")
    }
    let scalars = try Scalars(decoding: message.message)
    #expect(scalars.bools == [true, false, true, true, false, true])
    #expect(scalars.stringValue == "after")
  }

  @Test("padded varints, tags and lengths are read, also where something inside is cut")
  func padding() throws {
    let message = WireBuilder { wire in
      wire.tag(1, 2, width: 5)
      let inner = WireBuilder { inner in
        inner.varint(99, 1)
        inner.varint(2, 3, width: 10)
        inner.delimited(4, Array("label".utf8), lengthWidth: 5)
      }
      wire.raw(WireBuilder.varint(UInt64(inner.bytes.count), width: 5) + inner.bytes)
    }
    #expect(
      try Shapes(decoding: message.message) == Shapes(inner: .init(count: 3, label: "label"))
    )
  }

  @Test("malformed tags, varints, lengths and groups are refused with their reason")
  func malformed() {
    #expect(reason([0x00, 0x01]) == .fieldNumberZero)
    #expect(reason([0x80, 0x00]) == .fieldNumberZero)
    #expect(reason([0x81, 0x80, 0x80, 0x80, 0x10, 0]) == .malformedTag)
    #expect(reason([0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 0]) == .malformedTag)
    #expect(reason([0x88]) == .truncated)
    #expect(reason(Bytes([0x18] + [UInt8](repeating: 0xFF, count: 10))) == .malformedVarint)
    #expect(
      reason(Bytes([0x18] + [UInt8](repeating: 0xFF, count: 9) + [0x02])) == .malformedVarint
    )
    #expect(reason(Bytes([0x18] + [UInt8](repeating: 0xFF, count: 9) + [0x01])) == nil)
    #expect(reason([0x0B, 0x0C]) == .unsupportedWireType(3))
    #expect(reason([0x0C]) == .unsupportedWireType(4))
    #expect(reason([0x0E]) == .unsupportedWireType(6))
    #expect(reason([0x72, 0x05, 0x61]) == .truncated)
    #expect(reason([0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) == .truncated)
    // The length of the inner message ends before the text in it does.
    #expect(reason([0x0A, 0x03, 0x22, 0x05, 0x61, 0x61, 0x61, 0x61, 0x61]) == .truncated)
  }

  @Test("packed lists of a broken length are refused")
  func malformedLists() {
    func reason(_ wire: WireBuilder) -> DecodeError.Reason? {
      do throws(DecodeError) {
        _ = try Scalars(decoding: wire.message)
        return nil
      } catch { return error.reason }
    }
    #expect(reason(WireBuilder { $0.delimited(22, [1, 2, 3]) }) == .malformedPackedList)
    #expect(reason(WireBuilder { $0.delimited(21, [1, 2, 3, 4]) }) == .malformedPackedList)
    #expect(reason(WireBuilder { $0.delimited(23, [0x80]) }) == .truncated)
    #expect(
      reason(WireBuilder { $0.delimited(23, [UInt8](repeating: 0x80, count: 11)) })
        == .malformedVarint
    )
  }

  @Test("an error names the message, the field and the place")
  func errorText() throws {
    let message = WireBuilder { wire in
      wire.varint(16, 1)
      wire.message(1) { $0.delimited(4, [0x61, 0xFF]) }
    }
    let error = #expect(throws: DecodeError.self) { try Shapes(decoding: message.message) }
    #expect(error?.message == "martlet.testing.v1.Shapes.Inner")
    #expect(error?.field == "label")
    #expect(error?.byteOffset == 7)
    #expect(
      error?.description
        == "field label of martlet.testing.v1.Shapes.Inner at byte 7: text is not UTF-8"
    )
  }

  @Test("64 messages inside each other are read, 65 are refused, and 100 000 do no harm")
  func depth() throws {
    func nested(_ depth: Int) -> Bytes {
      var bytes: [UInt8] = []
      for _ in 1..<depth { bytes = WireBuilder { $0.delimited(18, bytes) }.bytes }
      return Bytes(bytes)
    }
    #expect(reason(nested(64)) == nil)
    #expect(reason(nested(65)) == .tooDeep(limit: 64))
    var bomb: [UInt8] = []
    for level in stride(from: 3_000, to: 0, by: -1) {
      bomb += [0x92, 0x01] + WireBuilder.varint(UInt64(level * 7), width: 5)
    }
    bomb += [UInt8](repeating: 0x80, count: 1)
    #expect(reason(Bytes(bomb)) != nil)
    #expect(reason(nested(3_000)) == .tooDeep(limit: 64))
  }

  @Test("more known fields than the limit are refused")
  func fieldCount() {
    var limits = DecodeLimits()
    limits.maximumFields = 10
    func wire(_ count: Int) -> Bytes {
      WireBuilder { wire in for _ in 0..<count { wire.varint(16, 1) } }.message
    }
    #expect(reason(wire(10), limits: limits) == nil)
    #expect(reason(wire(11), limits: limits) == .tooManyFields(limit: 10))
    #expect(reason(wire(65_537)) == .tooManyFields(limit: 65_536))
  }

  @Test("a bomb of empty messages breaks the arena's budget and costs no more than that")
  func allocationBomb() {
    var limits = DecodeLimits()
    limits.maximumFields = .max
    let bomb = Bytes(
      [UInt8](repeating: 0, count: 1 << 21).enumerated().map { $0.offset & 1 == 0 ? 0x12 : 0 }
    )
    let arena = Arena()
    let budget = 32 * bomb.count + 64 * 1024
    #expect(throws: DecodeError.self) { try Shapes(decoding: bomb, arena: arena, limits: limits) }
    #expect(reason(bomb, limits: limits) == .tooLarge(arenaBudgetBytes: budget))
    #expect(arena.usedBytes <= budget)
    limits.maximumArenaBytes = 4096
    #expect(reason(bomb, limits: limits) == .tooLarge(arenaBudgetBytes: 4096))
  }

  @Test("honest lists of short texts stay within the budget")
  func shortTexts() throws {
    let message = Scalars(strings: (0..<20_000).map { "\($0 % 100)" })
    let bytes = message.encoded()
    #expect(try Scalars(decoding: bytes) == message)
    let map = Shapes(counts: Dictionary(uniqueKeysWithValues: (0..<5_000).map { ("k\($0)", 1) }))
    #expect(try Shapes(decoding: map.encoded()) == map)
  }
}
