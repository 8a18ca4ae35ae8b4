import Primitives
import Testing

@testable import RPC

@Suite struct HelloTests {
  private func read(_ body: (inout Fields) -> Void) throws(WireViolation) -> Hello {
    let bytes = Fields.build(body)
    return try Bytes(bytes).withUnsafeBytes { buffer throws(WireViolation) in
      try Hello(parsing: buffer)
    }
  }

  @Test("What a Hello leaves out or sets to 0 is the default")
  func defaults() throws {
    let plain = Hello(limits: .untilHello, agent: "")
    #expect(try read { _ in } == plain)
    let zeros = try read { hello in (3...7).forEach { hello.varint($0, 0) } }
    #expect(zeros == plain)
  }

  @Test("Values below their least, frames of 16 MiB and windows above 2^31-1 are malformed")
  func ranges() throws {
    for (field, least) in [(3, 1024), (4, 1024), (5, 1), (6, 1024), (7, 1024)] as [(UInt64, UInt64)]
    {
      if least > 1 {
        #expect(
          violation { () throws(WireViolation) in try read { $0.varint(field, least - 1) } }
            == .malformed,
          "field \(field)"
        )
      }
      #expect(
        violation { () throws(WireViolation) in try read { $0.varint(field, least) } } == nil,
        "field \(field)"
      )
      let most: UInt64 = field == 3 ? 0xFF_FFFF : 0x7FFF_FFFF
      #expect(
        violation { () throws(WireViolation) in try read { $0.varint(field, most) } } == nil,
        "field \(field)"
      )
      if field != 4 {
        #expect(
          violation { () throws(WireViolation) in try read { $0.varint(field, most + 1) } }
            == .malformed,
          "field \(field)"
        )
      }
    }
  }

  @Test("A peer may take larger messages than this side ever sends")
  func largeMessages() throws {
    for announced in [1 << 31, 1 << 40, .max] as [UInt64] {
      let hello = try read { $0.varint(4, announced) }
      #expect(hello.maximumMessageBytes == 0x7FFF_FFFF, "\(announced)")
    }
  }

  @Test("A range of versions is read as it stands; an empty one is malformed")
  func versions() throws {
    let range = try read {
      $0.varint(1, 2)
      $0.varint(2, 9)
    }
    #expect(range.versions == 2...9)
    #expect(
      violation { () throws(WireViolation) in
        try read {
          $0.varint(1, 3)
          $0.varint(2, 2)
        }
      } == .malformed
    )
  }
}
