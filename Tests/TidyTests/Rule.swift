import Testing

/// Something that holds for every file of the repository.
struct Rule: Sendable, CustomTestStringConvertible {
  /// A sentence: what holds.
  let name: String
  /// A file that breaks the rule and one that only looks as if it did: the proof that it can fail.
  let bad: [SourceFile]
  let good: [SourceFile]
  let check: @Sendable (SourceFile) -> [Finding]

  var testDescription: String { name }
}

/// One place where a rule is broken.
struct Finding: Sendable, CustomStringConvertible {
  let path: String
  /// Counts from 1.
  let line: Int
  /// What is wrong, and the way out.
  let message: String

  var description: String { "\(path):\(line): \(message)" }
}

extension Rule {
  /// A rule about single lines of Swift code, comments and strings left out.
  static func code(
    _ name: String,
    bad: [SourceFile],
    good: [SourceFile],
    where applies: @escaping @Sendable (SourceFile) -> Bool = { _ in true },
    message: String,
    breaks: @escaping @Sendable (SourceFile, Int) -> Bool
  ) -> Rule {
    Rule(name: name, bad: bad, good: good) { file in
      guard file.isSwift, !file.isGenerated, applies(file) else { return [] }
      return file.code.indices.filter { breaks(file, $0) }.map {
        Finding(path: file.path, line: $0 + 1, message: message)
      }
    }
  }

  /// A rule about single lines of any file.
  static func text(
    _ name: String,
    bad: [SourceFile],
    good: [SourceFile],
    where applies: @escaping @Sendable (SourceFile) -> Bool,
    message: String,
    breaks: @escaping @Sendable (String) -> Bool
  ) -> Rule {
    Rule(name: name, bad: bad, good: good) { file in
      guard applies(file) else { return [] }
      return file.lines.indices.filter { breaks(file.lines[$0]) }.map {
        Finding(path: file.path, line: $0 + 1, message: message)
      }
    }
  }

  static let all: [Rule] = imports + safety + layout
}
