import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("Singular messages that come twice")
struct DuplicateTests {
  @Test("they merge: later scalars win, lists grow, messages inside merge again")
  func merge() throws {
    let message = WireBuilder { wire in
      wire.message(1) { inner in
        inner.varint(2, 3)
        inner.delimited(3, [1, 2])
        inner.text(4, "first")
        inner.message(5) { $0.varint(1, 1) }
      }
      wire.text(14, "between")
      wire.message(1) { inner in
        inner.varint(1, 2)
        inner.varint(3, 3)
        inner.text(4, "second")
        inner.message(5) { $0.varint(2, 2) }
      }
    }
    var expected = Shapes(class: "between")
    expected.inner = .init(
      kind: .large,
      count: 3,
      numbers: [1, 2, 3],
      label: "second",
      leaf: .init(a: 1, b: 2)
    )
    #expect(try Shapes(decoding: message.message) == expected)
  }

  @Test("they merge also behind a large list that goes on in a field of its own")
  func behindSplitList() throws {
    let bytes = WireBuilder { wire in
      wire.delimited(2, [UInt8](repeating: 0, count: 16 * 1024))
      wire.fixed32(2, Float(1.5).bitPattern)
      wire.message(6) { $0.varint(1, 5) }
      wire.message(6) { $0.text(2, "later") }
    }
    let request = try EchoRequest(decoding: bytes.message)
    #expect(request.values.count == 4097)
    #expect(request.values.last == 1.5)
    #expect(request.failure?.code == 5)
    #expect(request.failure?.message == "later")
  }

  @Test("three of them merge, also when one is empty")
  func three() throws {
    let message = WireBuilder { wire in
      wire.message(1) { $0.varint(2, 3) }
      wire.message(1) { _ in }
      wire.message(1) { $0.text(4, "x") }
    }
    #expect(try Shapes(decoding: message.message) == Shapes(inner: .init(count: 3, label: "x")))
  }

  @Test("oneofs inside merge: the same member merges, another member wins")
  func oneofInside() throws {
    let message = WireBuilder { wire in
      wire.message(1) { $0.message(7) { $0.varint(1, 1) } }
      wire.message(1) { $0.message(7) { $0.varint(2, 2) } }
    }
    #expect(
      try Shapes(decoding: message.message)
        == Shapes(inner: .init(pick: .tree(.init(a: 1, b: 2))))
    )
    let other = WireBuilder { wire in
      wire.message(1) { $0.message(7) { $0.varint(1, 1) } }
      wire.message(1) { $0.varint(6, 2) }
    }
    #expect(try Shapes(decoding: other.message) == Shapes(inner: .init(pick: .number(2))))
  }

  @Test("a member of a oneof merges only with what came after another member")
  func oneof() throws {
    let merged = WireBuilder { wire in
      wire.message(6) { $0.varint(2, 1) }
      wire.message(6) { $0.text(4, "l") }
    }
    #expect(
      try Shapes(decoding: merged.message)
        == Shapes(choice: .message(.init(count: 1, label: "l")))
    )
    let interrupted = WireBuilder { wire in
      wire.message(6) { $0.varint(2, 1) }
      wire.varint(3, 5)
      wire.message(6) { $0.text(4, "l") }
    }
    #expect(
      try Shapes(decoding: interrupted.message) == Shapes(choice: .message(.init(label: "l")))
    )
    let replaced = WireBuilder { wire in
      wire.message(6) { $0.varint(2, 1) }
      wire.message(6) { $0.text(4, "l") }
      wire.varint(3, 5)
    }
    #expect(try Shapes(decoding: replaced.message) == Shapes(choice: .number(5)))
  }

  @Test("values of map entries merge within one entry, and the last of equal keys counts")
  func maps() throws {
    let message = WireBuilder { wire in
      wire.message(12) { entry in
        entry.varint(1, 1)
        entry.message(2) { $0.varint(2, 1) }
        entry.message(2) { $0.text(4, "l") }
      }
      wire.message(10) { entry in
        entry.text(1, "k")
        entry.varint(2, 1)
      }
      wire.message(10) { entry in
        entry.varint(2, 2)
        entry.text(1, "k")
      }
      wire.message(10) { _ in }
    }
    var expected = Shapes(counts: ["k": 2, "": 0])
    expected.byFlag = [true: .init(count: 1, label: "l")]
    #expect(try Shapes(decoding: message.message) == expected)
  }

  @Test(
    "a map entry with unknown fields of its own is left out as a whole, one whose value has is not"
  )
  func mapEntriesWithUnknownFields() throws {
    let entry: (inout WireBuilder) -> Void = { entry in
      entry.varint(1, 1)
      entry.message(2) { $0.varint(2, 1) }
      entry.message(2) { $0.text(4, "l") }
    }
    let wire = WireBuilder { wire in
      wire.varint(99, 1)
      wire.message(10) { entry in
        entry.text(1, "cut")
        entry.varint(3, 1)
        entry.varint(2, 5)
      }
      wire.message(12, entry)
      wire.message(12) { other in
        other.varint(9, 1)
        other.delimited(9, [1, 2, 3])
        entry(&other)
      }
      wire.message(10) { entry in
        entry.text(1, "kept")
        entry.varint(2, 6)
      }
      wire.message(12) { entry in
        entry.message(2) { value in
          value.varint(2, 7)
          value.varint(99, 1)
        }
      }
      wire.text(14, "after")
    }
    var expected = Shapes(counts: ["kept": 6], class: "after")
    expected.byFlag = [true: .init(count: 1, label: "l"), false: .init(count: 7)]
    #expect(try Shapes(decoding: wire.message) == expected)
  }

  @Test("what is malformed in one of them is still refused")
  func malformed() {
    let message = WireBuilder { wire in
      wire.message(1) { $0.varint(2, 3) }
      wire.message(1) { $0.raw([0x22, 0x05]) }
    }
    let error = #expect(throws: DecodeError.self) { try Shapes(decoding: message.message) }
    #expect(error?.reason == .truncated)
  }

  @Test("two broken halves do not join into something whole")
  func brokenHalves() {
    let wire = WireBuilder { wire in
      wire.delimited(1, [0x22, 0x03, 0x61])
      wire.delimited(1, [0x61, 0x61])
    }
    let error = #expect(throws: DecodeError.self) { try Shapes(decoding: wire.message) }
    #expect(error?.reason == .truncated)
  }

  @Test("a broken member of a oneof is refused even when another member follows")
  func brokenAndReplaced() {
    let wire = WireBuilder { wire in
      wire.delimited(6, [0x22, 0x03, 0x61])
      wire.message(6) { $0.varint(2, 1) }
      wire.varint(3, 5)
    }
    #expect(throws: DecodeError.self) { try Shapes(decoding: wire.message) }
  }

  @Test("ten thousand of them cost time and memory in proportion")
  func many() throws {
    let message = WireBuilder { wire in
      for index in 0..<10_000 { wire.message(1) { $0.varint(3, UInt64(index)) } }
    }
    let decoded = try Shapes(decoding: message.message)
    #expect(decoded.inner?.numbers.count == 10_000)
  }
}
