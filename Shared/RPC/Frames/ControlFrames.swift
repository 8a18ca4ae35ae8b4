/// Cancel { uint32 code = 1; string reason = 2; }
public struct Cancel: Sendable, Equatable {
  public var code: StatusCode
  public var reason: String

  public init(code: StatusCode = .cancelled, reason: String = "") {
    self.code = code
    self.reason = reason
  }

  public init(
    parsing frame: UnsafeRawBufferPointer,
    _ body: Range<Int>
  ) throws(WireViolation) {
    self.init()
    var reader = FieldReader(frame, body)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint):
        // A 0 on the wire says no more than an absent field: nobody cancels with OK.
        let number = try reader.uint32("code")
        code = number == 0 ? .cancelled : StatusCode(wire: number)
      case (2, .bytes):
        let text = try reader.lengthDelimited()
        reason = String(try reader.text(text, "reason").prefix(256))
      default: try reader.skip(tag)
      }
    }
  }

  func byteCount() -> Int {
    FieldWriter.fieldSize(varint: UInt64(code.rawValue))
      + FieldWriter.fieldSize(reason.utf8.count)
  }

  func write(to writer: inout FieldWriter) {
    writer.field(1, varint: UInt64(code.rawValue))
    writer.field(2, reason)
  }
}

/// Window { uint32 credit = 1; }: the peer may send this many more `data` bytes.
public enum Window {
  public static func parse(
    _ frame: UnsafeRawBufferPointer,
    _ body: Range<Int>
  ) throws(WireViolation) -> UInt32 {
    var credit: UInt32 = 0
    var reader = FieldReader(frame, body)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint): credit = try reader.uint32("credit")
      default: try reader.skip(tag)
      }
    }
    return credit
  }
}

/// Ping { fixed64 opaque = 1; bool ack = 2; }
public struct Ping: Sendable, Equatable {
  public var opaque: UInt64
  public var isAck: Bool

  public init(opaque: UInt64 = 0, isAck: Bool = false) {
    self.opaque = opaque
    self.isAck = isAck
  }

  public init(
    parsing frame: UnsafeRawBufferPointer,
    _ body: Range<Int>
  ) throws(WireViolation) {
    self.init()
    var reader = FieldReader(frame, body)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .fixed64): opaque = try reader.fixed64()
      case (2, .varint): isAck = try reader.varint() != 0
      default: try reader.skip(tag)
      }
    }
  }
}

/// GoAway { uint32 last_stream_id = 1; Status status = 2; uint32 grace_ms = 3; }
public struct GoAway: Sendable, Equatable {
  /// Streams above it were not and will not be started.
  public var lastStreamID: UInt32
  public var code: StatusCode
  public var message: String
  public var graceMilliseconds: UInt32

  /// The first GoAway of an orderly drain: "open nothing new", before the real last id is known.
  public static let announcement: UInt32 = 0x7FFF_FFFF

  public init(
    lastStreamID: UInt32,
    code: StatusCode = .ok,
    message: String = "",
    graceMilliseconds: UInt32 = 0
  ) {
    self.lastStreamID = lastStreamID
    self.code = code
    self.message = message
    self.graceMilliseconds = graceMilliseconds
  }

  public init(
    parsing frame: UnsafeRawBufferPointer,
    _ body: Range<Int>
  ) throws(WireViolation) {
    self.init(lastStreamID: 0)
    var reader = FieldReader(frame, body)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint): lastStreamID = try reader.uint32("last_stream_id")
      case (2, .bytes):
        var status = FieldReader(frame, try reader.lengthDelimited())
        while let part = try status.nextTag() {
          switch (part.number, part.type) {
          case (1, .varint): code = StatusCode(wire: try status.uint32("code"))
          case (2, .bytes):
            let text = try status.lengthDelimited()
            message = try status.text(text, "status.message")
          default: try status.skip(part)
          }
        }
      case (3, .varint): graceMilliseconds = try reader.uint32("grace_ms")
      default: try reader.skip(tag)
      }
    }
  }

  private var statusSize: Int {
    FieldWriter.fieldSize(varint: UInt64(code.rawValue))
      + FieldWriter.fieldSize(message.utf8.count)
  }

  func byteCount() -> Int {
    FieldWriter.fieldSize(varint: UInt64(lastStreamID)) + FieldWriter.fieldSize(statusSize)
      + FieldWriter.fieldSize(varint: UInt64(graceMilliseconds))
  }

  func write(to writer: inout FieldWriter) {
    writer.field(1, varint: UInt64(lastStreamID))
    if statusSize > 0 {
      writer.open(2, count: statusSize)
      writer.field(1, varint: UInt64(code.rawValue))
      writer.field(2, message)
    }
    writer.field(3, varint: UInt64(graceMilliseconds))
  }
}
