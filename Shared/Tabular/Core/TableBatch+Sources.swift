public import Primitives

extension TableBatch {
  /// Rows of CSV for a model. The first line is a header when it names columns of the model (more
  /// than half of its cells do); then the columns may stand in any order, and those that the model
  /// ignores are passed over. Without one they stand in the model's order. Cells are separated by
  /// commas, or by what separates those of the first line where it has no comma.
  ///
  /// Throws for a missing or surplus column, a row with too few or too many cells, a word where a
  /// number belongs, and CSV that cannot be read; lines and columns are named.
  ///
  /// - Parameter expectedRowCount: Room is made for so many.
  public init(
    csv: Bytes,
    for table: FittedTable,
    expectedRowCount: Int = 0
  ) throws(TableProblem) {
    var builder = TableBatchBuilder(table)
    builder.reserve(rowCount: expectedRowCount)
    /// Of each cell of a line, the model's column.
    var order: [Int?]?
    let beginning = csv.withUnsafeBytes {
      DelimiterDetection($0.prefix(DelimiterDetection.sampleBytes), isWhole: true)
    }
    let delimiter = beginning.delimiter(columnCount: table.columns.count)
    var reader = CSVReader(TableFormat(delimiter: delimiter, missing: table.missing))
    let take: (CSVRow) throws(TableProblem) -> Void = { (row) throws(TableProblem) in
      if order == nil, table.isHeader(row.texts) {
        order = try table.order(ofNames: row.texts, place: row.place)
        return
      }
      let known = order ?? Array(table.columns.indices)
      order = known
      try Self.add(row, known, &builder)
    }
    try reader.read(csv, take)
    try reader.finish(take)
    guard builder.rowCount > 0 else { throw Self.noRows }
    self = try builder.batch()
  }

  /// Rows as objects: every column of the model by its name, `.missing` where it is not known, and
  /// any of those that it ignores.
  public init(records: [[String: Cell]], for table: FittedTable) throws(TableProblem) {
    guard !records.isEmpty else { throw Self.noRows }
    var builder = TableBatchBuilder(table)
    for (index, record) in records.enumerated() {
      let place = "row \(index + 1)"
      for (position, column) in table.columns.enumerated() {
        guard let cell = record[column.name] else {
          throw TableProblem(
            "is missing",
            place: place,
            column: column.name,
            remedy: "give it, as null when it is unknown"
          )
        }
        try builder.append(cell, at: position, place: place)
      }
      // All columns are there, so another count means that there are more.
      if record.count != table.columns.count {
        let surplus = record.keys.filter { !table.names.contains($0) && !table.ignores($0) }.min()
        if let surplus { throw table.surplus(surplus, place: place) }
      }
      builder.endRow()
    }
    self = try builder.batch()
  }

  /// Rows as lists of cells in the order of the model's columns.
  public init(rows: [[Cell]], for table: FittedTable) throws(TableProblem) {
    guard !rows.isEmpty else { throw Self.noRows }
    var builder = TableBatchBuilder(table)
    for (index, row) in rows.enumerated() {
      let place = "row \(index + 1)"
      guard row.count == table.columns.count else {
        throw table.wrongCount(row.count, place: place)
      }
      for (position, cell) in row.enumerated() {
        try builder.append(cell, at: position, place: place)
      }
      builder.endRow()
    }
    self = try builder.batch()
  }

  private static let noRows = TableProblem("there is no row", remedy: "give at least one")

  private static func add(
    _ row: CSVRow,
    _ order: [Int?],
    _ builder: inout TableBatchBuilder
  ) throws(TableProblem) {
    guard row.count == order.count else {
      throw builder.table.wrongCount(row.count, place: row.place)
    }
    for (cell, index) in order.enumerated() {
      if let index { try builder.append(row, cell, at: index) }
    }
    builder.endRow()
  }
}
