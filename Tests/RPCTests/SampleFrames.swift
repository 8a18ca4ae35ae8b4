import Primitives

@testable import RPC

/// One frame of every kind with every field set, and the plain ones beside them.
enum SampleFrames {
  static let method = Method(service: "martlet.testing.v1.Echo", name: "Collect", kind: .unary)

  static let trace = TraceContext(
    traceHigh: 0x4bf9_2f35_77b3_4da6,
    traceLow: 0xa3ce_929d_0e0e_4736,
    span: 0x00f0_67aa_0ba9_02b7,
    isSampled: true
  )

  static var metadata: Metadata {
    var metadata = Metadata()
    metadata.append("x-tenant", "blue")
    metadata.append("x-bin", Bytes([0, 255, 128]))
    metadata.append("x-tenant", "second")
    metadata.append("x-empty", Bytes())
    return metadata
  }

  static var begin: Begin {
    Begin(
      method: method,
      timeoutMicroseconds: 0x0102_0304_0506,
      metadata: metadata,
      trace: trace,
      attempt: 3,
      target: "endpoints/iris/b",
      messageBytes: 1 << 33,
      principal: Principal(account: "acme", keyID: "key-1")
    )
  }

  static var end: End {
    var end = End(
      RPCError(
        .unavailable,
        "später",
        details: [.init(typeURL: "t/A", value: [1, 2]), .init(typeURL: "", value: [])],
        retryAfter: .milliseconds(1500),
        isNotStarted: true,
        trailers: metadata
      )
    )
    end.load = Load(inFlight: 300, latencyMicroseconds: 1 << 40, utilizationMilli: 999)
    return end
  }

  static let hello = Hello.sample {
    $0.versions = 1...3
    $0.maximumFrameBytes = 2048
    $0.maximumMessageBytes = 4096
    $0.maximumStreams = 7
    $0.streamWindowBytes = 5000
    $0.connectionWindowBytes = 70_000
    $0.features = ["zstd", "x"]
    $0.agent = "agent/1.0 (ü)"
  }

  static let goAway = GoAway(
    lastStreamID: 41,
    code: .unavailable,
    message: "draining",
    graceMilliseconds: 30_000
  )

  /// Name and bytes, without the length in front.
  static let all: [(name: String, bytes: [UInt8])] = [
    ("hello", frame { FrameEncoder.hello(hello, to: $0) }),
    ("begin", begin(data: [9, 8, 7])),
    (
      "bare begin",
      frame {
        FrameEncoder.begin(
          Begin(method: method, timeoutMicroseconds: 0),
          streamID: 1,
          flags: 0,
          dataCount: 0,
          to: $0
        )
      }
    ),
    ("data", data(streamID: 5, flags: FrameFlags.more, [1, 2, 3, 4])),
    ("empty data", data(streamID: 7, flags: 0, [])),
    ("head", frame { FrameEncoder.head(metadata, streamID: 9, to: $0) }),
    ("empty head", frame { FrameEncoder.head(Metadata(), streamID: 9, to: $0) }),
    (
      "end",
      frame {
        FrameEncoder.end(end, streamID: 11, dataCount: 2, to: $0)
        $0.append([6, 5])
      }
    ),
    ("bare end", frame { FrameEncoder.end(End(), streamID: 13, dataCount: 0, to: $0) }),
    (
      "cancel",
      frame { FrameEncoder.cancel(Cancel(code: .aborted, reason: "zu spät"), streamID: 3, to: $0) }
    ),
    ("window", frame { FrameEncoder.window(credit: 131_072, streamID: 0, to: $0) }),
    ("ping", frame { FrameEncoder.ping(Ping(opaque: .max - 1, isAck: true), to: $0) }),
    ("bare ping", frame { FrameEncoder.ping(Ping(), to: $0) }),
    ("go away", frame { FrameEncoder.goAway(goAway, to: $0) }),
  ]

  static func begin(data: Bytes) -> [UInt8] {
    frame {
      FrameEncoder.begin(
        begin,
        streamID: 0x7FFF_FFFF,
        flags: FrameFlags.endStream,
        dataCount: data.count,
        to: $0
      )
      $0.append(data)
    }
  }

  static func data(streamID: UInt32, flags: UInt32, _ bytes: Bytes) -> [UInt8] {
    frame {
      FrameEncoder.data(streamID: streamID, flags: flags, dataCount: bytes.count, to: $0)
      $0.append(bytes)
    }
  }
}
