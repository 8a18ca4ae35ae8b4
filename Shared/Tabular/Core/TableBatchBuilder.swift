/// Gathers rows for a model, cell by cell, checking each against the model's columns.
///
/// Its memory is what the rows take: 8 bytes a number, 16 a text and its bytes beyond 15, and 1 a
/// mark in columns with missing cells. With `reserve` nothing is moved while it grows.
public struct TableBatchBuilder {
  public let table: FittedTable
  public private(set) var rowCount = 0
  private var cells: [TableBatch.Cells]
  private var expectedRowCount = 0
  /// Of each column, whether it holds numbers. To look at `cells` for that would hold a second
  /// reference to its array, and each append would copy it.
  private let takesNumbers: [Bool]

  public init(_ table: FittedTable) {
    self.table = table
    takesNumbers = table.columns.map { column in
      switch column.encoding {
      case .number: true
      case .category: false
      }
    }
    cells = table.columns.map { column in
      switch column.encoding {
      case .number: .numbers([], missing: [])
      case .category: .texts([], missing: [])
      }
    }
  }

  /// Makes room for so many rows.
  public mutating func reserve(rowCount: Int) {
    expectedRowCount = rowCount
    for index in cells.indices {
      switch cells[index] {
      case .numbers(var values, let missing):
        cells[index] = .numbers([], missing: [])
        values.reserveCapacity(rowCount)
        cells[index] = .numbers(values, missing: missing)
      case .texts(var values, let missing):
        cells[index] = .texts([], missing: [])
        values.reserveCapacity(rowCount)
        cells[index] = .texts(values, missing: missing)
      }
    }
  }

  /// The cell of the row that is gathered now, in the model's column `index`. Each column gets one
  /// before `endRow`. `place` stands in front of what is wrong with it.
  public mutating func append(
    _ cell: Cell,
    at index: Int,
    place: @autoclosure () -> String
  ) throws(TableProblem) {
    switch (takesNumbers[index], cell) {
    case (true, .missing): appendNumber(nil, at: index)
    case (true, .number(let value)):
      guard value.isFinite else { throw notNumber(index, "\(value)", place()) }
      appendNumber(value, at: index)
    case (true, .text(let text)):
      if table.missing.contains(text) {
        appendNumber(nil, at: index)
      } else if let value = CellText.number(text) {
        appendNumber(value, at: index)
      } else {
        throw notNumber(index, text, place())
      }
    case (false, .missing): appendText(nil, at: index)
    case (false, .number(let value)): appendText(CellText.word(value), at: index)
    case (false, .text(let text)):
      appendText(table.missing.contains(text) ? nil : CellText.trimmed(text), at: index)
    }
  }

  /// The same from a row of CSV, without a text for each number.
  mutating func append(_ row: CSVRow, _ cell: Int, at index: Int) throws(TableProblem) {
    let isMissing = row.isMissing(cell)
    guard takesNumbers[index] else {
      appendText(isMissing ? nil : row.text(cell), at: index)
      return
    }
    let value = row.number(cell)
    guard isMissing || value != nil else { throw notNumber(index, row.text(cell), row.place) }
    appendNumber(value, at: index)
  }

  public mutating func endRow() { rowCount += 1 }

  public func batch() throws(TableProblem) -> TableBatch {
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
    if isMissing, missing.isEmpty {
      missing.reserveCapacity(max(expectedRowCount, count + 1))
      missing.append(contentsOf: repeatElement(false, count: count))
    }
    if isMissing || !missing.isEmpty { missing.append(isMissing) }
  }

  private func notNumber(_ index: Int, _ text: String, _ place: String) -> TableProblem {
    TableProblem(
      "\(TableProblem.quoted(text)) is not a number",
      place: place,
      column: table.columns[index].name,
      remedy: CellText.hasDecimalComma(text)
        ? "write it with a decimal point, without marks between thousands"
        : "write a finite number, or leave the cell empty when it is unknown"
    )
  }
}
