/// Gathers rows for a model, cell by cell, checking each against the model's columns.
struct TableBatchBuilder {
  let table: FittedTable
  private(set) var rowCount = 0
  private var cells: [TableBatch.Cells]

  init(_ table: FittedTable) {
    self.table = table
    cells = table.columns.map { column in
      switch column.encoding {
      case .number: .numbers([], missing: [])
      case .category: .texts([], missing: [])
      }
    }
  }

  /// The cell of the row that is gathered now, in the model's column `index`. Each column gets one
  /// before `endRow`.
  mutating func append(_ cell: Cell, at index: Int, place: String) throws(TableProblem) {
    switch (cells[index], cell) {
    case (.numbers, .missing): appendNumber(nil, at: index)
    case (.numbers, .number(let value)):
      guard value.isFinite else { throw notNumber(index, "\(value)", place) }
      appendNumber(value, at: index)
    case (.numbers, .text(let text)):
      if CellText.isMissing(text) {
        appendNumber(nil, at: index)
      } else if let value = CellText.number(text) {
        appendNumber(value, at: index)
      } else {
        throw notNumber(index, text, place)
      }
    case (.texts, .missing): appendText(nil, at: index)
    case (.texts, .number(let value)): appendText(CellText.word(value), at: index)
    case (.texts, .text(let text)):
      appendText(CellText.isMissing(text) ? nil : CellText.trimmed(text), at: index)
    }
  }

  /// The same from a row of CSV, without a text for each number.
  mutating func append(_ row: CSVRow, _ cell: Int, at index: Int) throws(TableProblem) {
    let isMissing = row.isMissing(cell)
    switch cells[index] {
    case .numbers:
      let value = row.number(cell)
      guard isMissing || value != nil else { throw notNumber(index, row.text(cell), row.place) }
      appendNumber(value, at: index)
    case .texts: appendText(isMissing ? nil : row.text(cell), at: index)
    }
  }

  mutating func endRow() { rowCount += 1 }

  func batch() throws(TableProblem) -> TableBatch {
    try TableBatch(
      rowCount: rowCount,
      columns: zip(table.columns, cells).map { TableBatch.Column($0.name, $1) }
    )
  }

  private mutating func appendNumber(_ value: Double?, at index: Int) {
    guard case .numbers(var values, var missing) = cells[index] else { return }
    // Out of the enum first, so that the arrays grow in place.
    cells[index] = .numbers([], missing: [])
    mark(&missing, value == nil, values.count)
    values.append(value ?? 0)
    cells[index] = .numbers(values, missing: missing)
  }

  private mutating func appendText(_ value: String?, at index: Int) {
    guard case .texts(var values, var missing) = cells[index] else { return }
    cells[index] = .texts([], missing: [])
    mark(&missing, value == nil, values.count)
    values.append(value ?? "")
    cells[index] = .texts(values, missing: missing)
  }

  private func mark(_ missing: inout [Bool], _ isMissing: Bool, _ count: Int) {
    if isMissing, missing.isEmpty { missing = [Bool](repeating: false, count: count) }
    if isMissing || !missing.isEmpty { missing.append(isMissing) }
  }

  private func notNumber(_ index: Int, _ text: String, _ place: String) -> TableProblem {
    TableProblem(
      "\(TableProblem.quoted(text)) is not a number",
      place: place,
      column: table.columns[index].name,
      remedy: "write a finite number, or leave the cell empty when it is unknown"
    )
  }
}
