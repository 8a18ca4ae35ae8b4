/// The parts of a decimal number in text: sign, digits, exponent.
///
/// `exactValue` gives the correctly rounded double for the usual short numbers without a call into
/// the C library: a whole number below 2^53 times or divided by a power of ten up to 10^22 has
/// exact operands and one rounding (Clinger, How to read floating point numbers accurately, 1990).
struct DecimalParts {
  private var isNegative = false
  private var mantissa: UInt64 = 0
  private var digitCount = 0
  private var exponent = 0

  /// Nil when the bytes are no number of the form `[+-]digits[.digits][e[+-]digits]`, with at least
  /// one digit before the exponent.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    func byte() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    if byte() == UInt8(ascii: "-") || byte() == UInt8(ascii: "+") {
      isNegative = byte() == UInt8(ascii: "-")
      index += 1
    }
    var seen = 0
    while CellText.isDigit(byte()) {
      take(byte())
      seen += 1
      index += 1
    }
    if byte() == UInt8(ascii: ".") {
      index += 1
      while CellText.isDigit(byte()) {
        take(byte())
        exponent -= 1
        seen += 1
        index += 1
      }
    }
    guard seen > 0 else { return nil }
    if byte() | 0x20 == UInt8(ascii: "e") {
      index += 1
      let isBelow = byte() == UInt8(ascii: "-")
      if isBelow || byte() == UInt8(ascii: "+") { index += 1 }
      guard CellText.isDigit(byte()) else { return nil }
      var written = 0
      while CellText.isDigit(byte()) {
        written = min(written * 10 + Int(byte() & 15), 100_000)
        index += 1
      }
      exponent += isBelow ? -written : written
    }
    guard index == bytes.count else { return nil }
  }

  private mutating func take(_ digit: UInt8) {
    // Leading zeros carry nothing.
    if digitCount > 0 || digit != UInt8(ascii: "0") { digitCount += 1 }
    if digitCount <= 19 { mantissa = mantissa &* 10 &+ UInt64(digit & 15) }
  }

  /// Nil when the short way is not exact.
  var exactValue: Double? {
    guard digitCount <= 19, mantissa <= 1 << 53, (-22...22).contains(exponent) else { return nil }
    let whole = Double(mantissa)
    let value =
      exponent < 0 ? whole / Self.powersOfTen[-exponent] : whole * Self.powersOfTen[exponent]
    return isNegative ? -value : value
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
