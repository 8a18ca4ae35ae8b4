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

  /// The trace's id as logs show it: 32 hexadecimal digits.
  public var traceID: String { String(text.dropFirst(3).prefix(32)) }

  /// The span's id as logs show it: 16 hexadecimal digits.
  public var spanID: String { String(text.dropFirst(36).prefix(16)) }

  public var text: String {
    String(unsafeUninitializedCapacity: TraceContext.textBytes) { buffer in
      if let base = buffer.baseAddress { write(to: base) }
      return TraceContext.textBytes
    }
  }

  /// Reads `count` lower-case hexadecimal digits, most significant first.
  private static func hex(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> UInt64? {
    if count == 16 {
      guard let high = eightDigits(text, start), let low = eightDigits(text, start + 8) else {
        return nil
      }
      return high << 32 | low
    }
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

  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Eight digits at once, one in each byte of a word: a traceparent is read for every call.
  @inline(__always)
  private static func eightDigits(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt64? {
    let word = UInt64(
      bigEndian: text.loadUnaligned(fromByteOffset: start, as: UInt64.self)
    )
    // A letter has bit 6; its low nibble counts from 1 for "a".
    let nibbles = (word & (ones &* 0x0F)) &+ ((word >> 6) & ones) &* 9
    guard digits(nibbles & (ones &* 0x0F)) == word else { return nil }
    var value = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF
    value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
    return (value | value >> 16) & 0xFFFF_FFFF
  }

  /// The ASCII digits of eight nibbles, one in each byte.
  @inline(__always)
  private static func digits(_ nibbles: UInt64) -> UInt64 {
    let isLetter = ((nibbles &+ ones &* 6) >> 4) & ones
    return nibbles &+ ones &* 0x30 &+ isLetter &* 0x27
  }

  private static func writeHex(
    _ value: UInt64,
    _ count: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    var rest = value << UInt64(64 - count * 4)
    for start in stride(from: 0, to: count, by: 8) {
      var spread = rest >> 32
      rest <<= 32
      spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
      spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
      spread = (spread | spread << 4) & (ones &* 0x0F)
      withUnsafeBytes(of: digits(spread).bigEndian) { bytes in
        for index in 0..<min(8, count - start) { target[start + index] = bytes[index] }
      }
    }
  }
}
