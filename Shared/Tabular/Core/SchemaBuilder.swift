/// Finds out in one pass what the columns of a table are.
///
/// Feed it all rows of all files of the table, each file's between `beginFile` and the next. The
/// first line of the first file is a header when told so, or, when it is to find out, when its
/// cells are words: none a number, a date or a marker of a missing value. One that is empty, or
/// there twice, is an error then. Without a header the columns are named `column_1`, `column_2`, ….
/// A later file's first line is a header when it is the same as the first file's.
public struct SchemaBuilder: Sendable {
  public enum Header: Sendable {
    case detected
    case present
    case absent
  }

  /// Different values that are counted in a column at most.
  public static let distinctLimit = 65_536
  /// Different values that are counted in all columns together: what bounds the memory (64 MiB).
  public static let totalDistinctLimit = 4 << 20
  /// Bytes of a column's name at most.
  public static let nameLimitBytes = 256

  private struct Tally: Sendable {
    var missingCount: UInt64 = 0
    var areNumbers = true
    var areDates = true
    var minimum = Double.infinity
    var maximum = -Double.infinity
    /// Hashes stand for the values: two of 65 536 fall together with a chance of 1e-10.
    var distinct: Set<UInt64> = []
  }

  private let header: Header
  private var names: [String] = []
  private var hasHeader = false
  private var isFirstLineOfFile = true
  private var tallies: [Tally] = []
  private var distinctLimit = Self.distinctLimit
  private var rowCount: UInt64 = 0

  public init(header: Header = .detected) { self.header = header }

  /// The next rows are those of another file of the same table.
  public mutating func beginFile() { isFirstLineOfFile = true }

  /// Throws when the row has not as many cells as the first, and for names that cannot be used.
  public mutating func add(_ row: CSVRow) throws(TableProblem) {
    let isFirstLine = isFirstLineOfFile
    isFirstLineOfFile = false
    if names.isEmpty {
      if try begin(row) { return }
    } else if isFirstLine, hasHeader, row.texts == names {
      return
    }
    guard row.count == names.count else {
      throw TableProblem(
        "has \(row.count) \(row.count == 1 ? "cell" : "cells"), "
          + "and the table \(names.count) columns",
        place: row.place,
        remedy: "give every line the same number of cells"
      )
    }
    rowCount += 1
    for index in names.indices { add(row, index) }
  }

  /// Throws when there was no row.
  public func finish() throws(TableProblem) -> TableSummary {
    guard rowCount > 0 else {
      throw TableProblem(
        names.isEmpty ? "the table is empty" : "the table has a header and no row",
        remedy: "give at least one row"
      )
    }
    return TableSummary(
      columns: zip(names, tallies).map { Self.summary($0, $1) },
      rowCount: rowCount
    )
  }

  private static func summary(_ name: String, _ tally: Tally) -> ColumnSummary {
    let isKnown = !tally.distinct.isEmpty
    let kind: ColumnSummary.Kind =
      !isKnown ? .category : tally.areNumbers ? .number : tally.areDates ? .date : .category
    let isNumber = kind == .number
    return ColumnSummary(
      name: name,
      kind: kind,
      missingCount: tally.missingCount,
      distinctCount: UInt64(tally.distinct.count),
      minimum: isNumber ? tally.minimum : 0,
      maximum: isNumber ? tally.maximum : 0
    )
  }

  /// The first row of all: true when it is a header.
  private mutating func begin(_ row: CSVRow) throws(TableProblem) -> Bool {
    let texts = row.texts
    switch header {
    case .present: hasHeader = true
    case .absent: hasHeader = false
    case .detected: hasHeader = looksLikeHeader(row)
    }
    tallies = texts.map { _ in Tally() }
    distinctLimit = min(Self.distinctLimit, Self.totalDistinctLimit / max(1, texts.count))
    names = hasHeader ? texts : texts.indices.map { "column_\($0 + 1)" }
    guard hasHeader else { return false }
    for (index, name) in names.enumerated()
    where name.isEmpty || name.utf8.count > Self.nameLimitBytes {
      throw TableProblem(
        name.isEmpty ? "has no name" : "its name has more than \(Self.nameLimitBytes) bytes",
        place: "\(row.place), column \(index + 1)",
        remedy: "name it in the header, or say that the table has none"
      )
    }
    if let twice = firstTwice(names) {
      throw TableProblem(
        "is there twice",
        place: row.place,
        column: twice,
        remedy: "give every column a name of its own"
      )
    }
    return true
  }

  /// Words only, one of which may be empty: that one, or one that is there twice, is then an error
  /// in the header, and not a sign that there is none.
  private func looksLikeHeader(_ row: CSVRow) -> Bool {
    var emptyCount = 0
    for index in row.texts.indices {
      if row.texts[index].isEmpty {
        emptyCount += 1
      } else if row.isMissing(index) || row.number(index) != nil || row.isDate(index) {
        return false
      }
    }
    return emptyCount == 0 || (emptyCount == 1 && row.count > 1)
  }

  private mutating func add(_ row: CSVRow, _ index: Int) {
    if row.isMissing(index) {
      tallies[index].missingCount += 1
      return
    }
    var hash: UInt64
    if let number = tallies[index].areNumbers ? row.number(index) : nil {
      tallies[index].minimum = min(tallies[index].minimum, number)
      tallies[index].maximum = max(tallies[index].maximum, number)
      // By value, so that 1 and 1.0 are one; -0 is 0.
      hash = (number + 0).bitPattern
      tallies[index].areDates = false
    } else {
      tallies[index].areNumbers = false
      if tallies[index].areDates { tallies[index].areDates = row.isDate(index) }
      hash = row.withCell(index) { bytes in
        // FNV-1a, 64 bits.
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      }
    }
    if tallies[index].distinct.count < distinctLimit { tallies[index].distinct.insert(hash) }
  }
}
