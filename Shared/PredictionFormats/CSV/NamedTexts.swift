import Primitives
import Tabular

extension TableBatch {
  /// CSV whose first line names the columns; every cell stays a text, which a model's columns of
  /// numbers take as well. For rows that somebody else will check.
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
}
