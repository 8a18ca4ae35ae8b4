import Testing

@testable import RPC

/// proto3 has no presence for numbers: whether a peer writes a 0 or leaves it out is all the same.
@Suite struct ZeroFieldTests {
  @Test("A Cancel whose code is written as 0 is a plain one, as if the code were absent")
  func cancelCode() throws {
    let zero = Fields.build { frame in
      frame.varint(1, 3)
      frame.message(6) { $0.varint(1, 0) }
    }
    #expect(try ReadFrame(zero).body == .cancel(Cancel(code: .cancelled)))
  }

  @Test("A Hello whose versions are written as 0 speaks version 1, as if they were absent")
  func helloVersions() throws {
    let zero = Fields.build { frame in
      frame.message(2) { hello in
        hello.varint(1, 0)
        hello.varint(2, 0)
      }
    }
    guard case .hello(let hello) = try ReadFrame(zero).body else {
      Issue.record("no Hello")
      return
    }
    #expect(hello.versions == 1...1)
  }
}
