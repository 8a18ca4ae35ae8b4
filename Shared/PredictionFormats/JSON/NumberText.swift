/// Decimal texts to numbers, quickly where that is exact.
enum NumberText {
  /// 10^0 … 10^22, which 64 bits hold exactly.
  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// The nearest number to a text of JSON's grammar; infinite when there is none that large.
  ///
  /// Up to 2^53 with a power of ten up to 22 both factors are exact, so one rounding is right
  /// (W. D. Clinger, How to read floating point numbers accurately, 1990). The others go to the
  /// standard library.
  static func double(_ text: UnsafeRawBufferPointer) -> Double? {
    var mantissa: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    var isFraction = false
    var index = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    scan: while index < text.count {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digitCount < 19 {
          mantissa = mantissa * 10 + UInt64(byte - 48)
          if mantissa > 0 { digitCount += 1 }
        } else {
          return standard(text)
        }
        if isFraction { exponent -= 1 }
      case UInt8(ascii: "."): isFraction = true
      default: break scan
      }
      index += 1
    }
    if index < text.count {
      let tail = UnsafeRawBufferPointer(rebasing: text[(index + 1)...])
      // Not `abs`, which has no answer for the least of all.
      guard let written = Int(String(decoding: tail, as: UTF8.self)), written.magnitude < 10_000
      else { return standard(text) }
      exponent += written
    }
    guard mantissa <= 1 << 53, abs(exponent) <= 22 else { return standard(text) }
    let value =
      exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
    return isNegative ? -value : value
  }

  private static func standard(_ text: UnsafeRawBufferPointer) -> Double? {
    Double(String(decoding: text, as: UTF8.self))
  }
}
