import ArgumentParser
import Digests
import Primitives
import Protocols
import RPCRuntime
import Tabular
import TabularCoding

/// `martlet dataset add`.
struct DatasetAddCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Reads a CSV file and keeps it as a dataset, or as its next version.",
    discussion: """
      The first line names the columns, when its cells are different words. What separates cells and
      what a column holds (numbers or categories) is found out by reading the whole file, unless the
      options say it. Empty cells, NA, NaN, null, ? and none count as missing.

      A broken upload goes on where it was when the same command is given again.

      Examples:
        martlet dataset add cars cars.csv
        martlet dataset add cars cars.csv --description "1983 cars, public domain"
        martlet dataset add wine wine.csv --delimiter ";"
        martlet dataset add homes homes.csv --missing-value -999 --column zip=category
      """
  )

  @Argument(help: "The dataset's name: letters and digits, hyphens between them.")
  var name: String

  @Argument(help: "A CSV file in UTF-8.", completion: .file(extensions: ["csv"]))
  var file: String

  @Option(help: ArgumentHelp("Where it is from and its licence, for people.", valueName: "text"))
  var description = ""

  @Option(
    help: ArgumentHelp(
      "What separates cells: , ; | or tab. (default: found out)",
      valueName: "character"
    )
  )
  var delimiter: String?

  @Option(
    name: .customLong("missing-value"),
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A text that counts as missing, too; may be repeated.", valueName: "text")
  )
  var missingValues: [String] = []

  @Option(
    name: .customLong("column"),
    help: ArgumentHelp(
      "What a column holds, number or category; may be repeated.",
      valueName: "name=kind"
    )
  )
  var columns: [String] = []

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try DatasetReference(name)
    guard reference.version == 0 else {
      throw CommandError.name("'\(name)': the store numbers the versions itself; write NAME alone")
    }
    let options = try tableOptions()
    let file = try LocalFile(file)
    let reading = ProgressLine(console, "reading", total: Int64(file.sizeBytes))
    let scan = try TableScan.read(file, options) { reading.update(Int64($0)) }
    reading.clear()
    let answer = try await console.withSession { session in
      try await add(file, scan, session, console)
    }
    guard let dataset = answer.dataset else {
      throw CommandError("the store answered without the dataset")
    }
    try console.present(DatasetAdded(dataset, existed: answer.existed)) { out in
      let version = "\(dataset.name)@\(dataset.version)"
      let rows = dataset.schema_?.rowCount ?? 0
      out.line(
        answer.existed
          ? "\(version) is there already, with the same file"
          : "\(version) added: \(rows) rows, \(ValueText.bytes(Int64(file.sizeBytes)))"
      )
      out.line()
      DatasetText.columns(dataset).write(to: out)
    }
    for note in scan.notes { console.note("note: \(note)") }
    let names = scan.summary.columns.map(\.name)
    if names == names.indices.map({ "column_\($0 + 1)" }) {
      console.note("")
      console.warn(
        "the first line was read as data, since not all of its cells are words, and the columns "
          + "are numbered: if it names them, give every column a name that is no number"
      )
    }
    if let date = scan.summary.columns.first(where: { $0.kind == .date }) {
      console.note("")
      console.warn(
        "column '\(date.name)' holds dates, which training refuses: give --ignore \(date.name)"
      )
    }
  }

  func tableOptions() throws(CommandError) -> TableOptions {
    var options = TableOptions()
    if let delimiter {
      guard let known = Delimiter(userText: delimiter) else {
        throw CommandError("--delimiter '\(delimiter)': give one of , ; | or tab", exit: .usage)
      }
      options.delimiter = known
    }
    do {
      options.missing = try MissingValues(missingValues)
    } catch {
      throw CommandError("--missing-value: \(error.description)", exit: .usage)
    }
    for (name, kind) in try KeyValue.dictionary(columns, option: "--column") {
      switch kind {
      case "number": options.kinds[name] = .number
      case "category": options.kinds[name] = .category
      default:
        throw CommandError(
          "--column \(name)=\(kind): a column holds numbers or categories",
          remedy: "write \(name)=number or \(name)=category",
          exit: .usage
        )
      }
    }
    return options
  }

  private func add(
    _ file: LocalFile,
    _ scan: TableScan,
    _ session: Session,
    _ console: Console
  ) async throws -> CreateDatasetResponse {
    let store = session.modelStore
    let patience = Patience()
    let sending = ProgressLine(console, "uploading", total: Int64(file.sizeBytes))
    defer { sending.clear() }
    let upload = BlobUpload(store: store, options: CallOptions(), patience: patience)
    try await upload.send(file, scan.digest) { sending.update(Int64($0)) }
    let entry = FileEntry(
      path: file.name,
      sizeBytes: file.sizeBytes,
      sha256: Bytes(scan.digest.bytes)
    )
    let request = CreateDatasetRequest(
      name: name,
      files: [entry],
      schema_: TableSchema(scan.summary),
      description_: description
    )
    return try await patience.repeating { try await store.createDataset(request) }
  }
}

/// `{"dataset": …, "existed": false}`
struct DatasetAdded: Encodable {
  let dataset: DatasetView
  let existed: Bool

  init(_ dataset: Dataset, existed: Bool) {
    self.dataset = DatasetView(dataset)
    self.existed = existed
  }
}
