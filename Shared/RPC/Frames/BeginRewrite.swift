import Primitives

/// What a forwarder changes of a Begin: remaining time, attempt and trace, and where it is told to,
/// the target, the principal and one key of the metadata. Every other field, known or not, passes
/// on byte for byte and in order.
public struct BeginRewrite: Sendable, Equatable {
  public var timeoutMicroseconds: UInt64
  public var attempt: UInt32
  public var trace: TraceContext
  /// Takes the place of the caller's; nil leaves that.
  public var target: String?
  /// Takes the place of the caller's; nil leaves that.
  public var principal: Principal?
  /// Pairs with this key are left out.
  public var hiddenKey: String?

  public init(
    timeoutMicroseconds: UInt64,
    attempt: UInt32,
    trace: TraceContext,
    target: String? = nil,
    principal: Principal? = nil,
    hiddenKey: String? = nil
  ) {
    self.timeoutMicroseconds = timeoutMicroseconds
    self.attempt = attempt
    self.trace = trace
    self.target = target
    self.principal = principal
    self.hiddenKey = hiddenKey
  }

  /// Writes the rewritten body of the Begin in `body` of `frame`.
  public func write(
    _ frame: UnsafeRawBufferPointer,
    _ body: Range<Int>,
    to output: ByteOutput
  ) throws(WireViolation) {
    var reader = FieldReader(frame, body)
    var start = reader.position
    while let tag = try reader.nextTag() {
      try reader.skip(tag)
      if try passes(tag.number, frame, start..<reader.position) {
        output.append(copying: reader.slice(start..<reader.position))
      }
      start = reader.position
    }
    let principalBytes = principal.map(Begin.bodySize) ?? 0
    let count =
      (timeoutMicroseconds == 0 ? 0 : 9) + 2 + TraceContext.textBytes
      + FieldWriter.fieldSize(varint: UInt64(attempt))
      + FieldWriter.fieldSize(target?.utf8.count ?? 0) + FieldWriter.fieldSize(principalBytes)
    var writer = FieldWriter(output.reserve(count))
    writer.field(2, fixed64: timeoutMicroseconds)
    writer.open(4, count: TraceContext.textBytes)
    trace.write(to: writer.cursor)
    writer.advance(TraceContext.textBytes)
    writer.field(5, varint: UInt64(attempt))
    if let target { writer.field(6, target) }
    if let principal { Begin.write(principal, to: &writer) }
    output.commit(count)
  }

  /// Whether the field in `range` of the frame, tag included, is the caller's to say.
  private func passes(
    _ number: Int,
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> Bool {
    switch number {
    case 2, 4, 5: return false
    case 3:
      guard let hiddenKey else { return true }
      var reader = FieldReader(frame, range)
      guard let tag = try reader.nextTag(), tag.type == .bytes else { return true }
      return try Metadata.key(ofPairIn: frame, try reader.lengthDelimited()) != hiddenKey
    case 6: return target == nil
    case 8: return principal == nil
    default: return true
    }
  }
}
