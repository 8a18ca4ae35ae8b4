import Primitives
import Testing

@testable import RPC

@Suite struct FrameRoundTripTests {
  @Test("Every field of a Begin, its flags and its data come back as they were written")
  func begin() throws {
    let read = try ReadFrame(SampleFrames.begin(data: [9, 8, 7]))
    #expect(read.streamID == 0x7FFF_FFFF)
    #expect(read.flags == FrameFlags.endStream)
    #expect(read.data == [9, 8, 7])
    #expect(
      read.body
        == .begin(
          ReadFrame.ReadBegin(
            method: Array("/martlet.testing.v1.Echo/Collect".utf8),
            timeoutMicroseconds: 0x0102_0304_0506,
            metadata: SampleFrames.metadata,
            trace: Array(SampleFrames.trace.text.utf8),
            attempt: 3,
            target: Array("endpoints/iris/b".utf8),
            messageBytes: 1 << 33,
            principal: Principal(account: "acme", keyID: "key-1")
          )
        )
    )
  }

  @Test("Every field of an End comes back as it was written")
  func end() throws {
    let read = try ReadFrame(
      frame {
        FrameEncoder.end(SampleFrames.end, streamID: 11, dataCount: 2, to: $0)
        $0.append([6, 5])
      }
    )
    #expect(read.streamID == 11)
    #expect(read.data == [6, 5])
    #expect(read.body == .end(SampleFrames.end))
    #expect(SampleFrames.end.error?.retryAfter == .milliseconds(1500))
    #expect(SampleFrames.end.details.count == 2)
  }

  @Test("Hello, Head, Cancel, Window, Ping and GoAway come back as they were written")
  func others() throws {
    let byName = Dictionary(uniqueKeysWithValues: SampleFrames.all.map { ($0.name, $0.bytes) })
    func body(_ name: String) throws -> ReadFrame.Body {
      try ReadFrame(try #require(byName[name])).body
    }
    #expect(try body("hello") == .hello(SampleFrames.hello))
    #expect(try body("head") == .head(SampleFrames.metadata))
    #expect(try body("empty head") == .head(Metadata()))
    #expect(try body("cancel") == .cancel(Cancel(code: .aborted, reason: "zu spät")))
    #expect(try body("window") == .window(131_072))
    #expect(try body("ping") == .ping(Ping(opaque: .max - 1, isAck: true)))
    #expect(try body("bare ping") == .ping(Ping()))
    #expect(try body("go away") == .goAway(SampleFrames.goAway))
    #expect(try body("bare end") == .end(End()))
  }

  @Test("A kind without any field is still named on the wire")
  func emptyKinds() throws {
    #expect(try ReadFrame(frame { FrameEncoder.ping(Ping(), to: $0) }).kind == .ping)
    #expect(
      try ReadFrame(frame { FrameEncoder.end(End(), streamID: 1, dataCount: 0, to: $0) }).kind
        == .end
    )
    #expect(
      try ReadFrame(frame { FrameEncoder.data(streamID: 1, flags: 0, dataCount: 0, to: $0) }).kind
        == .data
    )
  }

  @Test("The encoder writes the bytes that protobuf's rules give, field by field")
  func exactBytes() {
    let written = frame {
      FrameEncoder.goAway(SampleFrames.goAway, to: $0)
    }
    let expected = Fields.build {
      $0.message(9) {
        $0.varint(1, 41)
        $0.message(2) {
          $0.varint(1, 14)
          $0.text(2, "draining")
        }
        $0.varint(3, 30_000)
      }
    }
    #expect(written == expected)
    let data = SampleFrames.data(streamID: 300, flags: 4, [1, 2])
    #expect(
      data
        == Fields.build {
          $0.varint(1, 300)
          $0.varint(14, 4)
          $0.bytes(15, [1, 2])
        }
    )
  }

  @Test("The length in front is big-endian and counts what follows, the data included")
  func lengthPrefix() throws {
    for size in [1, 127, 128, 5000, 70_000] {
      let bytes = stream {
        FrameEncoder.data(streamID: 1, flags: 0, dataCount: size, to: $0)
        $0.append(Bytes(Array(repeating: 7, count: size)))
      }
      let length = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
      #expect(length == bytes.count - 4, "\(size) bytes of data")
      #expect(try ReadFrame(Array(bytes[4...])).data.count == size)
    }
  }

  @Test("A forwarder's raw body stands in the frame as it is")
  func raw() throws {
    let body = ByteOutput()
    let large = Bytes(Array(repeating: 65, count: 5000))
    let end =
      Fields.build { $0.bytes(99, [1, 2, 3]) } + Fields.build { $0.bytes(2000, large.array) }
    body.append(Bytes(end[..<4]))
    body.append(Bytes(end[4...]))
    let bytes = frame {
      FrameEncoder.raw(kind: .end, streamID: 17, body: body, flags: 1, dataCount: 3, to: $0)
      $0.append([4, 5, 6])
    }
    let head = try bytes.withUnsafeBytes { try FrameHead(parsing: $0) }
    #expect(head.kind == .end)
    #expect(head.streamID == 17)
    #expect(head.endsStream)
    #expect(Array(bytes[head.body]) == end)
    #expect(Array(bytes[head.data]) == [4, 5, 6])
  }

  @Test("Varints of every length are measured and written alike, and read back")
  func varints() throws {
    for bits in 0...64 {
      let value: UInt64 = bits == 64 ? .max : bits == 0 ? 0 : 1 << UInt64(bits - 1) | 1
      let expected = Fields.build { $0.raw(varint: value) }
      #expect(FieldWriter.size(value) == expected.count, "\(bits) bits")
      var written = [UInt8](repeating: 0, count: 16)
      let count = written.withUnsafeMutableBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return -1 }
        var writer = FieldWriter(base)
        writer.varint(value)
        return UnsafeRawPointer(writer.cursor) - UnsafeRawPointer(base)
      }
      #expect(Array(written[..<max(0, count)]) == expected, "\(bits) bits")
      var reader = value
      reader = try expected.withUnsafeBytes { bytes in
        var fields = FieldReader(bytes)
        return try fields.varint()
      }
      #expect(reader == value, "\(bits) bits")
    }
  }

  @Test("A metadata pair that may not be sent still measures what it writes")
  func emptyPair() throws {
    var metadata = Metadata()
    metadata.append("", Bytes())
    metadata.append("k", "v")
    let bytes = frame { FrameEncoder.head(metadata, streamID: 1, to: $0) }
    #expect(
      bytes
        == Fields.build {
          $0.varint(1, 1)
          $0.message(4) {
            $0.message(1) { _ in }
            $0.message(1) {
              $0.text(1, "k")
              $0.text(2, "v")
            }
          }
        }
    )
  }

  @Test("The largest Begin and End that may be sent fit the limit of a head")
  func largestHeads() throws {
    let limits = WireLimits()
    var metadata = Metadata()
    let valueBytes = limits.maximumMetadataBytes / limits.maximumMetadataPairs - 3
    for index in 0..<limits.maximumMetadataPairs {
      metadata.append("k\(index % 10)\(index / 10)", Bytes(Array(repeating: 1, count: valueBytes)))
    }
    #expect(metadata.violation(under: limits) == nil)
    #expect(metadata.byteCount == limits.maximumMetadataBytes)
    let detail = RPCError.Detail(
      typeURL: "x",
      value: Bytes(Array(repeating: 2, count: End.maximumDetailBytes / 32 - 1))
    )
    var end = End(
      RPCError(
        .internal,
        String(repeating: "m", count: 5000),
        details: Array(repeating: detail, count: 40),
        retryAfter: .seconds(1 << 40),
        isNotStarted: true,
        trailers: metadata
      )
    )
    #expect(end.details.count == 32)
    end.load = Load(inFlight: .max, latencyMicroseconds: .max, utilizationMilli: .max)
    let ends = frame { FrameEncoder.end(end, streamID: .max, dataCount: 0, to: $0) }
    #expect(ends.count <= limits.maximumHeadBytes)
    #expect(try ReadFrame(ends).body == .end(end))
    let begin = Begin(
      method: Method(service: String(repeating: "s", count: 200), name: "M", kind: .unary),
      timeoutMicroseconds: .max,
      metadata: metadata,
      trace: SampleFrames.trace,
      attempt: .max,
      target: String(repeating: "t", count: 256),
      messageBytes: .max,
      principal: Principal(
        account: String(repeating: "a", count: 256),
        keyID: String(repeating: "k", count: 256)
      )
    )
    let begins = frame {
      FrameEncoder.begin(begin, streamID: .max, flags: .max, dataCount: 0, to: $0)
    }
    #expect(begins.count <= limits.maximumHeadBytes)
    #expect(try ReadFrame(begins).kind == .begin)
  }
}
