/// What a frame says besides its `data`.
public enum FrameKind: UInt8, Sendable, Hashable {
  /// Only flags and `data`.
  case data = 0
  case hello = 2
  case begin = 3
  case head = 4
  case end = 5
  case cancel = 6
  case window = 7
  case ping = 8
  case goAway = 9
  /// A kind that a newer peer knows and this side does not.
  case unknown = 255
}

/// Bits of `Frame.flags`.
public enum FrameFlags {
  /// The sender sends no more on this stream.
  public static let endStream: UInt32 = 1
  /// Reserved for compression; refused today.
  public static let compressed: UInt32 = 2
  /// The message goes on in the next frame of this stream.
  public static let more: UInt32 = 4
  /// The bits that this side understands.
  public static let known: UInt32 = endStream | more
}

/// A frame read in place: where its parts lie, counted from the frame's first byte after the
/// length prefix. Holds no memory.
public struct FrameHead: Sendable, Equatable {
  public var streamID: UInt32 = 0
  public var kind: FrameKind = .data
  public var flags: UInt32 = 0
  /// The bytes of the kind's own message.
  public var body: Range<Int> = 0..<0
  /// The payload.
  public var data: Range<Int> = 0..<0

  public var endsStream: Bool { flags & FrameFlags.endStream != 0 }
  /// Only these frames belong to the flow that credit bounds.
  public var mayCarryData: Bool {
    switch kind {
    case .data, .begin, .end, .unknown: true
    case .hello, .head, .cancel, .window, .ping, .goAway: false
    }
  }
  public var hasMore: Bool { flags & FrameFlags.more != 0 }

  /// Reads the envelope of one frame; fields in any order, unknown ones skipped.
  public init(parsing frame: UnsafeRawBufferPointer) throws(WireViolation) {
    var reader = FieldReader(frame)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint): streamID = try reader.uint32("stream_id")
      case (14, .varint): flags = try reader.uint32("flags")
      case (15, .bytes): data = try reader.lengthDelimited()
      case (2...9, .bytes):
        guard kind == .data else { throw .malformed("a frame with two kinds") }
        kind = FrameKind(rawValue: UInt8(tag.number)) ?? .unknown
        body = try reader.lengthDelimited()
      case (10...13, .bytes):
        guard kind == .data else { throw .malformed("a frame with two kinds") }
        kind = .unknown
        body = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
    if !data.isEmpty && !mayCarryData { throw .malformed("data on a \(kind) frame") }
  }
}

/// What makes a connection end: the peer does not speak the protocol, or abuses it.
public enum WireViolation: Error, Sendable, Equatable {
  /// Bytes that are not a frame, or fields that are not what they must be.
  case malformed(String)
  /// A frame, head or count above a limit.
  case tooLarge(String)
  /// A frame that the peer may not send now.
  case unexpected(String)
  /// More of something than a well-meaning peer sends.
  case abuse(String)

  public var text: String {
    switch self {
    case .malformed(let what), .tooLarge(let what), .unexpected(let what), .abuse(let what): what
    }
  }

  /// The code that the farewell GoAway carries.
  public var code: StatusCode {
    switch self {
    case .malformed, .unexpected: .invalidArgument
    case .tooLarge, .abuse: .resourceExhausted
    }
  }
}
