import Protocols
import Tabular
import TabularCoding

extension Table {
  /// Some rows of a batch.
  init(_ batch: TableBatch, rows: Range<Int>) {
    guard rows != 0..<batch.rowCount else {
      self.init(batch)
      return
    }
    let columns = batch.columns.map { column in
      let marks = column.cells.missing
      let missing = marks.isEmpty ? [] : Array(marks[rows])
      return switch column.cells {
      case .numbers(let values, _):
        TableBatch.Column(column.name, .numbers(Array(values[rows]), missing: missing))
      case .texts(let values, _):
        TableBatch.Column(column.name, .texts(Array(values[rows]), missing: missing))
      }
    }
    guard let part = try? TableBatch(rowCount: rows.count, columns: columns) else {
      preconditionFailure("rows of a sound batch are a sound batch")
    }
    self.init(part)
  }
}
