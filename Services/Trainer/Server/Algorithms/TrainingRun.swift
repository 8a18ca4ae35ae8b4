import DurableFiles
import Primitives
public import Protocols
import RPC
import RPCRuntime
import Tabular
import TabularCoding
import TrainerCore

/// One training, from CSV files to an artifact and its manifest. What a worker process does.
///
/// The same request with the same files gives the same bytes: neither artifact nor manifest holds a
/// time, a path or a name of the host. All work that takes long runs on a thread of its own.
/// Cancelled, it ends with `CancellationError` within a second, but for the direct solve of a model
/// with more than about a thousand elements a row, which cannot be cut short.
public enum TrainingRun {
  public static let artifactName = "model.onnx"

  /// Runs to the end; `report` gets what happens, last `finished`, and may wait.
  ///
  /// - Parameter memory: what it may take; nil: what this process may.
  /// - Throws: RPCError INVALID_ARGUMENT with words for the user when the spec or the data cannot
  ///   work; INTERNAL when the host cannot read or write a file; what `report` throws.
  public static func run(
    _ request: RunTrainingRequest,
    codeVersion: String = "0.1.0",
    memory: MemoryBudget? = nil,
    report: @escaping @Sendable (RunTrainingResponse) async throws -> Void
  ) async throws {
    let stop = StopFlag()
    do {
      try await withTaskCancellationHandler {
        try await train(request, codeVersion, memory, TrainingReport(send: report), stop)
      } onCancel: {
        stop.raise()
      }
    } catch let problem as TableProblem {
      throw RPCError(.invalidArgument, problem.description)
    } catch let failure as FileError {
      throw RPCError(.internal, failure.description)
    } catch let failure as AlgebraFailure {
      throw RPCError(.internal, failure.description)
    }
  }

  private static func train(
    _ request: RunTrainingRequest,
    _ codeVersion: String,
    _ memory: MemoryBudget?,
    _ report: TrainingReport,
    _ stop: StopFlag
  ) async throws {
    guard let spec = request.spec, let schema = request.schema_ else {
      throw RPCError(.invalidArgument, "the request has no spec or no schema")
    }
    let algorithm = try AlgorithmCatalog.algorithm(named: spec.algorithm)
    let prepared = try await prepare(
      algorithm,
      spec,
      TableSummary(schema),
      request,
      codeVersion,
      report,
      stop,
      memory: memory
    )
    let model =
      switch algorithm.name {
      case AlgorithmCatalog.kMeans.name: try await KMeansTraining(prepared: prepared).run(report)
      case AlgorithmCatalog.linearLearner.name:
        try await LinearTraining(prepared: prepared).run(report)
      default: throw RPCError(.unimplemented, "the algorithm \(algorithm.name) cannot run here")
      }
    let (artifact, path) = (model.artifact, request.outputFolder + "/" + artifactName)
    try await prepared.executor.run { try SmallFile.replace(path, with: artifact) }
    try await report.progress(1)
    let manifest = manifest(algorithm, prepared, model)
    try await report.send(RunTrainingResponse(event: .finished(.init(manifest: manifest))))
  }

  /// Loads, splits and fits: all that comes before the algorithm.
  static func prepare(
    _ algorithm: Algorithm,
    _ spec: TrainingSpec,
    _ summary: TableSummary,
    _ request: RunTrainingRequest,
    _ codeVersion: String,
    _ report: TrainingReport,
    _ stop: StopFlag,
    memory: MemoryBudget? = nil
  ) async throws -> PreparedTraining {
    let hyperparameters = try algorithm.complete(spec.hyperparameters)
    let fraction = try algorithm.validationFraction(spec.validationFraction)
    let columns = try TrainingColumns(
      of: summary,
      label: spec.label,
      ignored: spec.ignoredColumns,
      for: algorithm
    )
    let executor = BlockingExecutor(threadCount: 1)
    let given = memory
    let memory = try await executor.run { given ?? .ofThisProcess() }
    let loading = TableLoading(
      paths: request.dataPaths,
      summary: summary,
      columns: columns,
      memory: memory,
      stop: stop
    )
    try await report.progress(0)
    let table = try await executor.run { try loading.load() }
    if table.unlabelledCount > 0 {
      try await report.line("\(table.unlabelledCount) rows have no label and are left out")
    }
    let (split, fitted) = try await executor.run {
      let split = RowSplit(rowCount: table.rowCount, fraction: fraction, seed: spec.seed)
      let fitted = try PreprocessingFit.fit(
        table,
        rows: split.training,
        ignored: columns.ignored,
        missing: summary.format.missing,
        acceptsUnknownCategories: spec.acceptUnknownCategories
      )
      return (split, fitted)
    }
    try await reportUnlearned(fitted, report)
    try await report.line(
      "\(table.rowCount) rows: \(split.training.count) to train on, "
        + "\(split.validation.count) held out; \(columns.features.count) columns become "
        + "\(fitted.width) features"
    )
    return PreparedTraining(
      table: table,
      split: split,
      fitted: fitted,
      encoder: DesignEncoder(table, fitted),
      hyperparameters: hyperparameters,
      seed: spec.seed,
      checkpointFolder: request.checkpointFolder,
      codeVersion: codeVersion,
      // Measured again: the table is there now.
      memory: try await executor.run { given ?? .ofThisProcess() },
      executor: executor,
      stop: stop
    )
  }

  /// Words that only held-out rows hold: the owner should know that nothing was learned of them.
  private static func reportUnlearned(
    _ fitted: FittedTable,
    _ report: TrainingReport
  ) async throws {
    var count = 0
    for column in fitted.columns {
      guard case .category(let category) = column.encoding, !category.unlearned.isEmpty else {
        continue
      }
      count += category.unlearned.count
      try await report.line(
        "column \(TableProblem.quoted(column.name)): only held-out rows have "
          + "\(TableProblem.list(category.unlearned)), so nothing is learned of "
          + "\(category.unlearned.count == 1 ? "it: it counts" : "them: they count") as no category"
      )
    }
    if count > 0 {
      try await report.metric("validation:unlearned_categories", Double(count), step: 1)
    }
  }

  private static func manifest(
    _ algorithm: Algorithm,
    _ prepared: PreparedTraining,
    _ model: TrainedModel
  ) -> Manifest {
    var manifest = Manifest()
    manifest.format = .onnx
    manifest.framework = "martlet"
    manifest.task = algorithm.task
    manifest.files = [FileEntry(path: artifactName, sizeBytes: UInt64(model.artifact.count))]
    manifest.entryPath = artifactName
    manifest.signature = model.signature
    manifest.preprocessing = Preprocessing(
      kind: .table(TablePreprocessing(prepared.fitted, tensor: model.input))
    )
    manifest.metrics = model.metrics
    manifest.lineage = Lineage(
      algorithm: algorithm.name,
      hyperparameters: prepared.hyperparameters.texts,
      codeVersion: prepared.codeVersion
    )
    return manifest
  }
}
