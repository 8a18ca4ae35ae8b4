import Primitives

/// The numbers of the peer's Hello that calls are judged by: plain values, read for each call.
struct PeerTerms: Sendable, Equatable {
  var maximumFrameBytes: Int
  var maximumStreams: Int
  var streamWindowBytes: Int

  /// What holds until the peer's Hello was read.
  static let untilHello: PeerTerms = {
    var terms = PeerTerms(Hello(limits: .untilHello, agent: ""))
    terms.maximumFrameBytes =
      WireLimits.pipelinedChunkBytes + WireLimits.untilHello.maximumHeadBytes
    return terms
  }()

  init(_ hello: Hello) {
    maximumFrameBytes = hello.maximumFrameBytes
    maximumStreams = hello.maximumStreams
    streamWindowBytes = hello.streamWindowBytes
  }
}

/// The first frame of each side.
public struct Hello: Sendable, Equatable {
  /// The versions of the protocol that this side speaks.
  public var versions: ClosedRange<UInt32>
  public var maximumFrameBytes: Int
  public var maximumMessageBytes: Int
  public var maximumStreams: Int
  public var streamWindowBytes: Int
  public var connectionWindowBytes: Int
  /// What both sides must know before either uses it; unknown ones are ignored.
  public var features: [String]
  /// Program and version: for logs.
  public var agent: String

  /// The only version that exists today.
  public static let currentVersion: UInt32 = 1

  public init(limits: WireLimits, agent: String) {
    versions = Hello.currentVersion...Hello.currentVersion
    maximumFrameBytes = limits.maximumFrameBytes
    maximumMessageBytes = limits.maximumMessageBytes
    maximumStreams = limits.maximumStreams
    streamWindowBytes = limits.streamWindowBytes
    connectionWindowBytes = limits.connectionWindowBytes
    features = []
    self.agent = agent
  }

  /// Reads the body; a value of 0 or an absent one means the default.
  public init(parsing bytes: UnsafeRawBufferPointer) throws(WireViolation) {
    self.init(limits: .untilHello, agent: "")
    var lowest: UInt32 = 1
    var highest: UInt32 = 1
    var reader = FieldReader(bytes)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint): lowest = max(1, try reader.uint32("lowest_version"))
      case (2, .varint): highest = max(1, try reader.uint32("highest_version"))
      case (3, .varint):
        // The prefix's top byte is reserved, so no frame can be larger.
        try Hello.set(&maximumFrameBytes, try reader.varint(), 1024, most: 0xFF_FFFF)
      case (4, .varint):
        // A peer may take larger messages than this side ever sends: no fault.
        let announced = min(try reader.varint(), 0x7FFF_FFFF)
        try Hello.set(&maximumMessageBytes, announced, 1024)
      case (5, .varint): try Hello.set(&maximumStreams, try reader.varint(), 1)
      case (6, .varint): try Hello.set(&streamWindowBytes, try reader.varint(), 1024)
      case (7, .varint): try Hello.set(&connectionWindowBytes, try reader.varint(), 1024)
      case (8, .bytes):
        guard features.count < 64 else { throw .tooLarge("a Hello with more than 64 features") }
        let range = try reader.lengthDelimited()
        features.append(try reader.text(range, "a feature"))
      case (9, .bytes):
        let range = try reader.lengthDelimited()
        agent = String(try reader.text(range, "agent").prefix(128))
      default: try reader.skip(tag)
      }
    }
    guard lowest <= highest else { throw .malformed("a Hello with an empty range of versions") }
    versions = lowest...highest
  }

  private static func set(
    _ value: inout Int,
    _ announced: UInt64,
    _ least: UInt64,
    most: UInt64 = 0x7FFF_FFFF
  ) throws(WireViolation) {
    if announced == 0 { return }
    guard announced >= least, announced <= most else {
      throw .malformed("a Hello that announces \(announced), outside \(least)…\(most)")
    }
    value = Int(announced)
  }

  func byteCount() -> Int {
    FieldWriter.fieldSize(varint: UInt64(versions.lowerBound))
      + FieldWriter.fieldSize(varint: UInt64(versions.upperBound))
      + FieldWriter.fieldSize(varint: UInt64(maximumFrameBytes))
      + FieldWriter.fieldSize(varint: UInt64(maximumMessageBytes))
      + FieldWriter.fieldSize(varint: UInt64(maximumStreams))
      + FieldWriter.fieldSize(varint: UInt64(streamWindowBytes))
      + FieldWriter.fieldSize(varint: UInt64(connectionWindowBytes))
      + features.reduce(0) { $0 + FieldWriter.fieldSize($1.utf8.count) }
      + FieldWriter.fieldSize(agent.utf8.count)
  }

  func write(to writer: inout FieldWriter) {
    writer.field(1, varint: UInt64(versions.lowerBound))
    writer.field(2, varint: UInt64(versions.upperBound))
    writer.field(3, varint: UInt64(maximumFrameBytes))
    writer.field(4, varint: UInt64(maximumMessageBytes))
    writer.field(5, varint: UInt64(maximumStreams))
    writer.field(6, varint: UInt64(streamWindowBytes))
    writer.field(7, varint: UInt64(connectionWindowBytes))
    for feature in features { writer.field(8, feature) }
    writer.field(9, agent)
  }
}
