import Tabular

/// A number or word that steers an algorithm, as users see it.
public struct Hyperparameter: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case choice([String])
  }

  public let name: String
  public let kind: Kind
  /// As a user would write it.
  public let defaultText: String
  /// For people, one line.
  public let doc: String

  /// What may be given, in words.
  public var allowed: String {
    switch kind {
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let words): "one of \(TableProblem.list(words))"
    }
  }

  func check(_ text: String) throws(TableProblem) {
    let isSound =
      switch kind {
      case .integer(let range): Int(text).map { range.contains($0) } ?? false
      case .number(let range): CellText.number(text).map { range.contains($0) } ?? false
      case .choice(let words): words.contains(text)
      }
    guard isSound else {
      throw TableProblem(
        "the hyperparameter \(name) is \(TableProblem.quoted(text))",
        remedy: "give \(allowed), or leave it out for \(defaultText)"
      )
    }
  }
}

/// A whole set of hyperparameters that were checked.
public struct HyperparameterValues: Sendable, Equatable {
  /// All of the algorithm's: given ones and defaults.
  public let texts: [String: String]

  /// The value of one that the algorithm declares as an integer; its range was checked.
  public func integer(_ name: String) -> Int { texts[name].flatMap { Int($0) } ?? 0 }

  /// The value of one that the algorithm declares as a number; its range was checked.
  public func number(_ name: String) -> Double { texts[name].flatMap { CellText.number($0) } ?? 0 }
}
