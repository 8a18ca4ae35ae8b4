import Primitives

/// What a forwarder changes of a Begin: remaining time, attempt and trace. Every other field,
/// known or not, passes on byte for byte and in order.
public struct BeginRewrite: Sendable, Equatable {
  public var timeoutMicroseconds: UInt64
  public var attempt: UInt32
  public var trace: TraceContext

  public init(timeoutMicroseconds: UInt64, attempt: UInt32, trace: TraceContext) {
    self.timeoutMicroseconds = timeoutMicroseconds
    self.attempt = attempt
    self.trace = trace
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
      if tag.number != 2 && tag.number != 4 && tag.number != 5 {
        output.append(copying: reader.slice(start..<reader.position))
      }
      start = reader.position
    }
    let count =
      (timeoutMicroseconds == 0 ? 0 : 9) + 2 + TraceContext.textBytes
      + FieldWriter.fieldSize(varint: UInt64(attempt))
    var writer = FieldWriter(output.reserve(count))
    writer.field(2, fixed64: timeoutMicroseconds)
    writer.open(4, count: TraceContext.textBytes)
    trace.write(to: writer.cursor)
    writer.advance(TraceContext.textBytes)
    writer.field(5, varint: UInt64(attempt))
    output.commit(count)
  }
}
