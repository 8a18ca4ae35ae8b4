/// What the store judges of a manifest; the Server reads it out of the wire's message.
public struct ManifestFacts: Sendable {
  public struct Tensor: Sendable {
    public let name: String
    public let hasKnownType: Bool
    public let shape: [Int64]

    public init(name: String, hasKnownType: Bool, shape: [Int64]) {
      self.name = name
      self.hasKnownType = hasKnownType
      self.shape = shape
    }
  }

  public var files: [FileRecord] = []
  public var entryPath = ""
  public var hasKnownFormat = false
  /// Framework, task and licence, by the names of their fields.
  public var words: [(field: String, text: String)] = []
  public var cardBytes = 0
  public var metrics: [(name: String, value: Double)] = []
  /// Tags and hyperparameters, by the names of their fields.
  public var pairs: [(field: String, entries: [String: String])] = []
  public var inputs: [Tensor] = []
  public var outputs: [Tensor] = []
  /// Of the whole manifest as it would be kept.
  public var encodedBytes = 0

  public init() {}
}

/// What a manifest must be before a version is made of it.
public enum ManifestRules {
  public static func check(_ manifest: ManifestFacts) throws(StoreProblem) {
    let files = try FileList(manifest.files, sorts: false)
    guard manifest.hasKnownFormat else {
      throw .invalid("manifest.format: say which format the files have")
    }
    guard files.file(at: manifest.entryPath) != nil else {
      throw .invalid(
        "manifest.entry_path: \(FileList.quoted(manifest.entryPath)) is none of the files"
      )
    }
    for word in manifest.words { try checkWord(word.text, "manifest.\(word.field)") }
    guard manifest.cardBytes <= StoreLimits.cardBytes else {
      throw .invalid("manifest.card: has more than \(StoreLimits.cardBytes) bytes")
    }
    try checkMetrics(manifest.metrics)
    for pairs in manifest.pairs { try checkPairs(pairs.entries, "manifest.\(pairs.field)") }
    try checkTensors(manifest.inputs, "manifest.signature.inputs")
    try checkTensors(manifest.outputs, "manifest.signature.outputs")
    guard manifest.encodedBytes <= StoreLimits.manifestBytes else {
      throw .invalid(
        "manifest: has \(manifest.encodedBytes) bytes, more than the limit of "
          + "\(StoreLimits.manifestBytes); put large things into files"
      )
    }
  }

  public static func checkWord(_ text: String, _ place: String) throws(StoreProblem) {
    guard text.utf8.count <= StoreLimits.wordBytes else {
      throw .invalid("\(place): has more than \(StoreLimits.wordBytes) bytes")
    }
  }

  public static func checkPairs(
    _ entries: [String: String],
    _ place: String
  ) throws(StoreProblem) {
    guard entries.count <= StoreLimits.tagCount else {
      throw .invalid("\(place): \(entries.count) are more than \(StoreLimits.tagCount)")
    }
    for (key, value) in entries {
      guard !key.isEmpty, key.utf8.count <= StoreLimits.tagKeyBytes else {
        throw .invalid("\(place): a key has 1 to \(StoreLimits.tagKeyBytes) bytes")
      }
      guard value.utf8.count <= StoreLimits.tagValueBytes else {
        throw .invalid(
          "\(place)[\(FileList.quoted(key))]: has more than \(StoreLimits.tagValueBytes) bytes"
        )
      }
    }
  }

  private static func checkMetrics(
    _ metrics: [(name: String, value: Double)]
  ) throws(StoreProblem) {
    guard metrics.count <= StoreLimits.metricCount else {
      throw .invalid("manifest.metrics: \(metrics.count) are more than \(StoreLimits.metricCount)")
    }
    for (index, metric) in metrics.enumerated()
    where metric.name.isEmpty || metric.name.utf8.count > StoreLimits.metricNameBytes {
      throw .invalid(
        "manifest.metrics[\(index)].name: has 1 to \(StoreLimits.metricNameBytes) bytes"
      )
    }
  }

  private static func checkTensors(
    _ tensors: [ManifestFacts.Tensor],
    _ place: String
  ) throws(StoreProblem) {
    guard tensors.count <= StoreLimits.tensorCount else {
      throw .invalid("\(place): \(tensors.count) are more than \(StoreLimits.tensorCount)")
    }
    var names: Set<String> = []
    for (index, tensor) in tensors.enumerated() {
      guard !tensor.name.isEmpty, tensor.name.utf8.count <= StoreLimits.tensorNameBytes else {
        throw .invalid("\(place)[\(index)].name: has 1 to \(StoreLimits.tensorNameBytes) bytes")
      }
      guard names.insert(tensor.name).inserted else {
        throw .invalid("\(place): \(FileList.quoted(tensor.name)) stands there twice")
      }
      guard tensor.hasKnownType else { throw .invalid("\(place)[\(index)].data_type: is missing") }
      guard tensor.shape.count <= StoreLimits.rank, tensor.shape.allSatisfy({ $0 >= -1 }) else {
        throw .invalid(
          "\(place)[\(index)].shape: at most \(StoreLimits.rank) dimensions, each -1, 0 or more"
        )
      }
    }
  }
}
