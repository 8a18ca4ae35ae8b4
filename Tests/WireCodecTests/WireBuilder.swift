import Primitives

/// Writes the wire format by hand, right or wrong.
struct WireBuilder {
  var bytes: [UInt8] = []

  init(_ body: (inout WireBuilder) -> Void = { _ in }) { body(&self) }

  var message: Bytes { Bytes(bytes) }

  static func varint(_ value: UInt64, width: Int = 0) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    repeat {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    } while rest != 0 || bytes.count < width
    bytes[bytes.count - 1] &= 0x7F
    return bytes
  }

  mutating func raw(_ more: [UInt8]) { bytes += more }

  mutating func tag(_ number: UInt64, _ wireType: UInt64, width: Int = 0) {
    bytes += WireBuilder.varint(number << 3 | wireType, width: width)
  }

  mutating func varint(_ number: UInt64, _ value: UInt64, width: Int = 0) {
    tag(number, 0)
    bytes += WireBuilder.varint(value, width: width)
  }

  mutating func fixed32(_ number: UInt64, _ value: UInt32) {
    tag(number, 5)
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  mutating func fixed64(_ number: UInt64, _ value: UInt64) {
    tag(number, 1)
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  mutating func delimited(_ number: UInt64, _ content: [UInt8], lengthWidth: Int = 0) {
    tag(number, 2)
    bytes += WireBuilder.varint(UInt64(content.count), width: lengthWidth) + content
  }

  mutating func text(_ number: UInt64, _ text: String) { delimited(number, Array(text.utf8)) }

  mutating func message(
    _ number: UInt64,
    lengthWidth: Int = 0,
    _ body: (inout WireBuilder) -> Void
  ) {
    delimited(number, WireBuilder(body).bytes, lengthWidth: lengthWidth)
  }
}
