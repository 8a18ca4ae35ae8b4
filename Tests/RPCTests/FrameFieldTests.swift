import Testing

@testable import RPC

@Suite struct FrameFieldTests {
  @Test("The fields of a frame may stand in any order")
  func anyOrder() throws {
    let fields: [[UInt8]] = [
      Fields.build { $0.varint(1, 7) },
      Fields.build { $0.message(3) { $0.text(1, "/a.B/C") } },
      Fields.build { $0.varint(14, 4) },
      Fields.build { $0.bytes(15, [1, 2, 3]) },
    ]
    let straight = try ReadFrame(fields.flatMap { $0 })
    #expect(straight.data == [1, 2, 3])
    var orders = 0
    for a in 0..<4 {
      for b in 0..<4 where b != a {
        for c in 0..<4 where c != a && c != b {
          let order = [a, b, c, 6 - a - b - c]
          var read = try ReadFrame(order.flatMap { fields[$0] })
          read.ranges = straight.ranges
          #expect(read == straight, "order \(order)")
          orders += 1
        }
      }
    }
    #expect(orders == 24)
  }

  @Test("Bytes that no credit bounds are refused: data stands on Begin, End and data frames only")
  func strayData() throws {
    for kind in UInt64(2)...9 {
      let bytes = Fields.build {
        $0.varint(1, 5)
        $0.message(kind) { $0.varint(77, 1) }
        $0.bytes(15, [1])
      }
      var isRefused = false
      do { _ = try ReadFrame(bytes) } catch { isRefused = true }
      #expect(isRefused == ![3, 5].contains(kind), "kind \(kind)")
    }
  }

  @Test("Unknown fields of every wire type are skipped, in the envelope and in every kind")
  func unknownFields() throws {
    func noise(_ fields: inout Fields) {
      fields.varint(100, .max)
      fields.fixed64(101, 1)
      fields.fixed32(102, 2)
      fields.bytes(103, [8, 1, 255])
      fields.bytes(0x1FFF_FFFF, [])
    }
    for kind in UInt64(2)...9 {
      let plain = try ReadFrame(
        Fields.build {
          $0.varint(1, 5)
          $0.message(kind) { $0.varint(77, 1) }
        }
      )
      var noisy = try ReadFrame(
        Fields.build {
          noise(&$0)
          $0.varint(1, 5)
          $0.message(kind) { noise(&$0) }
          noise(&$0)
        }
      )
      noisy.ranges = plain.ranges
      #expect(noisy == plain, "kind \(kind)")
      #expect(noisy.kind == FrameKind(rawValue: UInt8(kind)))
    }
  }

  @Test("A known field with another wire type is an unknown field")
  func wrongWireTypes() throws {
    let read = try ReadFrame(
      Fields.build {
        $0.bytes(1, [1])
        $0.varint(3, 5)
        $0.fixed32(15, 7)
        $0.bytes(14, [])
      }
    )
    #expect(read.streamID == 0)
    #expect(read.kind == .data)
    #expect(read.flags == 0)
    #expect(read.data.isEmpty)
  }

  @Test("Kinds that this side does not know are told as unknown, with their stream")
  func unknownKinds() throws {
    for kind in UInt64(10)...13 {
      let read = try ReadFrame(
        Fields.build {
          $0.message(kind) { $0.text(1, "?") }
          $0.varint(1, 9)
        }
      )
      #expect(read.kind == .unknown, "kind \(kind)")
      #expect(read.streamID == 9)
    }
  }

  @Test("A frame with two kinds is malformed, known or not, equal or not")
  func twoKinds() {
    for (first, second) in [(6, 7), (7, 7), (6, 10), (10, 6), (11, 12), (3, 5)]
      as [(UInt64, UInt64)]
    {
      let bytes = Fields.build {
        $0.message(first) { _ in }
        $0.bytes(15, [1])
        $0.message(second) { _ in }
      }
      #expect(
        violation { () throws(WireViolation) in try ReadFrame(bytes) } == .malformed,
        "kinds \(first) and \(second)"
      )
    }
  }

  @Test("Numbers above 32 bits keep their low bits, as every protobuf reader does")
  func wideNumbers() throws {
    let read = try ReadFrame(
      Fields.build {
        $0.varint(1, 1 << 32 | 3)
        $0.message(7) { $0.varint(1, 1 << 40 | 9) }
      }
    )
    #expect(read.streamID == 3)
    #expect(read.body == .window(9))
  }

  @Test("A status code that gRPC does not know counts as unknown")
  func unknownCodes() throws {
    for (wire, code) in [(0, .ok), (16, .unauthenticated), (17, .unknown), (1 << 31, .unknown)]
      as [(UInt64, StatusCode)]
    {
      let read = try ReadFrame(
        Fields.build { $0.message(5) { $0.message(1) { $0.varint(1, wire) } } }
      )
      guard case .end(let end) = read.body else {
        Issue.record("not an End")
        return
      }
      #expect(end.code == code, "code \(wire)")
    }
    #expect(StatusCode.allCases.count == 17)
    #expect(StatusCode.allCases.map(\.rawValue) == Array(0...16))
    #expect(Set(StatusCode.allCases.map(\.name)).count == 17)
  }

  @Test("Texts of a peer are cut to what a log line bears")
  func longTexts() throws {
    let long = String(repeating: "ü", count: 1000)
    let hello = try ReadFrame(Fields.build { $0.message(2) { $0.text(9, long) } })
    guard case .hello(let read) = hello.body else {
      Issue.record("not a Hello")
      return
    }
    #expect(read.agent == String(repeating: "ü", count: 128))
    let cancel = try ReadFrame(Fields.build { $0.message(6) { $0.text(2, long) } })
    // A Cancel without a code means the plain one.
    #expect(
      cancel.body == .cancel(Cancel(code: .cancelled, reason: String(repeating: "ü", count: 256)))
    )
  }

  @Test("A method, a target, features and details beyond their limits are too large")
  func tooLarge() {
    let limits = WireLimits()
    let frames: [(String, [UInt8], Bool)] = [
      (
        "method",
        Fields.build {
          $0.message(3) { $0.bytes(1, .init(repeating: 65, count: limits.maximumMethodBytes)) }
        }, true
      ),
      (
        "method",
        Fields.build {
          $0.message(3) { $0.bytes(1, .init(repeating: 65, count: limits.maximumMethodBytes + 1)) }
        }, false
      ),
      (
        "target",
        Fields.build {
          $0.message(3) { $0.bytes(6, .init(repeating: 65, count: limits.maximumTargetBytes)) }
        }, true
      ),
      (
        "target",
        Fields.build {
          $0.message(3) { $0.bytes(6, .init(repeating: 65, count: limits.maximumTargetBytes + 1)) }
        }, false
      ),
      (
        "features",
        Fields.build { $0.message(2) { hello in (0..<64).forEach { _ in hello.text(8, "f") } } },
        true
      ),
      (
        "features",
        Fields.build { $0.message(2) { hello in (0..<65).forEach { _ in hello.text(8, "f") } } },
        false
      ),
      (
        "details",
        Fields.build {
          $0.message(5) { $0.message(1) { status in (0..<32).forEach { _ in status.text(3, "") } } }
        }, true
      ),
      (
        "details",
        Fields.build {
          $0.message(5) { $0.message(1) { status in (0..<33).forEach { _ in status.text(3, "") } } }
        }, false
      ),
    ]
    for (what, bytes, fits) in frames {
      #expect(
        violation { () throws(WireViolation) in try ReadFrame(bytes) } == (fits ? nil : .tooLarge),
        "\(what) of \(bytes.count) bytes"
      )
    }
  }
}
