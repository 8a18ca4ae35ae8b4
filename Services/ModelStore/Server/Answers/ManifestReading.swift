import ModelStoreCore
import Primitives
import Protocols

/// The wire's manifest in the words of the Core.
enum ManifestReading {
  /// - Throws: What is wrong with a manifest, whoever made it.
  static func check(_ manifest: Manifest, encodedBytes: Int) throws(StoreProblem) {
    var facts = ManifestFacts()
    facts.files = files(manifest.files)
    facts.entryPath = manifest.entryPath
    facts.hasKnownFormat = isKnown(manifest.format)
    facts.words = [
      ("framework", manifest.framework), ("task", manifest.task), ("license", manifest.license),
    ]
    facts.cardBytes = manifest.card.utf8.count
    facts.metrics = manifest.metrics.map { ($0.name, $0.value) }
    facts.pairs = [
      ("tags", manifest.tags),
      ("lineage.hyperparameters", manifest.lineage?.hyperparameters ?? [:]),
    ]
    facts.inputs = manifest.signature?.inputs.map(tensor) ?? []
    facts.outputs = manifest.signature?.outputs.map(tensor) ?? []
    facts.encodedBytes = encodedBytes
    try ManifestRules.check(facts)
    if let preprocessing = manifest.preprocessing { try check(preprocessing) }
    if let labels = manifest.postprocessing?.labelChoice {
      try FittedRules.checkLabels(
        count: labels.labels.count,
        thresholds: Array(labels.thresholds.values) + [labels.defaultThreshold]
      )
    }
  }

  static func files(_ files: [FileEntry]) -> [FileRecord] {
    files.map { FileRecord(path: $0.path, sizeBytes: $0.sizeBytes, sha256: $0.sha256) }
  }

  static func entries(_ files: [FileRecord]) -> [FileEntry] {
    files.map { FileEntry(path: $0.path, sizeBytes: $0.sizeBytes, sha256: $0.sha256) }
  }

  private static func isKnown(_ format: ModelFormat) -> Bool {
    switch format {
    case .onnx, .openvinoIr, .tensorflowSavedModel, .tensorflowFrozenGraph, .tflite, .paddle:
      true
    case .unspecified, .unrecognized: false
    }
  }

  private static func tensor(_ tensor: TensorSpec) -> ManifestFacts.Tensor {
    let isKnown =
      switch tensor.dataType {
      case .unspecified, .unrecognized: false
      case .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp16, .bf16,
        .fp32, .fp64, .bytes:
        true
      }
    return ManifestFacts.Tensor(name: tensor.name, hasKnownType: isKnown, shape: tensor.shape)
  }

  private static func check(_ preprocessing: Preprocessing) throws(StoreProblem) {
    switch preprocessing.kind {
    case .byteWindow(let window):
      try FittedRules.check(
        FittedRules.Window(
          beginningCount: window.beginningCount,
          endCount: window.endCount,
          blockBytes: window.blockBytes,
          minimumBytes: window.minimumBytes
        )
      )
    case .table(let table):
      try FittedRules.checkColumns(count: table.columns.count)
      for (index, column) in table.columns.enumerated() {
        try check(column, index)
      }
    case nil: throw .invalid("manifest.preprocessing: says nothing; leave it out")
    }
  }

  private static func check(_ column: FittedColumn, _ index: Int) throws(StoreProblem) {
    switch column.encoding {
    case .number(let number):
      try FittedRules.checkColumn(
        index: index,
        name: column.name,
        numbers: (number.imputed, number.mean, number.scale)
      )
    case .category: try FittedRules.checkColumn(index: index, name: column.name, numbers: nil)
    case nil:
      throw .invalid(
        "manifest.preprocessing.table.columns[\(index)].encoding: is missing"
      )
    }
  }
}
