// Generated from martlet/models/v1/manifest.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public enum ModelFormat: WireEnum {
  case unspecified
  case onnx
  case openvinoIr
  case tensorflowSavedModel
  case tensorflowFrozenGraph
  case tflite
  case paddle
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .onnx
    case 2: self = .openvinoIr
    case 3: self = .tensorflowSavedModel
    case 4: self = .tensorflowFrozenGraph
    case 5: self = .tflite
    case 6: self = .paddle
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .onnx: 1
    case .openvinoIr: 2
    case .tensorflowSavedModel: 3
    case .tensorflowFrozenGraph: 4
    case .tflite: 5
    case .paddle: 6
    case .unrecognized(let number): number
    }
  }
}

/// A file of a model or a dataset.
public struct FileEntry: CBackedMessage {
  /// Relative, with `/`, without `.` or `..`, control characters and backslashes; at most 1 024
  /// bytes, 255 a part. `manifest.binpb` is taken.
  public var path: String = ""
  public var sizeBytes: UInt64 = 0
  /// 32 bytes: the file's address in the store.
  public var sha256: Bytes = Bytes()

  public init() {}

  public init(
    path: String = "",
    sizeBytes: UInt64 = 0,
    sha256: Bytes = Bytes()
  ) {
    self.path = path
    self.sizeBytes = sizeBytes
    self.sha256 = sha256
  }

  public static let messageName = "martlet.models.v1.FileEntry"

  public var description: String {
    var text = MessageDescription("FileEntry")
    text.add("path", self.path)
    text.add("sizeBytes", self.sizeBytes)
    text.add("sha256", self.sha256)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__FileEntry>.size,
  ) {
    martlet__models__v1__file_entry__init($0.assumingMemoryBound(to: Martlet__Models__V1__FileEntry.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FileEntry.self)
    self.path = Unpacked.text(c.pointee.path)
    self.sizeBytes = c.pointee.size_bytes
    self.sha256 = Unpacked.bytes(c.pointee.sha256.data, c.pointee.sha256.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FileEntry.self)
    martlet__models__v1__file_entry__init(c)
    if !self.path.isEmpty {
      c.pointee.path = arena.text(self.path)
    }
    c.pointee.size_bytes = self.sizeBytes
    if !self.sha256.isEmpty {
      c.pointee.sha256.len = self.sha256.count
      c.pointee.sha256.data = arena.bytes(self.sha256)
    }
  }
}

public struct Manifest: CBackedMessage {
  public var format: ModelFormat = ModelFormat()
  /// Who made it: `martlet`, `onnx`, `pytorch`, …
  public var framework: String = ""
  /// `regression`, `clustering`, `classification`, …; empty when nobody said.
  public var task: String = ""
  /// Sorted by path.
  public var files: [FileEntry] = []
  /// The path of the file that the engine loads.
  public var entryPath: String = ""
  /// Of the file's own tensors.
  public var signature: Signature? = nil
  /// Absent: calls bring the tensors themselves.
  public var preprocessing: Preprocessing? = nil
  /// Absent: answers are the tensors themselves.
  public var postprocessing: Postprocessing? = nil
  /// On rows that training did not see, where the name does not say otherwise.
  public var metrics: [Metric] = []
  /// Absent: imported.
  public var lineage: Lineage? = nil
  /// The licence of the model, where known (an SPDX identifier).
  public var license: String = ""
  public var tags: [String: String] = [:]
  /// For people; Markdown.
  public var card: String = ""

  public init() {}

  public init(
    format: ModelFormat = ModelFormat(),
    framework: String = "",
    task: String = "",
    files: [FileEntry] = [],
    entryPath: String = "",
    signature: Signature? = nil,
    preprocessing: Preprocessing? = nil,
    postprocessing: Postprocessing? = nil,
    metrics: [Metric] = [],
    lineage: Lineage? = nil,
    license: String = "",
    tags: [String: String] = [:],
    card: String = ""
  ) {
    self.format = format
    self.framework = framework
    self.task = task
    self.files = files
    self.entryPath = entryPath
    self.signature = signature
    self.preprocessing = preprocessing
    self.postprocessing = postprocessing
    self.metrics = metrics
    self.lineage = lineage
    self.license = license
    self.tags = tags
    self.card = card
  }

  public static let messageName = "martlet.models.v1.Manifest"

  public var description: String {
    var text = MessageDescription("Manifest")
    text.add("format", self.format)
    text.add("framework", self.framework)
    text.add("task", self.task)
    text.add("files", self.files)
    text.add("entryPath", self.entryPath)
    text.add("signature", self.signature)
    text.add("preprocessing", self.preprocessing)
    text.add("postprocessing", self.postprocessing)
    text.add("metrics", self.metrics)
    text.add("lineage", self.lineage)
    text.add("license", self.license)
    text.add("tags", self.tags)
    text.add("card", self.card)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Manifest>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__manifest__init($0.assumingMemoryBound(to: Martlet__Models__V1__Manifest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Manifest.self)
    self.format = ModelFormat(rawValue: Int32(truncatingIfNeeded: c.pointee.format.rawValue))
    self.framework = Unpacked.text(c.pointee.framework)
    self.task = Unpacked.text(c.pointee.task)
    self.files = Unpacked.messages(c.pointee.files, c.pointee.n_files, source)
    self.entryPath = Unpacked.text(c.pointee.entry_path)
    self.signature = Unpacked.message(c.pointee.signature, source) as Signature?
    self.preprocessing = Unpacked.message(c.pointee.preprocessing, source) as Preprocessing?
    self.postprocessing = Unpacked.message(c.pointee.postprocessing, source) as Postprocessing?
    self.metrics = Unpacked.messages(c.pointee.metrics, c.pointee.n_metrics, source)
    self.lineage = Unpacked.message(c.pointee.lineage, source) as Lineage?
    self.license = Unpacked.text(c.pointee.license)
    self.tags = Unpacked.map(c.pointee.tags, c.pointee.n_tags) { entry in (Unpacked.text(entry.pointee.key), Unpacked.text(entry.pointee.value)) }
    self.card = Unpacked.text(c.pointee.card)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Manifest.self)
    martlet__models__v1__manifest__init(c)
    c.pointee.format = .init(rawValue: .init(truncatingIfNeeded: self.format.rawValue))
    if !self.framework.isEmpty {
      c.pointee.framework = arena.text(self.framework)
    }
    if !self.task.isEmpty {
      c.pointee.task = arena.text(self.task)
    }
    if !self.files.isEmpty {
      c.pointee.n_files = self.files.count
      c.pointee.files = arena.messages(self.files)
    }
    if !self.entryPath.isEmpty {
      c.pointee.entry_path = arena.text(self.entryPath)
    }
    if let value = self.signature {
      c.pointee.signature = arena.message(value)
    }
    if let value = self.preprocessing {
      c.pointee.preprocessing = arena.message(value)
    }
    if let value = self.postprocessing {
      c.pointee.postprocessing = arena.message(value)
    }
    if !self.metrics.isEmpty {
      c.pointee.n_metrics = self.metrics.count
      c.pointee.metrics = arena.messages(self.metrics)
    }
    if let value = self.lineage {
      c.pointee.lineage = arena.message(value)
    }
    if !self.license.isEmpty {
      c.pointee.license = arena.text(self.license)
    }
    if !self.tags.isEmpty {
      c.pointee.n_tags = self.tags.count
      c.pointee.tags = arena.entries(self.tags, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Models__V1__Manifest__TagsEntry>, key, value) in
        martlet__models__v1__manifest__tags_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = arena.text(value)
      }
    }
    if !self.card.isEmpty {
      c.pointee.card = arena.text(self.card)
    }
  }
}

public struct Metric: CBackedMessage {
  /// `validation:rmse`, `train:inertia`, …
  public var name: String = ""
  public var value: Double = 0

  public init() {}

  public init(
    name: String = "",
    value: Double = 0
  ) {
    self.name = name
    self.value = value
  }

  public static let messageName = "martlet.models.v1.Metric"

  public var description: String {
    var text = MessageDescription("Metric")
    text.add("name", self.name)
    text.add("value", self.value)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Metric>.size,
  ) {
    martlet__models__v1__metric__init($0.assumingMemoryBound(to: Martlet__Models__V1__Metric.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Metric.self)
    self.name = Unpacked.text(c.pointee.name)
    self.value = c.pointee.value
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Metric.self)
    martlet__models__v1__metric__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.value = self.value
  }
}

/// Where a trained model comes from.
public struct Lineage: CBackedMessage {
  public var job: String = ""
  public var algorithm: String = ""
  /// As they were used: given ones and defaults.
  public var hyperparameters: [String: String] = [:]
  public var dataset: String = ""
  public var datasetVersion: UInt32 = 0
  public var datasetSha256: Bytes = Bytes()
  /// The version of the trainer.
  public var codeVersion: String = ""

  public init() {}

  public init(
    job: String = "",
    algorithm: String = "",
    hyperparameters: [String: String] = [:],
    dataset: String = "",
    datasetVersion: UInt32 = 0,
    datasetSha256: Bytes = Bytes(),
    codeVersion: String = ""
  ) {
    self.job = job
    self.algorithm = algorithm
    self.hyperparameters = hyperparameters
    self.dataset = dataset
    self.datasetVersion = datasetVersion
    self.datasetSha256 = datasetSha256
    self.codeVersion = codeVersion
  }

  public static let messageName = "martlet.models.v1.Lineage"

  public var description: String {
    var text = MessageDescription("Lineage")
    text.add("job", self.job)
    text.add("algorithm", self.algorithm)
    text.add("hyperparameters", self.hyperparameters)
    text.add("dataset", self.dataset)
    text.add("datasetVersion", self.datasetVersion)
    text.add("datasetSha256", self.datasetSha256)
    text.add("codeVersion", self.codeVersion)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Lineage>.size,
    mapEntries: [
      "martlet.models.v1.Lineage.HyperparametersEntry",
    ],
  ) {
    martlet__models__v1__lineage__init($0.assumingMemoryBound(to: Martlet__Models__V1__Lineage.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Lineage.self)
    self.job = Unpacked.text(c.pointee.job)
    self.algorithm = Unpacked.text(c.pointee.algorithm)
    self.hyperparameters = Unpacked.map(c.pointee.hyperparameters, c.pointee.n_hyperparameters) { entry in (Unpacked.text(entry.pointee.key), Unpacked.text(entry.pointee.value)) }
    self.dataset = Unpacked.text(c.pointee.dataset)
    self.datasetVersion = c.pointee.dataset_version
    self.datasetSha256 = Unpacked.bytes(c.pointee.dataset_sha256.data, c.pointee.dataset_sha256.len)
    self.codeVersion = Unpacked.text(c.pointee.code_version)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Lineage.self)
    martlet__models__v1__lineage__init(c)
    if !self.job.isEmpty {
      c.pointee.job = arena.text(self.job)
    }
    if !self.algorithm.isEmpty {
      c.pointee.algorithm = arena.text(self.algorithm)
    }
    if !self.hyperparameters.isEmpty {
      c.pointee.n_hyperparameters = self.hyperparameters.count
      c.pointee.hyperparameters = arena.entries(self.hyperparameters, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Models__V1__Lineage__HyperparametersEntry>, key, value) in
        martlet__models__v1__lineage__hyperparameters_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = arena.text(value)
      }
    }
    if !self.dataset.isEmpty {
      c.pointee.dataset = arena.text(self.dataset)
    }
    c.pointee.dataset_version = self.datasetVersion
    if !self.datasetSha256.isEmpty {
      c.pointee.dataset_sha256.len = self.datasetSha256.count
      c.pointee.dataset_sha256.data = arena.bytes(self.datasetSha256)
    }
    if !self.codeVersion.isEmpty {
      c.pointee.code_version = arena.text(self.codeVersion)
    }
  }
}

/// What turns the input of a call into the model's tensors. Fitted in training and applied in
/// serving, so the two cannot differ.
public struct Preprocessing: CBackedMessage {
  public var kind: Kind?

  public enum Kind: Sendable, Equatable {
    case table(TablePreprocessing)
    case byteWindow(ByteWindow)
  }

  public init() {}

  public init(
    kind: Kind? = nil
  ) {
    self.kind = kind
  }

  public static let messageName = "martlet.models.v1.Preprocessing"

  public var description: String {
    var text = MessageDescription("Preprocessing")
    switch self.kind {
    case .table(let value)?: text.addChosen("table", value)
    case .byteWindow(let value)?: text.addChosen("byteWindow", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Preprocessing>.size,
  ) {
    martlet__models__v1__preprocessing__init($0.assumingMemoryBound(to: Martlet__Models__V1__Preprocessing.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Preprocessing.self)
    switch c.pointee.kind_case.rawValue {
    case 1:
      self.kind = (Unpacked.message(c.pointee.table, source) as TablePreprocessing?).map { .table($0) }
    case 2:
      self.kind = (Unpacked.message(c.pointee.byte_window, source) as ByteWindow?).map { .byteWindow($0) }
    default: self.kind = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Preprocessing.self)
    martlet__models__v1__preprocessing__init(c)
    switch self.kind {
    case .table(let value)?:
      c.pointee.kind_case = .init(rawValue: 1)
      c.pointee.table = arena.message(value)
    case .byteWindow(let value)?:
      c.pointee.kind_case = .init(rawValue: 2)
      c.pointee.byte_window = arena.message(value)
    case nil: break
    }
  }
}

/// Rows of a table become one FP32 tensor [rows, n]: the encodings of the columns side by side.
public struct TablePreprocessing: CBackedMessage {
  /// The name of that tensor.
  public var tensor: String = ""
  /// In the order of the tensor.
  public var columns: [FittedColumn] = []
  /// Columns of the training table that the model does not take: the label, and those that were
  /// ignored. A call may bring them, and they are not looked at; other ones are refused.
  public var ignoredColumns: [String] = []
  /// Texts that stand for a missing cell, beside those that always do.
  public var missingValues: [String] = []
  /// A word that the model does not know counts as no category; else it is refused.
  public var acceptsUnknownCategories: Bool = false

  public init() {}

  public init(
    tensor: String = "",
    columns: [FittedColumn] = [],
    ignoredColumns: [String] = [],
    missingValues: [String] = [],
    acceptsUnknownCategories: Bool = false
  ) {
    self.tensor = tensor
    self.columns = columns
    self.ignoredColumns = ignoredColumns
    self.missingValues = missingValues
    self.acceptsUnknownCategories = acceptsUnknownCategories
  }

  public static let messageName = "martlet.models.v1.TablePreprocessing"

  public var description: String {
    var text = MessageDescription("TablePreprocessing")
    text.add("tensor", self.tensor)
    text.add("columns", self.columns)
    text.add("ignoredColumns", self.ignoredColumns)
    text.add("missingValues", self.missingValues)
    text.add("acceptsUnknownCategories", self.acceptsUnknownCategories)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__TablePreprocessing>.size,
  ) {
    martlet__models__v1__table_preprocessing__init($0.assumingMemoryBound(to: Martlet__Models__V1__TablePreprocessing.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__TablePreprocessing.self)
    self.tensor = Unpacked.text(c.pointee.tensor)
    self.columns = Unpacked.messages(c.pointee.columns, c.pointee.n_columns, source)
    self.ignoredColumns = Unpacked.texts(c.pointee.ignored_columns, c.pointee.n_ignored_columns)
    self.missingValues = Unpacked.texts(c.pointee.missing_values, c.pointee.n_missing_values)
    self.acceptsUnknownCategories = c.pointee.accepts_unknown_categories != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__TablePreprocessing.self)
    martlet__models__v1__table_preprocessing__init(c)
    if !self.tensor.isEmpty {
      c.pointee.tensor = arena.text(self.tensor)
    }
    if !self.columns.isEmpty {
      c.pointee.n_columns = self.columns.count
      c.pointee.columns = arena.messages(self.columns)
    }
    if !self.ignoredColumns.isEmpty {
      c.pointee.n_ignored_columns = self.ignoredColumns.count
      c.pointee.ignored_columns = arena.texts(self.ignoredColumns)
    }
    if !self.missingValues.isEmpty {
      c.pointee.n_missing_values = self.missingValues.count
      c.pointee.missing_values = arena.texts(self.missingValues)
    }
    c.pointee.accepts_unknown_categories = self.acceptsUnknownCategories ? 1 : 0
  }
}

public struct FittedColumn: CBackedMessage {
  public var name: String = ""
  public var encoding: Encoding?

  public enum Encoding: Sendable, Equatable {
    case number(FittedNumber)
    case category(FittedCategory)
  }

  public init() {}

  public init(
    name: String = "",
    encoding: Encoding? = nil
  ) {
    self.name = name
    self.encoding = encoding
  }

  public static let messageName = "martlet.models.v1.FittedColumn"

  public var description: String {
    var text = MessageDescription("FittedColumn")
    text.add("name", self.name)
    switch self.encoding {
    case .number(let value)?: text.addChosen("number", value)
    case .category(let value)?: text.addChosen("category", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__FittedColumn>.size,
  ) {
    martlet__models__v1__fitted_column__init($0.assumingMemoryBound(to: Martlet__Models__V1__FittedColumn.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FittedColumn.self)
    self.name = Unpacked.text(c.pointee.name)
    switch c.pointee.encoding_case.rawValue {
    case 2:
      self.encoding = (Unpacked.message(c.pointee.number, source) as FittedNumber?).map { .number($0) }
    case 3:
      self.encoding = (Unpacked.message(c.pointee.category, source) as FittedCategory?).map { .category($0) }
    default: self.encoding = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FittedColumn.self)
    martlet__models__v1__fitted_column__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    switch self.encoding {
    case .number(let value)?:
      c.pointee.encoding_case = .init(rawValue: 2)
      c.pointee.number = arena.message(value)
    case .category(let value)?:
      c.pointee.encoding_case = .init(rawValue: 3)
      c.pointee.category = arena.message(value)
    case nil: break
    }
  }
}

/// One element: (x - mean) / scale, x being `imputed` where the cell is missing.
public struct FittedNumber: CBackedMessage {
  public var imputed: Double = 0
  public var mean: Double = 0
  /// Never 0.
  public var scale: Double = 0

  public init() {}

  public init(
    imputed: Double = 0,
    mean: Double = 0,
    scale: Double = 0
  ) {
    self.imputed = imputed
    self.mean = mean
    self.scale = scale
  }

  public static let messageName = "martlet.models.v1.FittedNumber"

  public var description: String {
    var text = MessageDescription("FittedNumber")
    text.add("imputed", self.imputed)
    text.add("mean", self.mean)
    text.add("scale", self.scale)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__FittedNumber>.size,
  ) {
    martlet__models__v1__fitted_number__init($0.assumingMemoryBound(to: Martlet__Models__V1__FittedNumber.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FittedNumber.self)
    self.imputed = c.pointee.imputed
    self.mean = c.pointee.mean
    self.scale = c.pointee.scale
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FittedNumber.self)
    martlet__models__v1__fitted_number__init(c)
    c.pointee.imputed = self.imputed
    c.pointee.mean = self.mean
    c.pointee.scale = self.scale
  }
}

/// One element a category, 1 for the cell's own and 0 for the others.
public struct FittedCategory: CBackedMessage {
  /// In the order of the elements.
  public var categories: [String] = []
  /// The category of a missing cell.
  public var imputed: String = ""
  /// Words that only rows have that were held out for validation. They are taken, as no category:
  /// all 0.
  public var unlearned: [String] = []

  public init() {}

  public init(
    categories: [String] = [],
    imputed: String = "",
    unlearned: [String] = []
  ) {
    self.categories = categories
    self.imputed = imputed
    self.unlearned = unlearned
  }

  public static let messageName = "martlet.models.v1.FittedCategory"

  public var description: String {
    var text = MessageDescription("FittedCategory")
    text.add("categories", self.categories)
    text.add("imputed", self.imputed)
    text.add("unlearned", self.unlearned)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__FittedCategory>.size,
  ) {
    martlet__models__v1__fitted_category__init($0.assumingMemoryBound(to: Martlet__Models__V1__FittedCategory.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FittedCategory.self)
    self.categories = Unpacked.texts(c.pointee.categories, c.pointee.n_categories)
    self.imputed = Unpacked.text(c.pointee.imputed)
    self.unlearned = Unpacked.texts(c.pointee.unlearned, c.pointee.n_unlearned)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__FittedCategory.self)
    martlet__models__v1__fitted_category__init(c)
    if !self.categories.isEmpty {
      c.pointee.n_categories = self.categories.count
      c.pointee.categories = arena.texts(self.categories)
    }
    if !self.imputed.isEmpty {
      c.pointee.imputed = arena.text(self.imputed)
    }
    if !self.unlearned.isEmpty {
      c.pointee.n_unlearned = self.unlearned.count
      c.pointee.unlearned = arena.texts(self.unlearned)
    }
  }
}

/// A file's bytes become one INT32 tensor [items, beginning + end]: the first `block_bytes` without
/// the white space (0x20, 0x09 to 0x0D) in front, and the last `block_bytes` without the white space
/// behind, each byte one element, cut at `beginning_count` and `end_count` or filled up with
/// `padding` (the first part behind, the last part in front).
public struct ByteWindow: CBackedMessage {
  public var tensor: String = ""
  public var beginningCount: UInt32 = 0
  public var endCount: UInt32 = 0
  /// How far from either end bytes are looked at.
  public var blockBytes: UInt32 = 0
  public var padding: Int32 = 0
  /// Content that is shorter, or whose first part is after its white space was taken off, does not
  /// go to the model: it gets LabelChoice's `text_fallback` when its first `block_bytes` are UTF-8,
  /// else `fallback`, with the score 1. At most `beginning_count`.
  public var minimumBytes: UInt32 = 0

  public init() {}

  public init(
    tensor: String = "",
    beginningCount: UInt32 = 0,
    endCount: UInt32 = 0,
    blockBytes: UInt32 = 0,
    padding: Int32 = 0,
    minimumBytes: UInt32 = 0
  ) {
    self.tensor = tensor
    self.beginningCount = beginningCount
    self.endCount = endCount
    self.blockBytes = blockBytes
    self.padding = padding
    self.minimumBytes = minimumBytes
  }

  public static let messageName = "martlet.models.v1.ByteWindow"

  public var description: String {
    var text = MessageDescription("ByteWindow")
    text.add("tensor", self.tensor)
    text.add("beginningCount", self.beginningCount)
    text.add("endCount", self.endCount)
    text.add("blockBytes", self.blockBytes)
    text.add("padding", self.padding)
    text.add("minimumBytes", self.minimumBytes)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ByteWindow>.size,
  ) {
    martlet__models__v1__byte_window__init($0.assumingMemoryBound(to: Martlet__Models__V1__ByteWindow.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ByteWindow.self)
    self.tensor = Unpacked.text(c.pointee.tensor)
    self.beginningCount = c.pointee.beginning_count
    self.endCount = c.pointee.end_count
    self.blockBytes = c.pointee.block_bytes
    self.padding = c.pointee.padding
    self.minimumBytes = c.pointee.minimum_bytes
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ByteWindow.self)
    martlet__models__v1__byte_window__init(c)
    if !self.tensor.isEmpty {
      c.pointee.tensor = arena.text(self.tensor)
    }
    c.pointee.beginning_count = self.beginningCount
    c.pointee.end_count = self.endCount
    c.pointee.block_bytes = self.blockBytes
    c.pointee.padding = self.padding
    c.pointee.minimum_bytes = self.minimumBytes
  }
}

/// What turns the model's tensors into the answer.
public struct Postprocessing: CBackedMessage {
  public var labelChoice: LabelChoice? = nil

  public init() {}

  public init(
    labelChoice: LabelChoice? = nil
  ) {
    self.labelChoice = labelChoice
  }

  public static let messageName = "martlet.models.v1.Postprocessing"

  public var description: String {
    var text = MessageDescription("Postprocessing")
    text.add("labelChoice", self.labelChoice)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Postprocessing>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
    ],
  ) {
    martlet__models__v1__postprocessing__init($0.assumingMemoryBound(to: Martlet__Models__V1__Postprocessing.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Postprocessing.self)
    self.labelChoice = Unpacked.message(c.pointee.label_choice, source) as LabelChoice?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Postprocessing.self)
    martlet__models__v1__postprocessing__init(c)
    if let value = self.labelChoice {
      c.pointee.label_choice = arena.message(value)
    }
  }
}

/// Scores [items, labels] become a BYTES tensor `label` and an FP32 tensor `score`, both [items].
public struct LabelChoice: CBackedMessage {
  /// The tensor with the scores.
  public var tensor: String = ""
  public var labels: [String] = []
  /// By the model's own label: the score from which it is believed; `default_threshold` for the
  /// others.
  public var thresholds: [String: Double] = [:]
  public var defaultThreshold: Double = 0
  /// Labels that are given out under another name.
  public var replacements: [String: String] = [:]
  /// Labels (as given out) that stand for text: one that is not believed becomes `text_fallback`.
  public var textLabels: [String] = []
  public var textFallback: String = ""
  /// What any other label that is not believed becomes.
  public var fallback: String = ""
  /// For an item without a byte; its score is 1.
  public var emptyLabel: String = ""

  public init() {}

  public init(
    tensor: String = "",
    labels: [String] = [],
    thresholds: [String: Double] = [:],
    defaultThreshold: Double = 0,
    replacements: [String: String] = [:],
    textLabels: [String] = [],
    textFallback: String = "",
    fallback: String = "",
    emptyLabel: String = ""
  ) {
    self.tensor = tensor
    self.labels = labels
    self.thresholds = thresholds
    self.defaultThreshold = defaultThreshold
    self.replacements = replacements
    self.textLabels = textLabels
    self.textFallback = textFallback
    self.fallback = fallback
    self.emptyLabel = emptyLabel
  }

  public static let messageName = "martlet.models.v1.LabelChoice"

  public var description: String {
    var text = MessageDescription("LabelChoice")
    text.add("tensor", self.tensor)
    text.add("labels", self.labels)
    text.add("thresholds", self.thresholds)
    text.add("defaultThreshold", self.defaultThreshold)
    text.add("replacements", self.replacements)
    text.add("textLabels", self.textLabels)
    text.add("textFallback", self.textFallback)
    text.add("fallback", self.fallback)
    text.add("emptyLabel", self.emptyLabel)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__LabelChoice>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
    ],
  ) {
    martlet__models__v1__label_choice__init($0.assumingMemoryBound(to: Martlet__Models__V1__LabelChoice.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__LabelChoice.self)
    self.tensor = Unpacked.text(c.pointee.tensor)
    self.labels = Unpacked.texts(c.pointee.labels, c.pointee.n_labels)
    self.thresholds = Unpacked.map(c.pointee.thresholds, c.pointee.n_thresholds) { entry in (Unpacked.text(entry.pointee.key), entry.pointee.value) }
    self.defaultThreshold = c.pointee.default_threshold
    self.replacements = Unpacked.map(c.pointee.replacements, c.pointee.n_replacements) { entry in (Unpacked.text(entry.pointee.key), Unpacked.text(entry.pointee.value)) }
    self.textLabels = Unpacked.texts(c.pointee.text_labels, c.pointee.n_text_labels)
    self.textFallback = Unpacked.text(c.pointee.text_fallback)
    self.fallback = Unpacked.text(c.pointee.fallback)
    self.emptyLabel = Unpacked.text(c.pointee.empty_label)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__LabelChoice.self)
    martlet__models__v1__label_choice__init(c)
    if !self.tensor.isEmpty {
      c.pointee.tensor = arena.text(self.tensor)
    }
    if !self.labels.isEmpty {
      c.pointee.n_labels = self.labels.count
      c.pointee.labels = arena.texts(self.labels)
    }
    if !self.thresholds.isEmpty {
      c.pointee.n_thresholds = self.thresholds.count
      c.pointee.thresholds = arena.entries(self.thresholds, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Models__V1__LabelChoice__ThresholdsEntry>, key, value) in
        martlet__models__v1__label_choice__thresholds_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = value
      }
    }
    c.pointee.default_threshold = self.defaultThreshold
    if !self.replacements.isEmpty {
      c.pointee.n_replacements = self.replacements.count
      c.pointee.replacements = arena.entries(self.replacements, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Models__V1__LabelChoice__ReplacementsEntry>, key, value) in
        martlet__models__v1__label_choice__replacements_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = arena.text(value)
      }
    }
    if !self.textLabels.isEmpty {
      c.pointee.n_text_labels = self.textLabels.count
      c.pointee.text_labels = arena.texts(self.textLabels)
    }
    if !self.textFallback.isEmpty {
      c.pointee.text_fallback = arena.text(self.textFallback)
    }
    if !self.fallback.isEmpty {
      c.pointee.fallback = arena.text(self.fallback)
    }
    if !self.emptyLabel.isEmpty {
      c.pointee.empty_label = arena.text(self.emptyLabel)
    }
  }
}
