import Primitives
import Testing

@testable import RPC

@Suite struct MetadataTests {
  private func read(_ metadata: Metadata) -> ViolationKind? {
    let bytes = frame { FrameEncoder.head(metadata, streamID: 1, to: $0) }
    return violation { () throws(WireViolation) in try ReadFrame(bytes) }
  }

  @Test("A key may stand more than once; the first is the one that a look-up gives")
  func lookups() {
    let metadata = SampleFrames.metadata
    #expect(metadata.count == 4)
    #expect(metadata.text("x-tenant") == "blue")
    #expect(metadata.values("x-tenant") == [Bytes("blue"), Bytes("second")])
    #expect(metadata["x-bin"] == [0, 255, 128])
    #expect(metadata.text("x-bin") == nil)
    #expect(metadata["x-empty"] == Bytes())
    #expect(metadata["absent"] == nil)
    #expect(metadata.byteCount == 8 + 4 + 5 + 3 + 8 + 6 + 7)
  }

  @Test("Keys are 1 to 64 of a-z 0-9 _ . -, for the sender and for the receiver alike")
  func keys() {
    let good = ["a", "0", "a_b.c-d9", String(repeating: "k", count: 64)]
    let bad = ["", "A", "a b", "a:b", "ä", "a\0", "a\n", String(repeating: "k", count: 65)]
    for (key, isGood) in good.map({ ($0, true) }) + bad.map({ ($0, false) }) {
      var metadata = Metadata()
      metadata.append(key, "value")
      #expect(Metadata.isValidKey(key) == isGood, "\(key.debugDescription)")
      #expect((metadata.violation(under: WireLimits()) == nil) == isGood, "\(key.debugDescription)")
      #expect((read(metadata) == nil) == isGood, "\(key.debugDescription)")
    }
  }

  @Test("Sixty-four pairs pass and one more does not, on both sides")
  func pairs() {
    var metadata = Metadata()
    for index in 0..<64 { metadata.append("k\(index)", "") }
    #expect(metadata.violation(under: WireLimits()) == nil)
    #expect(read(metadata) == nil)
    metadata.append("k64", "")
    #expect(metadata.violation(under: WireLimits()) != nil)
    #expect(read(metadata) == .tooLarge)
  }

  @Test("Eight KiB of keys and values pass and one byte more does not, on both sides")
  func bytes() {
    var metadata = Metadata()
    metadata.append("key", Bytes(Array(repeating: 0, count: 8192 - 3 - 10)))
    metadata.append("other-key", Bytes([1]))
    #expect(metadata.byteCount == 8192)
    #expect(metadata.violation(under: WireLimits()) == nil)
    #expect(read(metadata) == nil)
    metadata.append("k", "")
    #expect(metadata.violation(under: WireLimits()) != nil)
    #expect(read(metadata) == .tooLarge)
  }

  @Test("Values outlive the buffer that they came in")
  func ownership() throws {
    let input = InputBuffer(capacity: 256)
    let bytes = frame { FrameEncoder.head(SampleFrames.metadata, streamID: 1, to: $0) }
    bytes.withUnsafeBytes { input.append($0) }
    let read = try ReadFrame(reading: input.readable, limits: WireLimits())
    input.consume(bytes.count)
    let noise = [UInt8](repeating: 0xEE, count: 200)
    noise.withUnsafeBytes { input.append($0) }
    #expect(read.body == .head(SampleFrames.metadata))
  }
}
