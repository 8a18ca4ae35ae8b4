/// Names as Swift spells them.
enum SwiftName {
  private static let acronyms: Set<String> = ["id", "url", "http", "https"]

  /// Words that need backticks where a name is declared or used.
  private static let keywords: Set<String> = [
    "associatedtype", "as", "break", "case", "catch", "class", "continue", "default", "defer",
    "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
    "func", "guard", "if", "import", "in", "inout", "internal", "is", "let", "nil", "operator",
    "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "static",
    "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var",
    "where", "while", "Any",
  ]

  /// Names that mean something else on every value or every message; they get an underscore.
  private static let taken: Set<String> = [
    "self", "init", "Self", "Type", "Protocol", "description", "messageName", "schema", "fill",
    "withPacked", "encoded", "hash", "hashValue", "rawValue", "unrecognized",
  ]

  /// `max_frame_bytes` → `maxFrameBytes`, `key_id` → `keyID`, `class` → `` `class` ``.
  static func member(_ name: String) -> String { escaped(lowerCamel(words(name))) }

  /// `Unary` → `unary`, `GetURL` → `getURL`, `HTTPGet` → `httpGet`.
  static func method(_ name: String) -> String {
    let characters = Array(name)
    var upper = characters.prefix { $0.isUppercase }.count
    if upper > 1, upper < characters.count { upper -= 1 }
    return escaped(String(characters.prefix(upper)).lowercased() + String(characters[upper...]))
  }

  /// A value of an enum without the enum's own name in front:
  /// `COLOR_DARK_BLUE` of `Color` → `darkBlue`.
  static func enumCase(_ value: String, of enumName: String) -> String {
    var parts = value.split(separator: "_").map { $0.lowercased() }
    let own = camelWords(enumName).map { $0.lowercased() }
    if parts.count > own.count, Array(parts.prefix(own.count)) == own,
      parts[own.count].first?.isNumber == false
    {
      parts.removeFirst(own.count)
    }
    return escaped(lowerCamel(parts))
  }

  /// `go_away` → `GoAway`, `echo.proto`'s `echo` → `Echo`.
  static func type(_ name: String) -> String {
    let name = words(name).map(capitalized).joined()
    return keywords.contains(name) || taken.contains(name) ? name + "_" : name
  }

  /// Without backticks, as in text.
  static func plain(_ name: String) -> String { name.filter { $0 != "`" } }

  private static func words(_ name: String) -> [String] {
    name.split(separator: "_").map(String.init)
  }

  private static func lowerCamel(_ words: [String]) -> String {
    words.enumerated().map { index, word in
      if index == 0 { return word.prefix(1).lowercased() + word.dropFirst() }
      return acronyms.contains(word) ? word.uppercased() : capitalized(word)
    }.joined()
  }

  private static func capitalized(_ word: String) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }

  /// `ServingStatus` → `Serving`, `Status`.
  private static func camelWords(_ name: String) -> [String] {
    var words: [String] = []
    for character in name {
      if character == "_" {
        words.append("")
      } else if character.isUppercase, words.last?.last?.isUppercase != true || words.isEmpty {
        words.append(String(character))
      } else {
        if words.isEmpty { words.append("") }
        words[words.count - 1].append(character)
      }
    }
    return words.filter { !$0.isEmpty }
  }

  private static func escaped(_ name: String) -> String {
    if taken.contains(name) { return name + "_" }
    if keywords.contains(name) { return "`\(name)`" }
    return name.first?.isNumber == true ? "_" + name : name
  }
}
