import Primitives

/// How loaded the answering process is; rides on every End.
public struct Load: Sendable, Equatable {
  public var inFlight: UInt32
  public var latencyMicroseconds: UInt64
  public var utilizationMilli: UInt32

  public init(inFlight: UInt32 = 0, latencyMicroseconds: UInt64 = 0, utilizationMilli: UInt32 = 0) {
    self.inFlight = inFlight
    self.latencyMicroseconds = latencyMicroseconds
    self.utilizationMilli = utilizationMilli
  }

  static func parse(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> Load {
    var load = Load()
    var reader = FieldReader(frame, range)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint): load.inFlight = try reader.uint32("in_flight")
      case (2, .varint): load.latencyMicroseconds = try reader.varint()
      case (3, .varint): load.utilizationMilli = try reader.uint32("utilization_milli")
      default: try reader.skip(tag)
      }
    }
    return load
  }

  var bodySize: Int {
    FieldWriter.fieldSize(varint: UInt64(inFlight))
      + FieldWriter.fieldSize(varint: latencyMicroseconds)
      + FieldWriter.fieldSize(varint: UInt64(utilizationMilli))
  }

  func write(to writer: inout FieldWriter) {
    writer.field(1, varint: UInt64(inFlight))
    writer.field(2, varint: latencyMicroseconds)
    writer.field(3, varint: UInt64(utilizationMilli))
  }
}

/// The outcome of a call, as its last frame says it.
public struct End: Sendable, Equatable {
  public var code: StatusCode = .ok
  public var message = ""
  public var details: [RPCError.Detail] = []
  public var metadata = Metadata()
  /// 0 = no wish.
  public var retryAfterMilliseconds: UInt64 = 0
  public var load: Load?
  public var isNotStarted = false

  /// The most of a message that crosses the wire, in bytes.
  public static let maximumMessageBytes = 1024
  /// The most of all details that crosses the wire, in bytes.
  public static let maximumDetailBytes = 8 << 10
  /// The most details that cross the wire.
  public static let maximumDetails = 32

  public init() {}

  /// The outcome that reports `error`, cut to what may cross the wire. An error never reads as
  /// success: one with the code `ok` travels as `unknown`.
  public init(_ error: RPCError) {
    code = error.code == .ok ? .unknown : error.code
    message = End.shortened(error.message)
    var room = End.maximumDetailBytes
    for detail in error.details.prefix(End.maximumDetails) {
      room -= detail.typeURL.utf8.count + detail.value.count
      if room < 0 { break }
      details.append(detail)
    }
    metadata = error.trailers
    retryAfterMilliseconds = UInt64(max(0, error.retryAfter?.wholeMilliseconds ?? 0))
    isNotStarted = error.isNotStarted
  }

  /// The error that a caller sees; nil when the call went well.
  public var error: RPCError? {
    guard code != .ok else { return nil }
    return RPCError(
      code,
      message,
      details: details,
      retryAfter: retryAfterMilliseconds == 0
        ? nil : .milliseconds(Int64(min(retryAfterMilliseconds, 86_400_000))),
      isNotStarted: isNotStarted,
      trailers: metadata
    )
  }

  @inline(__always)
  public init(
    parsing frame: UnsafeRawBufferPointer,
    _ body: Range<Int>,
    limits: WireLimits
  ) throws(WireViolation) {
    if try parse(frame, body) {
      metadata = try Metadata(field: 2, of: frame, body, limits: limits)
    }
  }

  /// Reads all but the metadata; answers whether there is any.
  private mutating func parse(
    _ frame: UnsafeRawBufferPointer,
    _ body: Range<Int>
  ) throws(WireViolation) -> Bool {
    var reader = FieldReader(frame, body)
    var hasMetadata = false
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .bytes): try readStatus(frame, try reader.lengthDelimited())
      case (2, .bytes):
        _ = try reader.lengthDelimited()
        hasMetadata = true
      case (3, .varint): retryAfterMilliseconds = try reader.varint()
      case (4, .bytes): load = try Load.parse(frame, try reader.lengthDelimited())
      case (5, .varint): isNotStarted = try reader.varint() != 0
      default: try reader.skip(tag)
      }
    }
    return hasMetadata
  }

  private mutating func readStatus(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) {
    var reader = FieldReader(frame, range)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .varint): code = StatusCode(wire: try reader.uint32("code"))
      case (2, .bytes):
        let text = try reader.lengthDelimited()
        message = try reader.text(text, "status.message")
      case (3, .bytes):
        guard details.count < End.maximumDetails else {
          throw .tooLarge("a status with more than \(End.maximumDetails) details")
        }
        details.append(try End.readDetail(frame, try reader.lengthDelimited()))
      default: try reader.skip(tag)
      }
    }
  }

  private static func readDetail(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> RPCError.Detail {
    var reader = FieldReader(frame, range)
    var detail = RPCError.Detail(typeURL: "", value: Bytes())
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .bytes):
        let text = try reader.lengthDelimited()
        detail.typeURL = try reader.text(text, "type_url")
      case (2, .bytes):
        let value = try reader.lengthDelimited()
        detail.value = Bytes(copying: reader.slice(value))
      default: try reader.skip(tag)
      }
    }
    return detail
  }

  func byteCount() -> Int {
    let status = statusSize()
    return FieldWriter.fieldSize(status) + (metadata.isEmpty ? 0 : metadata.fieldSize())
      + FieldWriter.fieldSize(varint: retryAfterMilliseconds)
      + (load.map { FieldWriter.fieldSize($0.bodySize) } ?? 0) + (isNotStarted ? 2 : 0)
  }

  func write(to writer: inout FieldWriter) {
    let status = statusSize()
    if status > 0 {
      writer.open(1, count: status)
      writer.field(1, varint: UInt64(code.rawValue))
      writer.field(2, message)
      for detail in details {
        writer.open(3, count: End.bodySize(detail))
        writer.field(1, detail.typeURL)
        detail.value.withUnsafeBytes { writer.field(2, $0) }
      }
    }
    if !metadata.isEmpty { metadata.write(field: 2, to: &writer) }
    writer.field(3, varint: retryAfterMilliseconds)
    if let load, load.bodySize > 0 {
      writer.open(4, count: load.bodySize)
      load.write(to: &writer)
    }
    if isNotStarted { writer.field(5, varint: 1) }
  }

  func statusSize() -> Int {
    guard code != .ok || !message.isEmpty || !details.isEmpty else { return 0 }
    return FieldWriter.fieldSize(varint: UInt64(code.rawValue))
      + FieldWriter.fieldSize(message.utf8.count)
      + details.reduce(0) { sum, detail in
        let body = End.bodySize(detail)
        return sum + 1 + FieldWriter.size(body) + body
      }
  }

  private static func bodySize(_ detail: RPCError.Detail) -> Int {
    FieldWriter.fieldSize(detail.typeURL.utf8.count) + FieldWriter.fieldSize(detail.value.count)
  }

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > maximumMessageBytes else { return text }
    // By scalars, not by characters: one character may be longer than all that is allowed.
    var end = text.utf8.index(text.startIndex, offsetBy: maximumMessageBytes - "…".utf8.count)
    while end.samePosition(in: text.unicodeScalars) == nil { text.utf8.formIndex(before: &end) }
    return text[..<end] + "…"
  }
}
