extension FittedTable {
  /// The encoded rows, row by row: `rowCount` × `width` elements.
  ///
  /// The columns may come in any order, and those that the model ignores with them. Throws for a
  /// missing or surplus column, words where numbers belong, words that the model does not know
  /// unless it accepts them, numbers beyond the range of FP32 once encoded, and more than
  /// `encodedLimit` elements. Numbers where words belong count as their text.
  public func encode(_ batch: TableBatch) throws(TableProblem) -> [Float] {
    let order = try columnOrder(batch)
    let (count, isTooLarge) = batch.rowCount.multipliedReportingOverflow(by: width)
    guard !isTooLarge, count <= Self.encodedLimit else {
      throw TableProblem(
        "\(batch.rowCount) rows of \(width) elements are more than a call may bring",
        remedy: "send at most \(Self.encodedLimit / max(1, width)) rows at once"
      )
    }
    var encoded = [Float](repeating: 0, count: count)
    var offset = 0
    for (column, position) in zip(columns, order) {
      let given = batch.columns[position].cells
      switch column.encoding {
      case .number(let number):
        try encode(given, number, column.name, offset, &encoded)
      case .category(let category):
        try encode(given, category, column.name, offset, &encoded)
      }
      offset += column.encoding.width
    }
    return encoded
  }

  /// Of each column of the model, where it stands in the batch.
  private func columnOrder(_ batch: TableBatch) throws(TableProblem) -> [Int] {
    let isSame =
      batch.columns.count == columns.count
      && zip(batch.columns, columns).allSatisfy { $0.name == $1.name }
    if isSame { return Array(columns.indices) }
    let given = try order(ofNames: batch.columns.map(\.name), place: "")
    var order = [Int](repeating: 0, count: columns.count)
    for (position, index) in given.enumerated() {
      if let index { order[index] = position }
    }
    return order
  }

  private func encode(
    _ cells: TableBatch.Cells,
    _ number: Number,
    _ name: String,
    _ offset: Int,
    _ encoded: inout [Float]
  ) throws(TableProblem) {
    let missing = cells.missing
    func isMissing(_ row: Int) -> Bool { !missing.isEmpty && missing[row] }
    func put(_ value: Double?, _ row: Int, _ shown: String) throws(TableProblem) {
      let element = Float(number.element(value))
      guard element.isFinite, value?.isFinite ?? true else {
        throw TableProblem(
          "\(TableProblem.quoted(shown)) is not a number that the model can take",
          place: "row \(row + 1)",
          column: name,
          remedy: "give a finite number, or mark the cell as missing when it is unknown"
        )
      }
      encoded[row * width + offset] = element
    }
    switch cells {
    case .numbers(let values, _):
      for (row, value) in values.enumerated() {
        if isMissing(row) || self.missing.contains(value) {
          try put(nil, row, "")
        } else {
          try put(value, row, value.isFinite && abs(value) < 1e30 ? "" : "\(value)")
        }
      }
    case .texts(let texts, _):
      for (row, text) in texts.enumerated() {
        if isMissing(row) || self.missing.contains(text) {
          try put(nil, row, "")
        } else {
          try put(CellText.number(text) ?? .nan, row, text)
        }
      }
    }
  }

  private func encode(
    _ cells: TableBatch.Cells,
    _ category: Category,
    _ name: String,
    _ offset: Int,
    _ encoded: inout [Float]
  ) throws(TableProblem) {
    let missing = cells.missing
    func put(_ word: String?, _ row: Int) throws(TableProblem) {
      if let element = category.element(word) {
        encoded[row * width + offset + element] = 1
      } else if let word, !acceptsUnknownCategories, !category.knows(word) {
        throw category.unknown(word, place: "row \(row + 1)", column: name)
      }
    }
    switch cells {
    case .numbers(let values, _):
      for (row, value) in values.enumerated() {
        let isMissing = (!missing.isEmpty && missing[row]) || self.missing.contains(value)
        try put(isMissing ? nil : CellText.word(value), row)
      }
    case .texts(let texts, _):
      for (row, text) in texts.enumerated() {
        let isMissing = (!missing.isEmpty && missing[row]) || self.missing.contains(text)
        try put(isMissing ? nil : CellText.trimmed(text), row)
      }
    }
  }
}
