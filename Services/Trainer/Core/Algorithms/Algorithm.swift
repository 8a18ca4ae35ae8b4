public import Tabular

/// What can be known of an algorithm without running it.
public struct Algorithm: Sendable, Equatable {
  public enum Label: Sendable, Equatable {
    /// It learns to predict a column of numbers.
    case number
    /// It predicts no column.
    case none
  }

  public let name: String
  /// For people, one line.
  public let doc: String
  /// The manifest's word: `regression`, `clustering`.
  public let task: String
  public let label: Label
  public let hyperparameters: [Hyperparameter]

  /// Share of rows that are held out when the spec says 0.
  public static let defaultValidationFraction = 0.2

  /// The given hyperparameters with the defaults of the others. Throws for a name that the
  /// algorithm does not have (with the nearest that it has) and for a value out of range.
  public func complete(_ given: [String: String]) throws(TableProblem) -> HyperparameterValues {
    var texts: [String: String] = [:]
    for parameter in hyperparameters { texts[parameter.name] = parameter.defaultText }
    for (name, text) in given.sorted(by: { $0.key < $1.key }) {
      guard let parameter = hyperparameters.first(where: { $0.name == name }) else {
        throw TableProblem(
          "\(self.name) has no hyperparameter \(TableProblem.quoted(name))",
          remedy: NearestName.advice(name, among: hyperparameters.map(\.name))
        )
      }
      try parameter.check(text)
      texts[name] = text
    }
    return HyperparameterValues(texts: texts)
  }

  /// The share of rows to hold out: 0 stands for the default. Throws out of 0 to 0.5.
  public func validationFraction(_ given: Double) throws(TableProblem) -> Double {
    guard given >= 0, given <= 0.5 else {
      throw TableProblem(
        "the validation fraction is \(given)",
        remedy: "give a share of the rows from 0 to 0.5; 0 stands for "
          + "\(Self.defaultValidationFraction)"
      )
    }
    return given == 0 ? Self.defaultValidationFraction : given
  }
}
