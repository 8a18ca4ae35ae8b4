/// What is wrong with a table or with a model's columns, for the person who sent it.
///
/// `description` is one sentence with its place in front and the way out behind:
/// `line 3, column 'age': 'abc' is not a number; write a number, or leave the cell empty when it is
/// unknown`. It holds no more than a few hundred bytes, whatever the table holds.
public struct TableProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where: `line 3`, `row 1`; empty when it concerns the whole.
  public var place: String
  /// The column, when it concerns one.
  public var column: String?
  public var what: String
  /// What to do; empty when `what` says it all.
  public var remedy: String

  public init(_ what: String, place: String = "", column: String? = nil, remedy: String = "") {
    self.what = what
    self.place = place
    self.column = column
    self.remedy = remedy
  }

  public var description: String {
    var front = place
    if let column {
      if !front.isEmpty { front += ", " }
      front += "column \(Self.quoted(column))"
    }
    let back = remedy.isEmpty ? "" : "; " + remedy
    return (front.isEmpty ? "" : front + ": ") + what + back
  }

  /// A piece of foreign text for a message: in quotes, at most 40 characters, without controls.
  public static func quoted(_ text: some StringProtocol) -> String {
    var shown = ""
    var isCut = false
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == 40 {
        isCut = true
        break
      }
      let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
      shown.unicodeScalars.append(isControl ? "�" : scalar)
    }
    return "'\(shown)\(isCut ? "…" : "")'"
  }

  /// Names for a message: all of them when few, else the first ten and how many more.
  public static func list(_ names: some Collection<String>) -> String {
    let shown = names.prefix(10).map { quoted($0) }.joined(separator: ", ")
    return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
  }
}
