import Primitives

/// Writes JSON. Numbers are the shortest decimals that read back as the same bits; NaN and
/// infinities, which JSON does not have, become `null`.
public struct JSONText {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Written as it is: punctuation and what is known to need no escape.
  public mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    )
  }

  public mutating func text(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x0A: raw("\\n")
      case 0x0D: raw("\\r")
      case 0x09: raw("\\t")
      case 0..<0x20, 0x7F:
        raw("\\u00")
        bytes.append(JSONText.digit(byte >> 4))
        bytes.append(JSONText.digit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  public mutating func number(_ value: some BinaryInteger) { bytes += Array("\(value)".utf8) }

  public mutating func number(_ value: Double) {
    if value.isFinite { bytes += Array(value.description.utf8) } else { raw("null") }
  }

  public mutating func number(_ value: Float) {
    if value.isFinite { bytes += Array(value.description.utf8) } else { raw("null") }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
