public import Primitives

/// What the owner of a table says of it; the rest is found out.
public struct TableOptions: Sendable {
  public var header: SchemaBuilder.Header
  /// Nil: found out from the beginning of the first file.
  public var delimiter: Delimiter?
  public var missing: MissingValues
  /// What columns hold: numbers or categories.
  public var kinds: [String: ColumnSummary.Kind]

  public init(
    header: SchemaBuilder.Header = .detected,
    delimiter: Delimiter? = nil,
    missing: MissingValues = .usual,
    kinds: [String: ColumnSummary.Kind] = [:]
  ) {
    self.header = header
    self.delimiter = delimiter
    self.missing = missing
    self.kinds = kinds
  }
}

/// Reads a table's files once, in pieces of any size, and says what they hold. Memory is bounded by
/// `SchemaBuilder`'s limits, one row and `DelimiterDetection.sampleBytes`.
///
/// Each file's pieces stand between `beginFile` and `endFile`. After a problem nothing may follow.
public struct SchemaScan: Sendable {
  private let options: TableOptions
  private var builder: SchemaBuilder
  /// Nil until the delimiter is known.
  private var reader: CSVReader?
  private var sample: [UInt8] = []
  public private(set) var delimiter: Delimiter?

  public init(_ options: TableOptions = TableOptions()) {
    self.options = options
    builder = SchemaBuilder(header: options.header, kinds: options.kinds)
    delimiter = options.delimiter
  }

  public mutating func beginFile() {
    builder.beginFile()
    reader = delimiter.map { CSVReader(TableFormat(delimiter: $0, missing: options.missing)) }
  }

  public mutating func read(_ piece: Bytes) throws(TableProblem) {
    guard reader == nil else { return try feed(piece) }
    piece.withUnsafeBytes { sample.append(contentsOf: $0) }
    if sample.count >= DelimiterDetection.sampleBytes { try detect(isWhole: false) }
  }

  public mutating func endFile() throws(TableProblem) {
    if reader == nil { try detect(isWhole: true) }
    guard var current = reader else { return }
    reader = nil
    try current.finish { (row) throws(TableProblem) in try builder.add(row) }
  }

  /// Throws when there was no row, and for a column that is neither clearly numbers nor words.
  public func finish() throws(TableProblem) -> TableSummary {
    var summary = try builder.finish()
    summary.format = TableFormat(delimiter: delimiter ?? .comma, missing: options.missing)
    return summary
  }

  /// What the owner should see, at most `SchemaBuilder.noteLimit` lines; asked after the last file.
  public var notes: [String] {
    var notes = builder.notes
    if options.delimiter == nil, let delimiter, delimiter != .comma {
      notes.insert("the cells are separated by \(delimiter.words)", at: 0)
    }
    return notes
  }

  private mutating func detect(isWhole: Bool) throws(TableProblem) {
    let seen = sample.prefix(DelimiterDetection.sampleBytes)
    let found = try DelimiterDetection(
      seen,
      isWhole: isWhole && seen.count == sample.count
    ).delimiter()
    delimiter = found
    reader = CSVReader(TableFormat(delimiter: found, missing: options.missing))
    let all = Bytes(sample)
    sample = []
    try feed(all)
  }

  private mutating func feed(_ piece: Bytes) throws(TableProblem) {
    guard var current = reader else { return }
    // Out of here while it runs, so that it stays the only one that holds its row.
    reader = nil
    try current.read(piece) { (row) throws(TableProblem) in try builder.add(row) }
    reader = current
  }
}
