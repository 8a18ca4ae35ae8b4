/// Names as protoc-c 1.4.1 spells them.
enum CName {
  private static let keywords: Set<String> = [
    "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "class", "compl", "const", "const_cast", "continue", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "explicit", "extern", "false", "float", "for", "friend",
    "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not", "not_eq",
    "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
    "return", "short", "signed", "sizeof", "static", "static_cast", "struct", "switch", "template",
    "this", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using",
    "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
  ]

  /// `martlet.testing.v1.EchoRequest` → `Martlet__Testing__V1__EchoRequest`
  static func type(_ fullName: String) -> String {
    fullName.split(separator: ".").map { part in
      part.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }.joined(separator: "__")
  }

  /// `martlet.testing.v1.EchoRequest` → `martlet__testing__v1__echo_request__init`
  static func initializer(_ fullName: String) -> String {
    fullName.split(separator: ".").map { lower(String($0)) }.joined(separator: "__") + "__init"
  }

  static func field(_ name: String) -> String {
    let lower = name.lowercased()
    return keywords.contains(lower) ? lower + "_" : lower
  }

  /// The member that says which field of a oneof is set.
  static func oneofCase(_ name: String) -> String { lower(name) + "_case" }

  private static func lower(_ name: String) -> String {
    var result = ""
    var wasUpper = true
    for character in name {
      if character.isUppercase, !wasUpper { result.append("_") }
      wasUpper = character.isUppercase
      result.append(contentsOf: character.lowercased())
    }
    return result
  }
}
