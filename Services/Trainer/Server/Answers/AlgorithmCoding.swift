import Protocols
import TrainerCore

extension AlgorithmDescription {
  /// An algorithm as the wire tells it.
  init(_ algorithm: Algorithm) {
    self.init(
      name: algorithm.name,
      doc: algorithm.doc,
      task: algorithm.task,
      needsLabel: algorithm.label == .number,
      hyperparameters: algorithm.hyperparameters.map { HyperparameterDescription($0) }
    )
  }
}

extension HyperparameterDescription {
  init(_ parameter: Hyperparameter) {
    self.init(
      name: parameter.name,
      defaultValue: parameter.defaultText,
      doc: parameter.doc
    )
    switch parameter.kind {
    case .integer(let range):
      type = .integer
      minimum = Double(range.lowerBound)
      maximum = Double(range.upperBound)
    case .number(let range):
      type = .number
      minimum = range.lowerBound
      maximum = range.upperBound
    case .choice(let words):
      type = .choice
      choices = words
    }
  }
}
