/// Rows of a table, by column: what a call brings, before a model's encoding.
///
/// All columns have `rowCount` cells. The names may be any; `FittedTable.encode` compares them with
/// those of its model.
public struct TableBatch: Sendable, Equatable {
  /// One column's cells. `missing` is empty when none is missing, else it has one entry a row; what
  /// stands in the place of a missing cell does not count.
  public enum Cells: Sendable, Equatable {
    case numbers([Double], missing: [Bool])
    case texts([String], missing: [Bool])

    public var count: Int {
      switch self {
      case .numbers(let values, _): values.count
      case .texts(let values, _): values.count
      }
    }

    /// One entry a row, or none at all.
    public var missing: [Bool] {
      switch self {
      case .numbers(_, let missing), .texts(_, let missing): missing
      }
    }
  }

  public struct Column: Sendable, Equatable {
    public var name: String
    public var cells: Cells

    public init(_ name: String, _ cells: Cells) {
      self.name = name
      self.cells = cells
    }
  }

  public let rowCount: Int
  public let columns: [Column]

  /// Throws when columns differ in length, a name comes twice, or `missing` does not fit.
  public init(rowCount: Int, columns: [Column]) throws(TableProblem) {
    for column in columns {
      let missing = column.cells.missing
      guard column.cells.count == rowCount, missing.isEmpty || missing.count == rowCount else {
        throw TableProblem(
          "has \(column.cells.count) cells, and \(missing.count) marks of missing ones, "
            + "in a table of \(rowCount) rows",
          column: column.name,
          remedy: "give every column one cell a row"
        )
      }
    }
    if let twice = firstTwice(columns.lazy.map(\.name)) {
      throw TableProblem("is there twice", column: twice, remedy: "give it once")
    }
    self.rowCount = rowCount
    self.columns = columns
  }
}

/// The first name that was there before; nil when all differ.
func firstTwice(_ names: some Sequence<String>) -> String? {
  var seen: Set<String> = []
  return names.first { !seen.insert($0).inserted }
}
