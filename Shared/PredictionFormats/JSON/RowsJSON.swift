import Tabular

/// Reads rows of a table straight into its columns.
///
/// Without the model's table (its columns are nobody's to know here) the names of the first row
/// are the columns, and every cell is a text, which a model's columns of numbers take as well.
enum RowsJSON {
  static func instances(
    _ source: JSONSource,
    _ member: InvocationJSON.Member,
    _ table: FittedTable?
  ) throws(InvocationProblem) -> TableBatch {
    var reader = JSONReader(source.bytes, from: member.start)
    try expect(.array, &reader, "instances")
    let isPositional = try firstKind(reader) == .array
    let known: FittedTable
    if let table {
      known = table
    } else if isPositional {
      throw .mismatch(
        "unnamed_rows",
        "the order of the columns is not known: name them, as {\"age\": 41}",
        field: "instances"
      )
    } else {
      known = try texts(named: firstNames(reader))
    }
    var gatherer = try gatherer(known, source, member.census)
    try reader.array { (reader, index) throws(InvocationProblem) in
      let found = try reader.peek()
      guard found == (isPositional ? .array : .object) else {
        throw .mismatch(
          "wrong_type",
          "expected \(isPositional ? "a list with" : "an object with") a value for each column, as "
            + "\(isPositional ? "the first row is" : "{\"age\": 41}"), and found \(found.rawValue)",
          field: "instances[\(index)]"
        )
      }
      if isPositional {
        try gatherer.list(&reader)
      } else {
        try gatherer.object(&reader)
      }
    }
    return try gatherer.batch()
  }

  static func rows(
    _ source: JSONSource,
    _ member: InvocationJSON.Member,
    columns: InvocationJSON.Member,
    _ table: FittedTable?
  ) throws(InvocationProblem) -> TableBatch {
    let names = try names(source.bytes, from: columns.start)
    let known = if let table { table } else { try texts(named: names) }
    var reader = JSONReader(source.bytes, from: member.start)
    try expect(.array, &reader, "rows")
    var gatherer = try gatherer(known, source, member.census)
    let order = try gatherer.order(of: names)
    try reader.array { (reader, index) throws(InvocationProblem) in
      try expect(.array, &reader, "rows[\(index)]")
      try gatherer.list(&reader, order: order, place: "rows[\(index)]")
    }
    return try gatherer.batch()
  }

  private static func gatherer(
    _ table: FittedTable,
    _ source: JSONSource,
    _ census: ValueCensus
  ) throws(InvocationProblem) -> RowGatherer {
    try source.limits.check(table, census)
    try source.take(MemoryWeight.table(table, census))
    return RowGatherer(table, rowCount: census.valueCount / table.columns.count + 1)
  }

  /// The kind of an array's first element; nil when it has none.
  private static func firstKind(_ reader: JSONReader) throws(InvocationProblem) -> JSONReader.Kind?
  {
    var reader = reader
    return try reader.enterArray() ? try reader.peek() : nil
  }

  /// The names of the first object's members.
  private static func firstNames(_ reader: JSONReader) throws(InvocationProblem) -> [String] {
    var reader = reader
    var names: [String] = []
    guard try reader.enterArray(), try reader.peek() == .object else { return names }
    try reader.object { (reader, name) throws(InvocationProblem) in
      names.append(name)
      try reader.skip()
    }
    return names
  }

  /// Columns of texts: categories whose words do not matter.
  private static func texts(named names: [String]) throws(InvocationProblem) -> FittedTable {
    do throws(TableProblem) {
      guard !names.isEmpty else { throw TableProblem("there is no row", remedy: "give one") }
      return try FittedTable(texts: names)
    } catch {
      throw .table(error)
    }
  }

  private static func names(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int
  ) throws(InvocationProblem) -> [String] {
    var reader = JSONReader(bytes, from: start)
    var names: [String] = []
    var seen: Set<String> = []
    try expect(.array, &reader, "columns")
    try reader.array { (reader, index) throws(InvocationProblem) in
      let place = "columns[\(index)]"
      try expect(.text, &reader, place)
      let name = try reader.text()
      guard index < 4096 else {
        throw InvocationProblem(.tooLarge, "too_many", "more than 4096 columns", field: "columns")
      }
      guard seen.insert(name).inserted else {
        throw InvocationProblem(
          .malformed,
          "repeated_column",
          "`columns` has it twice",
          field: String(name.prefix(128))
        )
      }
      names.append(name)
    }
    return names
  }

  private static func expect(
    _ kind: JSONReader.Kind,
    _ reader: inout JSONReader,
    _ place: String
  ) throws(InvocationProblem) {
    let found = try reader.peek()
    guard found == kind else {
      throw .mismatch(
        "wrong_type",
        "expected \(kind.rawValue), and found \(found.rawValue)",
        field: place
      )
    }
  }
}

extension FittedTable {
  /// Columns of texts, for rows that somebody else will check.
  init(texts names: [String]) throws(TableProblem) {
    let anything = FittedTable.Category(categories: [""], imputed: "")
    try self.init(columns: names.map { FittedTable.Column($0, .category(anything)) })
  }
}
