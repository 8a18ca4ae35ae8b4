/// The name that a person gave to a dataset, model, job, endpoint or key:
/// `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`, so 1 to 63 letters and digits with hyphens between them
/// (which do not count towards the 63), at most 128 bytes.
public enum ResourceName {
  public static let maximumBytes = 128

  /// What is wrong with a name, in words that end a sentence which began with its place; nil when
  /// nothing is.
  public static func problem(_ name: String) -> String? {
    if name.isEmpty { return "must not be empty" }
    if name.utf8.count > maximumBytes { return "has more than \(maximumBytes) bytes" }
    var wordCount = 0
    var last = UInt8(ascii: "-")
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        wordCount += 1
      case UInt8(ascii: "-") where wordCount > 0: break
      default: return "may hold letters and digits, and hyphens between them"
      }
      last = byte
    }
    if last == UInt8(ascii: "-") { return "must end with a letter or a digit" }
    if wordCount > 63 { return "has more than 63 letters and digits" }
    return nil
  }
}
