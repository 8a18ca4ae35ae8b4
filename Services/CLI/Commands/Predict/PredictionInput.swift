import PredictionFormats
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
  /// Cells of words: a message has no more fields.
  private static let callTextLimit = ReadingLimits.oneCall.textCount
  private static let callFileLimit = 256

  // MARK: Rows and tensors

  /// Rows of CSV, of a table or of numbers. Without a manifest (a key that may only invoke) the
  /// columns go as texts, by the names of the first line, and the service checks them.
  static func csv(_ path: String, _ manifest: Manifest?) throws(CommandError) -> PredictionInput {
    let bytes = try InputFile.read(path, limitBytes: csvLimitBytes)
    let place = InputFile.name(path)
    let form = try InputForm(of: manifest, place)
    if case .tensors(let forms) = form, form.matrix == nil {
      throw CommandError(
        "this endpoint takes tensors (\(forms.map(\.name).joined(separator: ", "))), "
          + "and --csv gives rows",
        remedy: "give them as {\"inputs\":[…]} with --json",
        exit: .badInput
      )
    }
    let invocation = try CommandError.inInput(place) { () throws(InvocationProblem) in
      try InvocationCSV.read(bytes, as: form, limits: .manyCalls)
    }
    return calls(invocation, form, byteCount: bytes.count, isTensors: false)
  }

  /// What `POST /endpoints/NAME/invocations` takes as JSON, word for word the same.
  static func json(_ path: String, _ manifest: Manifest?) throws(CommandError) -> PredictionInput {
    let bytes = try InputFile.read(path, limitBytes: jsonLimitBytes)
    let place = InputFile.name(path)
    let form = try InputForm(of: manifest, place)
    let invocation = try CommandError.inInput(place) { () throws(InvocationProblem) in
      try InvocationJSON.read(bytes, as: form, limits: .manyCalls)
    }
    return calls(invocation, form, byteCount: bytes.count, isTensors: true)
  }

  private static func calls(
    _ invocation: Invocation,
    _ form: InputForm,
    byteCount: Int,
    isTensors: Bool
  ) -> PredictionInput {
    switch invocation.input {
    case .table(let batch):
      let width = if case .table(let table) = form { table.width } else { batch.columns.count }
      return rows(batch, invocation.outputs, width: width, byteCount: byteCount)
    case .tensors(let tensors):
      let request = PredictRequest(
        input: .tensors(TensorInput(tensors: tensors.map { Tensor($0) })),
        outputs: invocation.outputs
      )
      let itemCount = isTensors ? 0 : Int(tensors.first?.shape.first ?? 0)
      let call = Call(request: request, itemCount: itemCount)
      return PredictionInput(calls: [call], names: [], isTensors: isTensors)
    }
  }

  private static func rows(
    _ batch: TableBatch,
    _ outputs: [String],
    width: Int,
    byteCount: Int
  ) -> PredictionInput {
    let rowBytes = max(1, byteCount / max(1, batch.rowCount))
    let textCount = batch.columns.count { column in
      if case .texts = column.cells { true } else { false }
    }
    let size = max(
      1,
      min(
        callRowLimit,
        callElementLimit / max(1, width),
        callTextLimit / max(1, textCount),
        callLimitBytes / rowBytes
      )
    )
    let starts = stride(from: 0, to: batch.rowCount, by: size)
    let calls = starts.map { start in
      let range = start..<min(start + size, batch.rowCount)
      let table = Table(batch, rows: range)
      return Call(
        request: PredictRequest(input: .table(table), outputs: outputs),
        itemCount: range.count
      )
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
