/// Why a job's spec cannot work: the field, and the rest of a sentence that begins with it.
public struct SpecProblem: Error, Sendable, Equatable, CustomStringConvertible {
  public let field: String
  public let words: String

  public init(_ field: String, _ words: String) {
    self.field = field
    self.words = words
  }

  public var description: String { "\(field): \(words)" }
}
