import Primitives

/// A Begin read in place: ranges count from the frame's first byte.
public struct BeginHead: Sendable, Equatable {
  public var method: Range<Int> = 0..<0
  /// 0 = none given.
  public var timeoutMicroseconds: UInt64 = 0
  public var hasMetadata = false
  public var trace: Range<Int> = 0..<0
  public var attempt: UInt32 = 0
  public var target: Range<Int> = 0..<0
  /// The message's size as the peer announces it; 0 = unknown. Refuses early, never allocates.
  public var messageBytes: UInt64 = 0
  public var principal: Range<Int> = 0..<0

  @inline(__always)
  public init(
    parsing frame: UnsafeRawBufferPointer,
    _ body: Range<Int>,
    limits: WireLimits
  ) throws(WireViolation) {
    try self.init(parsing: frame, body)
    if method.count > limits.maximumMethodBytes {
      throw .tooLarge("a method name of more than \(limits.maximumMethodBytes) bytes")
    }
    if target.count > limits.maximumTargetBytes {
      throw .tooLarge("a target of more than \(limits.maximumTargetBytes) bytes")
    }
  }

  private init(
    parsing frame: UnsafeRawBufferPointer,
    _ body: Range<Int>
  ) throws(WireViolation) {
    var reader = FieldReader(frame, body)
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .bytes): method = try reader.lengthDelimited()
      case (2, .fixed64): timeoutMicroseconds = try reader.fixed64()
      case (3, .bytes):
        _ = try reader.lengthDelimited()
        hasMetadata = true
      case (4, .bytes): trace = try reader.lengthDelimited()
      case (5, .varint): attempt = try reader.uint32("attempt")
      case (6, .bytes): target = try reader.lengthDelimited()
      case (7, .varint): messageBytes = try reader.varint()
      case (8, .bytes): principal = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
  }

  public static func readPrincipal(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> Principal {
    var reader = FieldReader(frame, range)
    var principal = Principal(account: "", keyID: "")
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .bytes):
        let text = try reader.lengthDelimited()
        principal.account = try reader.text(text, "principal.account")
      case (2, .bytes):
        let text = try reader.lengthDelimited()
        principal.keyID = try reader.text(text, "principal.key_id")
      default: try reader.skip(tag)
      }
    }
    return principal
  }

  public static func readMetadata(
    _ frame: UnsafeRawBufferPointer,
    _ body: Range<Int>,
    limits: WireLimits
  ) throws(WireViolation) -> Metadata {
    try Metadata(field: 3, of: frame, body, limits: limits)
  }
}

/// What a client says at the start of a call.
public struct Begin: Sendable {
  public var method: Method
  public var timeoutMicroseconds: UInt64
  public var metadata: Metadata
  public var trace: TraceContext?
  public var attempt: UInt32
  public var target: String
  public var messageBytes: UInt64
  public var principal: Principal?

  public init(
    method: Method,
    timeoutMicroseconds: UInt64,
    metadata: Metadata = Metadata(),
    trace: TraceContext? = nil,
    attempt: UInt32 = 0,
    target: String = "",
    messageBytes: UInt64 = 0,
    principal: Principal? = nil
  ) {
    self.method = method
    self.timeoutMicroseconds = timeoutMicroseconds
    self.metadata = metadata
    self.trace = trace
    self.attempt = attempt
    self.target = target
    self.messageBytes = messageBytes
    self.principal = principal
  }

  func byteCount() -> Int {
    FieldWriter.fieldSize(method.path.utf8.count)
      + (timeoutMicroseconds == 0 ? 0 : 9)
      + (metadata.isEmpty ? 0 : metadata.fieldSize())
      + (trace == nil ? 0 : 2 + TraceContext.textBytes)
      + FieldWriter.fieldSize(varint: UInt64(attempt))
      + FieldWriter.fieldSize(target.utf8.count)
      + FieldWriter.fieldSize(varint: messageBytes)
      + (principal.map { FieldWriter.fieldSize(Begin.bodySize($0)) } ?? 0)
  }

  func write(to writer: inout FieldWriter) {
    writer.field(1, method.path)
    writer.field(2, fixed64: timeoutMicroseconds)
    if !metadata.isEmpty { metadata.write(field: 3, to: &writer) }
    if let trace {
      writer.open(4, count: TraceContext.textBytes)
      trace.write(to: writer.cursor)
      writer.advance(TraceContext.textBytes)
    }
    writer.field(5, varint: UInt64(attempt))
    writer.field(6, target)
    writer.field(7, varint: messageBytes)
    if let principal { Begin.write(principal, to: &writer) }
  }

  /// Writes field 8; nothing for an empty principal.
  static func write(_ principal: Principal, to writer: inout FieldWriter) {
    guard bodySize(principal) > 0 else { return }
    writer.open(8, count: bodySize(principal))
    writer.field(1, principal.account)
    writer.field(2, principal.keyID)
  }

  static func bodySize(_ principal: Principal) -> Int {
    FieldWriter.fieldSize(principal.account.utf8.count)
      + FieldWriter.fieldSize(principal.keyID.utf8.count)
  }
}
