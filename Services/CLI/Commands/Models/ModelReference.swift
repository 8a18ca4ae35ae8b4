import Primitives

/// A model's version as people write it: `NAME` (the newest), `NAME:VERSION`, or `NAME@ALIAS`.
struct ModelReference: Equatable, Sendable, CustomStringConvertible {
  enum Choice: Equatable, Sendable {
    case latest
    case version(UInt32)
    case alias(String)
  }

  let name: String
  let choice: Choice

  /// - Throws: `CommandError` that says which part is wrong.
  init(_ text: String) throws(CommandError) {
    guard let mark = text.firstIndex(where: { $0 == ":" || $0 == "@" }) else {
      name = text
      choice = .latest
      try checkName()
      return
    }
    name = String(text[..<mark])
    let rest = String(text[text.index(after: mark)...])
    if text[mark] == ":" {
      guard let number = UInt32(rest), number > 0 else {
        throw CommandError.name(
          "'\(rest)' is no version of a model: write NAME:1, NAME@ALIAS, or NAME for the newest"
        )
      }
      choice = .version(number)
    } else {
      if let problem = ResourceName.problem(rest) {
        throw CommandError.name("the alias '\(rest)' \(problem)")
      }
      choice = .alias(rest)
    }
    try checkName()
  }

  private func checkName() throws(CommandError) {
    if let problem = ResourceName.problem(name) {
      throw CommandError.name("the model's name '\(name)' \(problem)")
    }
  }

  /// 0 where it is not chosen by number.
  var version: UInt32 {
    if case .version(let number) = choice { number } else { 0 }
  }

  /// Empty where it is not chosen by alias.
  var alias: String {
    if case .alias(let name) = choice { name } else { "" }
  }

  var description: String {
    switch choice {
    case .latest: name
    case .version(let number): "\(name):\(number)"
    case .alias(let alias): "\(name)@\(alias)"
    }
  }
}
