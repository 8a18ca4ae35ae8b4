/// Reads rows of a table.
enum RecordsJSON {
  static func instances(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int
  ) throws(InvocationProblem) -> [[String: JSONCell]] {
    var reader = JSONReader(bytes, from: start)
    var records: [[String: JSONCell]] = []
    var cellCount = 0
    try expect(.array, &reader, "instances")
    try reader.array { (reader, index) throws(InvocationProblem) in
      let place = "instances[\(index)]"
      guard try reader.peek() == .object else {
        throw .mismatch(
          "wrong_type",
          "expected an object with a value for each column, as {\"age\": 41}, and found "
            + (try reader.peek().rawValue),
          field: place
        )
      }
      var record: [String: JSONCell] = [:]
      record.reserveCapacity(records.last?.count ?? 0)
      try reader.object { (reader, name) throws(InvocationProblem) in
        let cell = try cell(&reader, place: place, column: name)
        guard record.updateValue(cell, forKey: name) == nil else {
          throw InvocationProblem(
            .malformed,
            "repeated_column",
            "\(place) has it twice",
            field: String(name.prefix(128))
          )
        }
        try count(&cellCount)
      }
      records.append(record)
    }
    return records
  }

  static func rows(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int,
    columns columnsStart: Int
  ) throws(InvocationProblem) -> [[String: JSONCell]] {
    let columns = try names(bytes, from: columnsStart)
    var reader = JSONReader(bytes, from: start)
    var records: [[String: JSONCell]] = []
    var cellCount = 0
    try expect(.array, &reader, "rows")
    try reader.array { (reader, index) throws(InvocationProblem) in
      let place = "rows[\(index)]"
      try expect(.array, &reader, place)
      var record: [String: JSONCell] = [:]
      record.reserveCapacity(columns.count)
      var found = 0
      try reader.array { (reader, position) throws(InvocationProblem) in
        found = position + 1
        guard position < columns.count else {
          try reader.skip()
          return
        }
        let column = columns[position]
        record[column] = try cell(&reader, place: place, column: column)
        try count(&cellCount)
      }
      guard found == columns.count else {
        throw .mismatch(
          "wrong_count",
          "\(found) values for \(columns.count) columns",
          field: place
        )
      }
      records.append(record)
    }
    return records
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

  private static func cell(
    _ reader: inout JSONReader,
    place: String,
    column: String
  ) throws(InvocationProblem) -> JSONCell {
    switch try reader.peek() {
    case .null:
      try reader.null()
      return .missing
    case .number: return .number(try reader.number())
    case .text: return .text(try reader.text())
    case .bool: return .text(try reader.bool() ? "true" : "false")
    case .object, .array:
      throw .mismatch(
        "wrong_type",
        "\(place): expected a number, a text or null, and found \(try reader.peek().rawValue)",
        field: String(column.prefix(128))
      )
    }
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

  private static func count(_ cells: inout Int) throws(InvocationProblem) {
    cells += 1
    guard cells <= InvocationJSON.maximumCellCount else {
      throw InvocationProblem(
        .tooLarge,
        "too_many_cells",
        "one request may have \(InvocationJSON.maximumCellCount) cells: send it in parts"
      )
    }
  }
}
