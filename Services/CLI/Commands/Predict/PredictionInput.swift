import Primitives
import Protocols
import Tabular
import TabularCoding

/// What is asked of an endpoint, as the calls that ask it: large inputs go in several.
struct PredictionInput: Sendable {
  struct Call: Sendable {
    let request: PredictRequest
    /// Rows or files; 0 for tensors, whose answer is not by row.
    let itemCount: Int
  }

  let calls: [Call]
  /// One a file; empty for rows.
  let names: [String]
  /// The answer is the tensors themselves.
  let isTensors: Bool

  static let csvLimitBytes = 256 << 20
  static let jsonLimitBytes = 64 << 20
  static let fileLimitBytes = 32 << 20
  /// Of one call: within the 64 MiB of a message, with room for names and lengths.
  private static let callLimitBytes = 16 << 20
  private static let callRowLimit = 16_384
  private static let callElementLimit = 1 << 20
  private static let callFileLimit = 256

  // MARK: Rows

  /// Rows of CSV. Without a manifest (a key that may only invoke) the columns go as texts, by the
  /// names of the first line, and the service checks them.
  static func csv(_ path: String, _ manifest: Manifest?) throws(CommandError) -> PredictionInput {
    let bytes = try InputFile.read(path, limitBytes: csvLimitBytes)
    let place = InputFile.name(path)
    let fitted = try table(of: manifest, given: "--csv", place)
    let batch = try CommandError.inTable(place) { () throws(TableProblem) in
      guard let fitted else { return try TableBatch(namedTexts: bytes) }
      return try TableBatch(csv: bytes, for: fitted)
    }
    return rows(batch, width: fitted?.width ?? batch.columns.count, byteCount: bytes.count)
  }

  /// Tensors (`inputs`) or rows (`instances`: objects by column, or lists in the model's order).
  static func json(_ path: String, _ manifest: Manifest?) throws(CommandError) -> PredictionInput {
    let bytes = try InputFile.read(path, limitBytes: jsonLimitBytes)
    let place = InputFile.name(path)
    let value = try JSONValue.parse(bytes.array, path: place)
    if let inputs = value.asObject?["inputs"]?.asList {
      let reader = TensorInputReader(path: place, signature: manifest?.signature)
      let tensors = TensorInput(tensors: try reader.tensors(inputs))
      let call = Call(request: PredictRequest(input: .tensors(tensors)), itemCount: 0)
      return PredictionInput(calls: [call], names: [], isTensors: true)
    }
    guard let instances = value.asObject?["instances"]?.asList else {
      throw CommandError(
        "\(place): there is neither a list \"inputs\" (tensors) nor \"instances\" (rows)",
        remedy: "`martlet predict --help` shows both",
        exit: .badInput
      )
    }
    guard manifest != nil, let fitted = try table(of: manifest, given: "instances", place) else {
      throw CommandError(
        "\(place): rows as JSON need the endpoint's columns, which this key may not read",
        remedy: "give --csv with a header, or use a key that may read",
        exit: .notAllowed
      )
    }
    let batch = try CommandError.inTable(place) { () throws(TableProblem) in
      try TableBatch(instances: instances, for: fitted)
    }
    return rows(batch, width: fitted.width, byteCount: bytes.count)
  }

  /// The columns that the model takes; nil when nobody said what it takes.
  private static func table(
    of manifest: Manifest?,
    given: String,
    _ place: String
  ) throws(CommandError) -> FittedTable? {
    guard let manifest else { return nil }
    switch manifest.preprocessing?.kind {
    case .table(let table)?:
      return try CommandError.inTable(place) { () throws(TableProblem) in try FittedTable(table) }
    case .byteWindow?:
      throw CommandError(
        "this endpoint takes files, and \(given) gives rows",
        remedy: "give them with --file",
        exit: .badInput
      )
    case nil:
      let names = manifest.signature?.inputs.map(\.name).joined(separator: ", ") ?? ""
      throw CommandError(
        "this endpoint takes tensors (\(names)), and \(given) gives rows",
        remedy: "give them as {\"inputs\":[…]} with --json",
        exit: .badInput
      )
    }
  }

  private static func rows(_ batch: TableBatch, width: Int, byteCount: Int) -> PredictionInput {
    let rowBytes = max(1, byteCount / max(1, batch.rowCount))
    let size = max(
      1,
      min(callRowLimit, callElementLimit / max(1, width), callLimitBytes / rowBytes)
    )
    let starts = stride(from: 0, to: batch.rowCount, by: size)
    let calls = starts.map { start in
      let range = start..<min(start + size, batch.rowCount)
      let table = Table(batch, rows: range)
      return Call(request: PredictRequest(input: .table(table)), itemCount: range.count)
    }
    return PredictionInput(calls: calls, names: [], isTensors: false)
  }

  // MARK: Files

  /// The contents of files. A model sees no more of a file than a block at either end, so of a
  /// large one only these go over the wire.
  static func files(
    _ paths: [String],
    _ manifest: Manifest?
  ) throws(CommandError) -> PredictionInput {
    let block = try blockBytes(manifest)
    var calls: [Call] = []
    var items: [Bytes] = []
    var itemBytes = 0
    func finishCall() {
      guard !items.isEmpty else { return }
      let request = PredictRequest(input: .bytes(ByteInput(items: items)))
      calls.append(Call(request: request, itemCount: items.count))
      items = []
      itemBytes = 0
    }
    for path in paths {
      let content = try contents(path, blockBytes: block)
      if items.count == callFileLimit || itemBytes + content.count > callLimitBytes { finishCall() }
      items.append(content)
      itemBytes += content.count
    }
    finishCall()
    return PredictionInput(
      calls: calls,
      names: paths.map { InputFile.name($0) },
      isTensors: false
    )
  }

  private static func blockBytes(_ manifest: Manifest?) throws(CommandError) -> Int? {
    guard let manifest else { return nil }
    switch manifest.preprocessing?.kind {
    case .byteWindow(let window)?:
      return window.blockBytes == 0 ? nil : Int(window.blockBytes)
    case .table(let table)?:
      throw CommandError(
        "this endpoint takes rows of a table, not files",
        remedy: "give --csv with the columns "
          + TableProblem.list(table.columns.map(\.name)),
        exit: .badInput
      )
    case nil:
      throw CommandError(
        "this endpoint takes tensors, not files",
        remedy: "give them as {\"inputs\":[…]} with --json",
        exit: .badInput
      )
    }
  }

  private static func contents(
    _ path: String,
    blockBytes: Int?
  ) throws(CommandError) -> Bytes {
    guard path != InputFile.standardInput else {
      return try InputFile.read(path, limitBytes: fileLimitBytes)
    }
    let file = try LocalFile(path)
    guard let block = blockBytes, block <= fileLimitBytes / 2, file.sizeBytes > UInt64(2 * block)
    else { return try file.readAll(limitBytes: fileLimitBytes) }
    let beginning = try file.read(at: 0, upTo: block)
    let end = try file.read(at: file.sizeBytes - UInt64(block), upTo: block)
    return Bytes(beginning.array + end.array)
  }
}
