import Primitives
import Testing

@testable import RPC

@Suite struct FrameDecoderTests {
  private func next(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> FrameDecoder.Step {
    try bytes.withUnsafeBytes { try FrameDecoder(maximumFrameBytes: limit).next(in: $0) }
  }

  @Test("Before the length is whole the decoder asks for the rest of it")
  func shortPrefix() throws {
    for count in 0..<4 {
      let step = try next(Array(repeating: 0, count: count))
      #expect(step == .needMore(4 - count))
    }
  }

  @Test("A frame is whole exactly when its last byte is there, and what follows is left alone")
  func wholeFrames() throws {
    let frame: [UInt8] = [0, 0, 1, 3] + Array(repeating: 9, count: 259)
    for count in 4..<frame.count {
      #expect(try next(Array(frame[..<count])) == .needMore(frame.count - count))
    }
    #expect(try next(frame) == .frame(byteCount: 259))
    #expect(try next(frame + [0, 0]) == .frame(byteCount: 259))
  }

  @Test("A length is judged as soon as its four bytes are there")
  func limits() throws {
    #expect(violation { () throws(WireViolation) in try step([0, 0, 0, 0], 100) } == .malformed)
    #expect(try next([0, 0, 0, 100], limit: 100) == .needMore(100))
    #expect(violation { () throws(WireViolation) in try step([0, 0, 0, 101], 100) } == .tooLarge)
    #expect(
      violation { () throws(WireViolation) in try step([255, 255, 255, 255], 1 << 24) }
        == .tooLarge
    )
  }

  private func step(_ bytes: [UInt8], _ limit: Int) throws(WireViolation) -> FrameDecoder.Step {
    try Bytes(bytes).withUnsafeBytes { buffer throws(WireViolation) in
      try FrameDecoder(maximumFrameBytes: limit).next(in: buffer)
    }
  }
}
