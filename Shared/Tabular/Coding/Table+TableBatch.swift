import Primitives
public import Protocols
public import Tabular

extension TableBatch {
  /// The rows of a message. Throws when a column's length does not fit, or it has no cells.
  public init(_ table: Table) throws(TableProblem) {
    let rowCount = Int(table.rowCount)
    var columns: [TableBatch.Column] = []
    columns.reserveCapacity(table.columns.count)
    for column in table.columns {
      switch column.cells {
      case .numbers(let cells)?:
        let missing = try Self.marks(cells.missing, rowCount, column.name)
        columns.append(TableBatch.Column(column.name, .numbers(cells.values, missing: missing)))
      case .texts(let cells)?:
        let missing = try Self.marks(cells.missing, rowCount, column.name)
        columns.append(TableBatch.Column(column.name, .texts(cells.values, missing: missing)))
      case nil:
        throw TableProblem(
          "has neither numbers nor texts",
          column: column.name,
          remedy: "set one of them"
        )
      }
    }
    try self.init(rowCount: rowCount, columns: columns)
  }

  /// One bit a row, the lowest first; empty = none is missing.
  private static func marks(
    _ bits: Bytes,
    _ rowCount: Int,
    _ column: String
  ) throws(TableProblem) -> [Bool] {
    guard !bits.isEmpty else { return [] }
    guard bits.count == (rowCount + 7) / 8 else {
      throw TableProblem(
        "`missing` has \(bits.count) bytes for \(rowCount) rows",
        column: column,
        remedy: "give one bit a row, or no byte when no cell is missing"
      )
    }
    return bits.withUnsafeBytes { bytes in
      (0..<rowCount).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }
  }
}

extension Table {
  /// The message of the rows, at most 2^32 - 1 of them, which no message has room for.
  public init(_ batch: TableBatch) {
    self.init(
      rowCount: UInt32(clamping: batch.rowCount),
      columns: batch.columns.map { column in
        let missing = Self.bits(column.cells.missing)
        return switch column.cells {
        case .numbers(let values, _):
          TableColumn(
            name: column.name,
            cells: .numbers(NumberCells(values: values, missing: missing))
          )
        case .texts(let values, _):
          TableColumn(name: column.name, cells: .texts(TextCells(values: values, missing: missing)))
        }
      }
    )
  }

  private static func bits(_ marks: [Bool]) -> Bytes {
    guard marks.contains(true) else { return Bytes() }
    var bits = [UInt8](repeating: 0, count: (marks.count + 7) / 8)
    for (row, isMissing) in marks.enumerated() where isMissing { bits[row / 8] |= 1 << (row % 8) }
    return Bytes(bits)
  }
}
