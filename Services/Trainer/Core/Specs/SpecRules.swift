import Primitives

/// Names and sizes of a job's spec: what can be checked without its dataset and its algorithm.
public struct SpecRules: Sendable {
  public static let maximumAliases = 16
  public static let maximumIgnoredColumns = 4096
  public static let maximumHyperparameters = 64
  /// Bytes of a hyperparameter's name and value together.
  public static let maximumHyperparameterBytes = 1024

  public var dataset: String
  public var model: String
  public var ignoredColumns: [String]
  public var aliases: [String]
  public var hyperparameters: [String: String]

  public init(
    dataset: String,
    model: String,
    ignoredColumns: [String] = [],
    aliases: [String] = [],
    hyperparameters: [String: String] = [:]
  ) {
    self.dataset = dataset
    self.model = model
    self.ignoredColumns = ignoredColumns
    self.aliases = aliases
    self.hyperparameters = hyperparameters
  }

  /// - Throws: The first field that is wrong.
  public func check() throws(SpecProblem) {
    for (field, name) in [("dataset", dataset), ("model", model)] {
      if let problem = ResourceName.problem(name) { throw SpecProblem("spec.\(field)", problem) }
    }
    guard aliases.count <= SpecRules.maximumAliases else {
      throw SpecProblem("spec.aliases", "has more than \(SpecRules.maximumAliases)")
    }
    for alias in aliases {
      if let problem = ResourceName.problem(alias) { throw SpecProblem("spec.aliases", problem) }
      if alias == "latest" {
        throw SpecProblem(
          "spec.aliases",
          "\"latest\" is kept by the model store itself; leave it out"
        )
      }
    }
    guard hyperparameters.count <= SpecRules.maximumHyperparameters else {
      throw SpecProblem("spec.hyperparameters", "has more than \(SpecRules.maximumHyperparameters)")
    }
    for (name, value) in hyperparameters
    where name.utf8.count + value.utf8.count > SpecRules.maximumHyperparameterBytes {
      throw SpecProblem(
        "spec.hyperparameters",
        "one has more than \(SpecRules.maximumHyperparameterBytes) bytes"
      )
    }
    guard ignoredColumns.count <= SpecRules.maximumIgnoredColumns else {
      throw SpecProblem("spec.ignored_columns", "has more than \(SpecRules.maximumIgnoredColumns)")
    }
  }
}
