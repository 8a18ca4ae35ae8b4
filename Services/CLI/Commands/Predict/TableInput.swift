import Primitives
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

extension TableBatch {
  /// CSV whose first line names the columns; every cell stays a text, which a model's columns of
  /// numbers take as well.
  init(namedTexts csv: Bytes) throws(TableProblem) {
    var names: [String]?
    var columns: [[String]] = []
    var missing: [[Bool]] = []
    let take: (CSVRow) throws(TableProblem) -> Void = { (row) throws(TableProblem) in
      guard let known = names else {
        names = row.texts
        columns = row.texts.map { _ in [] }
        missing = columns.map { _ in [] }
        return
      }
      guard row.count == known.count else {
        throw TableProblem(
          "has \(row.count) cells, and the first line names \(known.count) columns",
          place: row.place,
          remedy: "give every line the same number of cells"
        )
      }
      for index in known.indices {
        columns[index].append(row.text(index))
        missing[index].append(row.isMissing(index))
      }
    }
    var reader = CSVReader()
    try reader.read(csv, take)
    try reader.finish(take)
    guard let names, let rowCount = columns.first?.count, rowCount > 0 else {
      throw TableProblem("there is no row", remedy: "give a line of column names, then rows")
    }
    try self.init(
      rowCount: rowCount,
      columns: names.indices.map { index in
        TableBatch.Column(names[index], .texts(columns[index], missing: missing[index]))
      }
    )
  }

  /// Rows of JSON: objects by column, or lists in the model's order.
  init(instances: [JSONValue], for table: FittedTable) throws(TableProblem) {
    if let rows = TableBatch.all(instances, { $0.asObject }) {
      var records: [[String: Cell]] = []
      for (index, row) in rows.enumerated() {
        var record: [String: Cell] = [:]
        for (name, value) in row { record[name] = try TableBatch.cell(value, index, name) }
        records.append(record)
      }
      try self.init(records: records, for: table)
      return
    }
    guard let lists = TableBatch.all(instances, { $0.asList }) else {
      throw TableProblem(
        "the instances are neither all objects nor all lists",
        remedy: "write each row as {COLUMN: VALUE, …}"
      )
    }
    var rows: [[Cell]] = []
    for (index, list) in lists.enumerated() {
      var row: [Cell] = []
      for value in list { row.append(try TableBatch.cell(value, index, nil)) }
      rows.append(row)
    }
    try self.init(rows: rows, for: table)
  }

  private static func all<Value>(
    _ values: [JSONValue],
    _ read: (JSONValue) -> Value?
  ) -> [Value]? {
    let read = values.compactMap(read)
    return read.count == values.count ? read : nil
  }

  private static func cell(
    _ value: JSONValue,
    _ index: Int,
    _ column: String?
  ) throws(TableProblem) -> Cell {
    switch value {
    case .null: return .missing
    case .text(let text): return .text(text)
    case .flag(let isSet): return .text(isSet ? "true" : "false")
    case .integer, .natural, .single, .number:
      return .number(TensorPacking.number(value) ?? .nan)
    case .list, .object:
      throw TableProblem(
        "\(value.kind) is no value of a cell",
        place: "row \(index + 1)",
        column: column,
        remedy: "write a number, a text or null"
      )
    }
  }
}
