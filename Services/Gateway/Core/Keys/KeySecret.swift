/// The secret that a key's holder shows: `mk_ID_DIGITS`, the id without its hyphens and 32 random
/// bytes in base 62.
///
/// The first part finds the key, the whole text proves it. 79 bytes.
public enum KeySecret {
  public static let randomByteCount = 32
  /// 62^43 > 2^256.
  static let digitCount = 43
  private static let prefix = "mk_"
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
  )

  /// The text for a key's id and its random bytes.
  public static func text(id: String, random: [UInt8]) -> String {
    prefix + id.replacing("-", with: "") + "_" + base62(random)
  }

  /// The id in a secret; nil for a text that no key can have.
  public static func id(in secret: String) -> String? {
    let bytes = Array(secret.utf8)
    guard bytes.count == 3 + 32 + 1 + digitCount, secret.hasPrefix(prefix),
      bytes[35] == UInt8(ascii: "_"), bytes[36...].allSatisfy(isAlphanumeric)
    else { return nil }
    var id = ""
    for (index, byte) in bytes[3..<35].enumerated() {
      guard isHex(byte) else { return nil }
      if index == 8 || index == 12 || index == 16 || index == 20 { id.append("-") }
      id.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return id
  }

  /// The bytes as one big-endian number, most significant digit first, always `digitCount` long.
  static func base62(_ bytes: [UInt8]) -> String {
    var number = bytes
    var digits = [UInt8](repeating: alphabet[0], count: digitCount)
    for position in digits.indices.reversed() {
      var remainder = 0
      for index in number.indices {
        let value = remainder << 8 | Int(number[index])
        number[index] = UInt8(value / 62)
        remainder = value % 62
      }
      digits[position] = alphabet[remainder]
    }
    return String(decoding: digits, as: UTF8.self)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
