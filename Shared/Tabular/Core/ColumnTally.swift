/// What the cells of one column were so far.
struct ColumnTally: Sendable {
  /// A column of numbers and words is refused when at least this share of its known cells are
  /// numbers: so few words are slips far more often than categories.
  static let numberShare = 0.8

  private(set) var missingCount: UInt64 = 0
  private(set) var numberCount: UInt64 = 0
  /// Known cells that are no numbers; some of them dates, or numbers with a decimal comma.
  private(set) var wordCount: UInt64 = 0
  private var dateCount: UInt64 = 0
  private var commaCount: UInt64 = 0
  /// The first cell that is no number: its text, quoted and cut, and where it stands.
  private(set) var firstWord: (text: String, place: String)?
  private var minimum = Double.infinity
  private var maximum = -Double.infinity
  /// Hashes stand for the values: two of 65 536 fall together with a chance of 1e-10.
  private var distinct: Set<UInt64> = []
  /// What the column holds by the word of its owner.
  private let wanted: ColumnSummary.Kind?

  init(wanted: ColumnSummary.Kind?) { self.wanted = wanted }

  private var knownCount: UInt64 { numberCount + wordCount }

  /// Throws for a word in a column that shall hold numbers.
  mutating func add(
    _ row: CSVRow,
    _ index: Int,
    fileNumber: Int,
    name: String,
    distinctLimit: Int
  ) throws(TableProblem) {
    if row.isMissing(index) {
      missingCount += 1
      return
    }
    let hash: UInt64
    if wanted != .category, let number = row.number(index) {
      numberCount += 1
      minimum = min(minimum, number)
      maximum = max(maximum, number)
      // By value, so that 1 and 1.0 are one; -0 is 0.
      hash = (number + 0).bitPattern
    } else {
      if wanted == .number {
        throw TableProblem(
          "\(TableProblem.quoted(row.text(index))) is not a number",
          place: Self.place(row, fileNumber),
          column: name,
          remedy: NumberAdvice.remedy(row.text(index), column: name)
        )
      }
      wordCount += 1
      if row.isDate(index) { dateCount += 1 }
      if row.hasDecimalComma(index) { commaCount += 1 }
      if firstWord == nil { firstWord = (row.text(index), Self.place(row, fileNumber)) }
      hash = row.withCell(index) { bytes in
        // FNV-1a, 64 bits.
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      }
    }
    if distinct.count < distinctLimit { distinct.insert(hash) }
  }

  private static func place(_ row: CSVRow, _ fileNumber: Int) -> String {
    fileNumber > 1 ? "file \(fileNumber), \(row.place)" : row.place
  }

  /// Throws for a column that is neither clearly numbers nor clearly words, unless its owner has
  /// said what it is.
  func summary(_ name: String) throws(TableProblem) -> ColumnSummary {
    let kind: ColumnSummary.Kind
    if let wanted { kind = wanted } else { kind = try self.kind(name) }
    let isNumber = kind == .number && numberCount > 0
    return ColumnSummary(
      name: name,
      kind: kind,
      missingCount: missingCount,
      distinctCount: UInt64(distinct.count),
      minimum: isNumber ? minimum : 0,
      maximum: isNumber ? maximum : 0
    )
  }

  private func kind(_ name: String) throws(TableProblem) -> ColumnSummary.Kind {
    guard let firstWord else { return numberCount > 0 ? .number : .category }
    if numberCount == 0, dateCount == wordCount { return .date }
    let isSlip = Double(numberCount) >= Self.numberShare * Double(knownCount)
    guard isSlip || commaCount == wordCount else { return .category }
    throw TableProblem(
      "\(TableProblem.quoted(firstWord.text)) is not a number, and "
        + (numberCount > 0
          ? "\(numberCount) of the column's \(knownCount) known cells are"
          : "the column looks like numbers"),
      place: firstWord.place,
      column: name,
      remedy: NumberAdvice.remedy(firstWord.text, column: name)
    )
  }

  /// What its owner should see: a column of words some of which are numbers.
  func note(_ name: String) -> String? {
    guard wanted == nil, numberCount > 0, let firstWord else { return nil }
    return "column \(TableProblem.quoted(name)) holds categories, though \(numberCount) of its "
      + "\(knownCount) known cells are numbers: the first that is none is "
      + "\(TableProblem.quoted(firstWord.text)) in \(firstWord.place)"
  }
}

/// What to do about a cell that is no number.
enum NumberAdvice {
  static func remedy(_ text: String, column: String) -> String {
    let start =
      CellText.hasDecimalComma(text)
      ? "write numbers with a decimal point and without marks between thousands"
      : "correct it, or say that it stands for a missing value (--missing-value \(shell(text)))"
    return start + ", or say that the column holds categories (--column \(shell(column))=category)"
  }

  /// As it can be given to a command; what is long or odd is left to its writer.
  private static func shell(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      CellText.isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
    return isPlain && text.utf8.count <= 40 ? text : TableProblem.quoted(text)
  }
}
