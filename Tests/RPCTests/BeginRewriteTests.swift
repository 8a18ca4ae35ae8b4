import Primitives
import Testing

@testable import RPC

@Suite struct BeginRewriteTests {
  private static let rewrite = BeginRewrite(
    timeoutMicroseconds: 77,
    attempt: 2,
    trace: TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: false)
  )

  /// Field by field, as bytes.
  private func split(_ body: [UInt8]) throws -> [(number: Int, bytes: [UInt8])] {
    try body.withUnsafeBytes { buffer in
      var reader = FieldReader(buffer)
      var fields: [(Int, [UInt8])] = []
      var start = 0
      while let tag = try reader.nextTag() {
        try reader.skip(tag)
        fields.append((tag.number, Array(body[start..<reader.position])))
        start = reader.position
      }
      return fields
    }
  }

  private func rewritten(
    _ body: [UInt8],
    _ rewrite: BeginRewrite = rewrite
  ) throws(WireViolation) -> [UInt8] {
    // Between foreign bytes, so that the range is obeyed.
    let frame = [0xFF, 0xFF] + body + [0xFF]
    let output = ByteOutput()
    try Bytes(frame).withUnsafeBytes { buffer throws(WireViolation) in
      try rewrite.write(buffer, 2..<(2 + body.count), to: output)
    }
    return output.takeBytes().array
  }

  @Test("Time, attempt and trace are replaced; all else reads as before")
  func known() throws {
    let bytes = SampleFrames.begin(data: [])
    let head = try bytes.withUnsafeBytes { try FrameHead(parsing: $0) }
    let body = ByteOutput()
    body.append(Bytes(try rewritten(Array(bytes[head.body]))))
    let forwarded = try ReadFrame(
      frame {
        FrameEncoder.raw(kind: .begin, streamID: 9, body: body, flags: 0, dataCount: 0, to: $0)
      }
    )
    guard case .begin(let before) = try ReadFrame(bytes).body,
      case .begin(let after) = forwarded.body
    else {
      Issue.record("not a Begin")
      return
    }
    var expected = before
    expected.timeoutMicroseconds = 77
    expected.attempt = 2
    expected.trace = Array(Self.rewrite.trace.text.utf8)
    #expect(after == expected)
  }

  @Test("An attempt or a time of zero is left out, as protobuf does")
  func zeros() throws {
    let none = BeginRewrite(timeoutMicroseconds: 0, attempt: 0, trace: Self.rewrite.trace)
    let body = Fields.build {
      $0.fixed64(2, 5)
      $0.varint(5, 1)
    }
    #expect(try split(rewritten(body, none)).map(\.number) == [4])
  }

  @Test(
    "Every other field passes byte for byte and in order, known or not",
    arguments: UInt64(1)...50
  )
  func passesOn(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var body: [UInt8] = []
    for _ in 0..<Int.random(in: 0...30, using: &generator) {
      let number =
        Bool.random(using: &generator)
        ? UInt64.random(in: 1...9, using: &generator)
        : UInt64.random(in: 10...0x1FFF_FFFF, using: &generator)
      let value =
        UInt64.random(in: 0...(.max), using: &generator)
        >> UInt64.random(in: 0..<64, using: &generator)
      body += Fields.build { fields in
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: fields.varint(number, value)
        case 1: fields.fixed64(number, value)
        case 2: fields.fixed32(number, UInt32(truncatingIfNeeded: value))
        case 3:
          // A tag and a length that are longer than they need be are still somebody's bytes.
          fields.bytes += [UInt8(number & 15) << 3 | 2 | 0x80, 0x80, 0x00, 0x83, 0x00, 1, 2, 3]
          if number & 15 == 0 { fields.bytes = [] }
        default:
          let count = Int.random(in: 0...300, using: &generator)
          fields.bytes(number, (0..<count).map { _ in .random(in: 0...255, using: &generator) })
        }
      }
    }
    let replaced = [2, 4, 5]
    let before = try split(body).filter { !replaced.contains($0.number) }
    let after = try split(rewritten(body))
    #expect(after.dropLast(3).map(\.bytes) == before.map(\.bytes), "seed \(seed)")
    #expect(after.suffix(3).map(\.number) == replaced, "seed \(seed)")
  }

  @Test("A principal takes the place of the caller's, and the pairs of one key stay behind")
  func replaces() throws {
    let pair = { (key: String) in
      Fields.build {
        $0.bytes(1, Array(key.utf8))
        $0.bytes(2, [7])
      }
    }
    let body = Fields.build {
      $0.bytes(8, Fields.build { $0.bytes(1, Array("mallory".utf8)) })
      $0.bytes(3, pair("a"))
      $0.bytes(3, pair("secret"))
      $0.bytes(3, pair("b"))
      $0.bytes(3, pair("secret"))
      $0.bytes(3, [])
    }
    var rewrite = Self.rewrite
    rewrite.principal = Principal(account: "acme", keyID: "k1")
    rewrite.hiddenKey = "secret"
    let after = try split(rewritten(body, rewrite))
    #expect(after.map(\.number) == [3, 3, 3, 2, 4, 5, 8])
    #expect(
      after[0].bytes.contains(UInt8(ascii: "a")) && after[1].bytes.contains(UInt8(ascii: "b"))
    )
    #expect(String(validating: after[6].bytes, as: UTF8.self)?.contains("acme") == true)
    #expect(
      !after.contains { String(validating: $0.bytes, as: UTF8.self)?.contains("mallory") == true }
    )
  }

  @Test("A target takes the place of the caller's, once, also where there was none")
  func retargets() throws {
    var rewrite = Self.rewrite
    rewrite.target = "replicas/7/main"
    let body = Fields.build {
      $0.bytes(6, Array("endpoints/iris".utf8))
      $0.bytes(1, [7])
      $0.bytes(6, Array("endpoints/rose".utf8))
    }
    let plain = Fields.build { $0.bytes(1, [7]) }
    let target = Fields.build { $0.bytes(6, Array("replicas/7/main".utf8)) }
    for body in [body, plain] {
      let after = try split(rewritten(body, rewrite))
      #expect(after.map(\.number) == [1, 2, 4, 5, 6])
      #expect(after[4].bytes == target)
    }
    #expect(try split(rewritten(body)).map(\.number) == [6, 1, 6, 2, 4, 5])
  }

  @Test("A Begin that is cut short is refused, not forwarded")
  func malformed() {
    #expect(
      violation { () throws(WireViolation) in try rewritten([0x0A, 5, 1]) } == .malformed
    )
  }
}
