/// W3C trace context, version 00: which trace a call belongs to and which span it is.
/// Source: https://www.w3.org/TR/trace-context/#traceparent-header
public struct TraceContext: Sendable, Hashable {
  public var traceHigh: UInt64
  public var traceLow: UInt64
  public var span: UInt64
  public var isSampled: Bool

  /// The text's length in bytes: `00-<32 hex>-<16 hex>-<2 hex>`.
  public static let textBytes = 55

  public init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.span = span
    self.isSampled = isSampled
  }

  /// The start of a new trace.
  public init(using generator: inout some RandomNumberGenerator) {
    traceHigh = generator.next()
    traceLow = generator.next() | 1  // never all zero, which the standard forbids
    span = generator.next() | 1
    isSampled = false
  }

  /// Another span of the same trace.
  public func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
    var child = self
    child.span = generator.next() | 1
    return child
  }

  /// Reads a traceparent; nil when it is malformed, which the standard says to treat as absent.
  /// A later version is read by the part that version 00 defines.
  public init?(_ text: UnsafeRawBufferPointer) {
    guard text.count >= TraceContext.textBytes,
      text.count == TraceContext.textBytes || text[55] == UInt8(ascii: "-"),
      text[2] == UInt8(ascii: "-"), text[35] == UInt8(ascii: "-"), text[52] == UInt8(ascii: "-"),
      let version = TraceContext.hex(text, 0, 2), version != 0xFF,
      version != 0 || text.count == TraceContext.textBytes,
      let high = TraceContext.hex(text, 3, 16), let low = TraceContext.hex(text, 19, 16),
      let span = TraceContext.hex(text, 36, 16), let flags = TraceContext.hex(text, 53, 2),
      high | low != 0, span != 0
    else { return nil }
    self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
  }

  public init?(_ text: String) {
    var text = text
    guard let parsed = text.withUTF8({ TraceContext(UnsafeRawBufferPointer($0)) }) else {
      return nil
    }
    self = parsed
  }

  /// Writes the 55 bytes of the text.
  public func write(to target: UnsafeMutablePointer<UInt8>) {
    let dash = UInt8(ascii: "-")
    target[0] = UInt8(ascii: "0")
    target[1] = UInt8(ascii: "0")
    target[2] = dash
    TraceContext.writeHex(traceHigh, 16, to: target + 3)
    TraceContext.writeHex(traceLow, 16, to: target + 19)
    target[35] = dash
    TraceContext.writeHex(span, 16, to: target + 36)
    target[52] = dash
    TraceContext.writeHex(isSampled ? 1 : 0, 2, to: target + 53)
  }

  public var text: String {
    String(unsafeUninitializedCapacity: TraceContext.textBytes) { buffer in
      if let base = buffer.baseAddress { write(to: base) }
      return TraceContext.textBytes
    }
  }

  private static func hex(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> UInt64? {
    var value: UInt64 = 0
    for index in start..<(start + count) {
      let byte = text[index]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      default: return nil
      }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  private static func writeHex(_ value: UInt64, _ count: Int, to target: UnsafeMutablePointer<UInt8>)
  {
    var rest = value
    for index in stride(from: count - 1, through: 0, by: -1) {
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      target[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      rest >>= 4
    }
  }
}
