/// One cell of a table, as JSON or a program gives it.
public enum Cell: Sendable, Equatable {
  /// Not known: the model takes what training put in its place.
  case missing
  case number(Double)
  case text(String)
}

/// What the text of a cell means. White space around it does not count.
public enum CellText {
  /// Texts that stand for an unknown value, in any case of letters; so does an empty cell.
  public static let missingMarkers = ["na", "n/a", "nan", "null", "?", "none"]

  /// `bytes` without the spaces, tabs and line ends around them.
  public static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  /// The text without the white space around it.
  public static func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last else { return text }
    guard isSpace(first) || isSpace(last) else { return text }
    return with(text) { String(decoding: trimmed($0), as: UTF8.self) }
  }

  public static func isMissing(_ text: String) -> Bool { with(text) { isMissing(trimmed($0)) } }

  /// Whether trimmed bytes stand for an unknown value.
  static func isMissing(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 4 else { return false }
    if bytes.isEmpty { return true }
    return missingMarkers.contains { marker in
      marker.utf8.count == bytes.count
        && zip(marker.utf8, bytes).allSatisfy { $0 == $1 || ($0 >= 0x61 && $0 == $1 | 0x20) }
    }
  }

  /// The finite decimal number that the text is, or nil. `inf` and hexadecimal are words.
  public static func number(_ text: String) -> Double? { with(text) { number(trimmed($0)) } }

  static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let parts = DecimalParts(bytes) else { return nil }
    if let value = parts.exactValue { return value }
    // The rare rest, rounded correctly by the library. Only digits, sign, dot and exponent: the
    // words that it would also take were refused above.
    guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  /// Whether the text looks like a number with a comma in it: `3,14`, `1.234,5`, `1,234`.
  public static func hasDecimalComma(_ text: String) -> Bool {
    with(text) { hasDecimalComma(trimmed($0)) }
  }

  static func hasDecimalComma(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 40, let last = bytes.last, isDigit(last) else { return false }
    guard let first = bytes.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") })
    else { return false }
    let comma = UInt8(ascii: ",")
    guard isDigit(first) || first == comma, bytes.contains(comma) else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      isDigit(byte) || byte == comma || byte == UInt8(ascii: ".")
        || (index == 0 && (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")))
    }
  }

  /// Whether the text is a date of ISO 8601 (`2026-11-23`), with or without a time behind it.
  public static func isDate(_ text: String) -> Bool { with(text) { isDate(trimmed($0)) } }

  static func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= 10, bytes.count <= 40 else { return false }
    let pattern: StaticString = "dddd-dd-dd"
    for index in 0..<10 {
      let wanted = pattern.utf8Start[index]
      let isRight = wanted == UInt8(ascii: "d") ? isDigit(bytes[index]) : bytes[index] == wanted
      if !isRight { return false }
    }
    let month = Int(bytes[5] & 15) * 10 + Int(bytes[6] & 15)
    let day = Int(bytes[8] & 15) * 10 + Int(bytes[9] & 15)
    guard (1...12).contains(month), (1...31).contains(day) else { return false }
    if bytes.count == 10 { return true }
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else { return false }
    return bytes.count >= 16 && bytes[11...].allSatisfy { isDigit($0) || isTimeMark($0) }
  }

  /// How a number reads where a word is wanted: 3, not 3.0.
  static func word(_ number: Double) -> String {
    if let whole = Int64(exactly: number) { return String(whole) }
    return "\(number)"
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private static func isTimeMark(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "Z"), UInt8(ascii: " "):
      true
    default: false
    }
  }

  private static func with<Value>(
    _ text: String,
    _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) -> Value {
    var text = text
    return text.withUTF8 { body($0) }
  }
}
