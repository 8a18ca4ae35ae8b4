import Tabular

/// Takes rows of JSON into the columns of a table.
struct RowGatherer {
  private let table: FittedTable
  private var builder: TableBatchBuilder
  private let indices: [String: Int]
  /// Of each column, the last row that had it.
  private var seen: [Int]

  /// - Parameter rowCount: Room is made for so many.
  init(_ table: FittedTable, rowCount: Int) {
    self.table = table
    builder = TableBatchBuilder(table)
    builder.reserve(rowCount: rowCount)
    indices = Dictionary(table.columns.enumerated().map { ($1.name, $0) }) { first, _ in first }
    seen = [Int](repeating: -1, count: table.columns.count)
  }

  func batch() throws(InvocationProblem) -> TableBatch {
    do throws(TableProblem) {
      guard builder.rowCount > 0 else {
        throw TableProblem("there is no row", remedy: "give at least one")
      }
      return try builder.batch()
    } catch {
      throw .table(error)
    }
  }

  /// The row that is read now, from 1.
  private var place: String { "row \(builder.rowCount + 1)" }

  /// A row as an object: every column of the table by its name, in any order.
  mutating func object(_ reader: inout JSONReader) throws(InvocationProblem) {
    var filled = 0
    var surplus: String?
    try reader.object { (reader, name) throws(InvocationProblem) in
      guard let index = index(of: name, hint: filled) else {
        // What is missing is said first.
        if !table.ignores(name) { surplus = surplus ?? name }
        try reader.skip()
        return
      }
      guard seen[index] != builder.rowCount else {
        throw InvocationProblem(
          .malformed,
          "repeated_column",
          "\(place) has it twice",
          field: String(name.prefix(128))
        )
      }
      seen[index] = builder.rowCount
      filled += 1
      try append(&reader, at: index)
    }
    if filled < table.columns.count,
      let missing = seen.firstIndex(where: { $0 != builder.rowCount })
    {
      throw .table(table.missing(table.columns[missing].name, place: place))
    }
    if let surplus { throw .table(table.surplus(surplus, place: place)) }
    builder.endRow()
  }

  /// A row as a list in the order of the table's columns.
  mutating func list(_ reader: inout JSONReader) throws(InvocationProblem) {
    var count = 0
    try reader.array { (reader, position) throws(InvocationProblem) in
      count = position + 1
      if position < table.columns.count {
        try append(&reader, at: position)
      } else {
        try reader.skip()
      }
    }
    guard count == table.columns.count else {
      throw .table(table.wrongCount(count, place: place))
    }
    builder.endRow()
  }

  /// A row as a list in another order: of each value, the column; nil for one that is passed over.
  mutating func list(
    _ reader: inout JSONReader,
    order: [Int?],
    place: String
  ) throws(InvocationProblem) {
    var count = 0
    try reader.array { (reader, position) throws(InvocationProblem) in
      count = position + 1
      if position < order.count, let index = order[position] {
        try append(&reader, at: index)
      } else {
        try reader.skip()
      }
    }
    guard count == order.count else {
      throw .mismatch(
        "wrong_count",
        "\(count) values for \(order.count) columns",
        field: place
      )
    }
    builder.endRow()
  }

  /// Of each name, the column of the table; nil for one that the model ignored at training.
  func order(of names: [String]) throws(InvocationProblem) -> [Int?] {
    var order: [Int?] = []
    for name in names {
      let index = indices[name]
      if index == nil, !table.ignores(name) {
        throw .table(table.surplus(name, place: "`columns`"))
      }
      order.append(index)
    }
    let given = Set(names)
    if let missing = table.columns.first(where: { !given.contains($0.name) }) {
      throw .table(table.missing(missing.name, place: "`columns`"))
    }
    return order
  }

  /// Rows mostly name their columns in the table's order.
  private func index(of name: String, hint: Int) -> Int? {
    if hint < table.columns.count, table.columns[hint].name == name { return hint }
    return indices[name]
  }

  private mutating func append(
    _ reader: inout JSONReader,
    at index: Int
  ) throws(InvocationProblem) {
    let cell: Cell
    switch try reader.peek() {
    case .null:
      try reader.null()
      cell = .missing
    case .number: cell = .number(try reader.number())
    case .text: cell = .text(try reader.text())
    case .bool: cell = .text(try reader.bool() ? "true" : "false")
    case .object, .array:
      throw .mismatch(
        "wrong_type",
        "\(place): expected a number, a text or null, and found \(try reader.peek().rawValue)",
        field: String(table.columns[index].name.prefix(128))
      )
    }
    let row = builder.rowCount + 1
    do throws(TableProblem) {
      try builder.append(cell, at: index, place: "row \(row)")
    } catch {
      throw .table(error)
    }
  }
}
