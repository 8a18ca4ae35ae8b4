import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("Sliced fields")
struct SliceTests {
  private func sharesBlock(_ slice: Bytes, _ whole: Bytes) -> Bool {
    slice.withUnsafeBytes { slice in
      whole.withUnsafeBytes { whole in
        guard let start = slice.baseAddress, let first = whole.baseAddress else { return false }
        return start >= first && start + slice.count <= first + whole.count
      }
    }
  }

  @Test("a slice of 16 bytes or more shares the received block, a shorter one is a copy")
  func sharing() throws {
    for count in 1...40 {
      let payload = Bytes((0..<count).map { UInt8($0) })
      let bytes = EchoRequest(text: "before", payload: payload, responseCount: 9).encoded()
      let decoded = try EchoRequest(decoding: bytes)
      #expect(decoded == EchoRequest(text: "before", payload: payload, responseCount: 9))
      #expect(sharesBlock(decoded.payload, bytes) == (count >= 16))
    }
  }

  @Test("slices in lists, maps, oneofs and messages inside share the block")
  func nested() throws {
    let bytes = Samples.slices().encoded()
    let decoded = try Slices(decoding: bytes)
    #expect(decoded == Samples.slices())
    #expect(sharesBlock(decoded.payload, bytes))
    #expect(sharesBlock(decoded.chunks[1], bytes))
    #expect(sharesBlock(try #require(decoded.children.last).payload, bytes))
    #expect(sharesBlock(try #require(decoded.named[7]).payload, bytes))
    guard case .raw(let raw)? = decoded.child?.body else {
      Issue.record("the oneof is not raw")
      return
    }
    #expect(sharesBlock(raw, bytes))
    #expect(!sharesBlock(try #require(decoded.copied["k"]), bytes))
  }

  @Test("a large slice costs the arena next to nothing")
  func arenaUse() throws {
    let bytes = EchoRequest(
      text: "t",
      payload: Bytes([UInt8](repeating: 7, count: 1 << 20)),
      responseCount: 3
    ).encoded()
    let arena = Arena()
    let decoded = try EchoRequest(decoding: bytes, arena: arena, limits: DecodeLimits())
    #expect(decoded.payload.count == 1 << 20)
    #expect(arena.usedBytes < 2048)
  }

  @Test("of a slice that comes twice the last counts, in messages inside too")
  func duplicates() throws {
    let long = [UInt8](repeating: 1, count: 100)
    let other = [UInt8](repeating: 2, count: 50)
    let message = WireBuilder { wire in
      wire.delimited(2, long)
      wire.delimited(2, other)
      wire.message(5) { child in
        child.delimited(2, other)
        child.delimited(2, [9])
      }
      wire.message(4) { child in child.delimited(3, long) }
    }
    let decoded = try Slices(decoding: message.message)
    #expect(decoded.payload == Bytes(other))
    #expect(decoded.child?.payload == [9])
    #expect(decoded.children.first?.chunks == [Bytes(long)])
  }

  @Test("slices beside unknown fields keep their place")
  func besideUnknown() throws {
    let long = (0..<100).map { UInt8($0) }
    let message = WireBuilder { wire in
      wire.delimited(100, long)
      wire.message(5, lengthWidth: 3) { child in
        child.varint(99, 1)
        child.delimited(2, long, lengthWidth: 4)
        child.varint(99, 1)
        child.message(5) { $0.delimited(2, long.reversed()) }
      }
      wire.varint(15, 5)
      wire.varint(101, 5)
    }
    let decoded = try Slices(decoding: message.message)
    #expect(
      decoded
        == Slices(
          child: Slices(payload: Bytes(long), child: Slices(payload: Bytes(long.reversed()))),
          tail: 5
        )
    )
  }

  @Test("a slice of the same size as its placeholder is not mistaken for one")
  func placeholderSize() throws {
    let tricky = Bytes([UInt8](repeating: 0xFF, count: 16))
    let message = Slices(
      payload: tricky,
      copied: ["k": tricky],
      named: [1: Slices(payload: tricky)]
    )
    #expect(try Slices(decoding: message.encoded()) == message)
  }

  @Test("a slice stays readable after the arena and the message are gone")
  func lifetime() throws {
    var payload = Bytes()
    do {
      let bytes = EchoRequest(payload: Bytes([UInt8](repeating: 5, count: 64))).encoded()
      payload = try EchoRequest(decoding: bytes).payload
    }
    #expect(payload.array == [UInt8](repeating: 5, count: 64))
  }
}
