import Foundation

/// One file of the repository, read once.
struct SourceFile: Sendable {
  /// From the repository's root: "Shared/RPC/Limits.swift".
  let path: String
  let lines: [String]
  /// Swift only: each line without comments and without what stands inside string literals.
  let code: [String]
  /// Swift only: whether a line holds a comment.
  let hasComment: [Bool]

  init(path: String, text: String) {
    self.path = path
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
    guard path.hasSuffix(".swift") else {
      code = []
      hasComment = []
      return
    }
    var stripper = CodeStripper()
    let stripped = lines.map { stripper.strip($0) }
    code = stripped.map(\.code)
    hasComment = stripped.map(\.hasComment)
  }

  var isSwift: Bool { path.hasSuffix(".swift") }

  /// Written by a program, and its first line says so.
  var isGenerated: Bool { lines.first?.contains("Generated ") ?? false }

  var isShellScript: Bool {
    path.hasSuffix(".sh") || lines.first.map { $0.hasPrefix("#!") && $0.contains("bash") } ?? false
  }

  /// Written by people in a language with lines to keep short.
  var isSource: Bool {
    let endings = [".swift", ".c", ".cc", ".h", ".py", ".proto"]
    return !isGenerated && (isShellScript || endings.contains { path.hasSuffix($0) })
  }

  func isUnder(_ folders: [String]) -> Bool {
    folders.contains { path.hasPrefix($0) }
  }
}

/// Walks Swift source line by line and remembers what it is inside of.
struct CodeStripper {
  private var isInLongString = false
  private var blockCommentDepth = 0

  mutating func strip(_ line: String) -> (code: String, hasComment: Bool) {
    let bytes = Array(line.utf8)
    var code: [UInt8] = []
    var hasComment = blockCommentDepth > 0
    var index = 0
    func sees(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      guard index + count <= bytes.count else { return false }
      return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
    }
    while index < bytes.count {
      if blockCommentDepth > 0 {
        if sees("*/") { blockCommentDepth -= 1 }
        index += sees("*/") ? 2 : 1
      } else if isInLongString {
        let isEscape = bytes[index] == UInt8(ascii: "\\")
        if !isEscape && sees("\"\"\"") {
          isInLongString = false
          index += 2
        }
        index += isEscape ? 2 : 1
      } else if sees("//") {
        return (String(decoding: code, as: UTF8.self), true)
      } else if sees("/*") {
        blockCommentDepth += 1
        hasComment = true
        index += 2
      } else if sees("\"\"\"") {
        isInLongString = true
        code += Array("\"\"".utf8)
        index += 3
      } else if bytes[index] == UInt8(ascii: "\"") {
        index = CodeStripper.endOfString(bytes, from: index + 1)
        code += Array("\"\"".utf8)
      } else {
        code.append(bytes[index])
        index += 1
      }
    }
    return (String(decoding: code, as: UTF8.self), hasComment)
  }

  /// The index after the closing quote; interpolations count as part of the string.
  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    var parentheses = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\"):
        let opens = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "(")
        if opens && parentheses == 0 { parentheses = 1 }
        index += 2
        continue
      case UInt8(ascii: "(") where parentheses > 0: parentheses += 1
      case UInt8(ascii: ")") where parentheses > 0: parentheses -= 1
      case UInt8(ascii: "\"") where parentheses == 0: return index + 1
      case UInt8(ascii: "\""):
        index = endOfString(bytes, from: index + 1)
        continue
      default: break
      }
      index += 1
    }
    return index
  }
}
