import Primitives
import Protocols
import RPC
import RPCRuntime
import Tabular
import TabularCoding
import TrainerCore

/// Judges a spec before a job is made of it, and completes it: the dataset's version and all
/// hyperparameters. What passes can still fail on the rows themselves, and on nothing else that
/// could be known now.
struct SpecCheck {
  let modelStore: any CallChannel

  /// - Throws: `SpecProblem` or `TableProblem` for what is wrong with it, `RPCError` when the
  ///   dataset is not there or the model store cannot be asked.
  func completed(_ spec: TrainingSpec) async throws -> TrainingSpec {
    try SpecRules(
      dataset: spec.dataset,
      model: spec.model,
      ignoredColumns: spec.ignoredColumns,
      aliases: spec.aliases,
      hyperparameters: spec.hyperparameters
    ).check()
    let algorithm = try AlgorithmCatalog.algorithm(named: spec.algorithm)
    var completed = spec
    completed.hyperparameters = try algorithm.complete(spec.hyperparameters).texts
    completed.validationFraction = try algorithm.validationFraction(spec.validationFraction)
    let dataset = try await dataset(spec)
    guard let schema = dataset.schema_ else {
      throw SpecProblem(
        "spec.dataset",
        "\(spec.dataset) has no schema: it is no table; add it with `martlet dataset add`"
      )
    }
    completed.datasetVersion = dataset.version
    _ = try TrainingColumns(
      of: TableSummary(schema),
      label: spec.label,
      ignored: spec.ignoredColumns,
      for: algorithm
    )
    return completed
  }

  private func dataset(_ spec: TrainingSpec) async throws -> Dataset {
    do {
      let response = try await ModelStoreClient(modelStore).describeDataset(
        DescribeDatasetRequest(name: spec.dataset, version: spec.datasetVersion)
      )
      guard let dataset = response.dataset else {
        throw RPCError(.internal, "the model store answered without a dataset")
      }
      return dataset
    } catch let error as RPCError {
      switch error.code {
      case .notFound, .invalidArgument: throw RPCError(error.code, "spec.dataset: \(error.message)")
      case .unavailable:
        throw RPCError(
          .unavailable,
          "the model store, which keeps the dataset, cannot be reached: \(error.message)",
          retryAfter: error.retryAfter ?? .seconds(1)
        )
      default: throw error
      }
    }
  }
}
