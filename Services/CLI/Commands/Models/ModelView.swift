import Protocols

/// A model as JSON shows it in a list.
struct ModelSummaryView: Encodable, Equatable {
  let model: String
  let latestVersion: UInt32
  let versionCount: UInt32
  let aliases: [String: UInt32]
  let format: String
  let task: String
  let createdUnixUs: Int64
  let updatedUnixUs: Int64

  init(_ model: ModelSummary) {
    self.model = model.model
    latestVersion = model.latestVersion
    versionCount = model.versionCount
    aliases = [String: UInt32](model.aliases.map { ($0.name, $0.version) }) { first, _ in first }
    format = ModelText.format(model.format)
    task = model.task
    createdUnixUs = model.createdUnixUs
    updatedUnixUs = model.updatedUnixUs
  }
}

/// A model version as JSON shows it.
struct ModelVersionView: Encodable, Equatable {
  struct Tensor: Encodable, Equatable {
    let name: String
    let dataType: String
    /// -1 = chosen by the call.
    let shape: [Int64]

    init(_ spec: TensorSpec) {
      name = spec.name
      dataType = spec.dataType.name
      shape = spec.shape
    }
  }

  struct Column: Encodable, Equatable {
    let name: String
    /// `number` or `category`.
    let type: String
    /// Of a category: its words in the order of the encoded elements.
    let categories: [String]?
  }

  struct Lineage: Encodable, Equatable {
    let job: String
    let algorithm: String
    let hyperparameters: [String: String]
    let dataset: String
    let datasetVersion: UInt32
    let datasetSha256: String
    let codeVersion: String
  }

  let model: String
  let version: UInt32
  let manifestSha256: String
  let approval: String
  let aliases: [String]
  let format: String
  let framework: String
  let task: String
  let license: String
  let entryPath: String
  let files: [FileView]
  let inputs: [Tensor]
  let outputs: [Tensor]
  /// Nil unless calls bring rows of a table.
  let columns: [Column]?
  let metrics: [JobView.Metric]
  /// Nil = imported.
  let lineage: Lineage?
  let tags: [String: String]
  let card: String
  let createdUnixUs: Int64

  init(_ version: ModelVersion) {
    let manifest = version.manifest ?? Manifest()
    model = version.model
    self.version = version.version
    manifestSha256 = HexText.of(version.manifestSha256)
    approval = ModelText.approval(version.approval)
    aliases = version.aliases
    format = ModelText.format(manifest.format)
    framework = manifest.framework
    task = manifest.task
    license = manifest.license
    entryPath = manifest.entryPath
    files = manifest.files.map { FileView($0) }
    inputs = (manifest.signature?.inputs ?? []).map { Tensor($0) }
    outputs = (manifest.signature?.outputs ?? []).map { Tensor($0) }
    columns = ModelVersionView.columns(manifest)
    metrics = manifest.metrics.map { JobView.Metric(name: $0.name, value: $0.value, step: nil) }
    lineage = manifest.lineage.map { lineage in
      Lineage(
        job: lineage.job,
        algorithm: lineage.algorithm,
        hyperparameters: lineage.hyperparameters,
        dataset: lineage.dataset,
        datasetVersion: lineage.datasetVersion,
        datasetSha256: HexText.of(lineage.datasetSha256),
        codeVersion: lineage.codeVersion
      )
    }
    tags = manifest.tags
    card = manifest.card
    createdUnixUs = version.createdUnixUs
  }

  private static func columns(_ manifest: Manifest) -> [Column]? {
    guard case .table(let table)? = manifest.preprocessing?.kind else { return nil }
    return table.columns.map { column in
      guard case .category(let category)? = column.encoding else {
        return Column(name: column.name, type: "number", categories: nil)
      }
      return Column(name: column.name, type: "category", categories: category.categories)
    }
  }
}
