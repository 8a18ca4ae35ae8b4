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
  /// Lines of `notes` at most.
  public static let noteLimit = 10
  /// Bytes of a column's name at most.
  public static let nameLimitBytes = 256

  private let header: Header
  private let kinds: [String: ColumnSummary.Kind]
  private var names: [String] = []
  private var hasHeader = false
  private var isFirstLineOfFile = true
  private var fileCount = 0
  private var tallies: [ColumnTally] = []
  private var distinctLimit = Self.distinctLimit
  private var rowCount: UInt64 = 0

  /// - Parameter kinds: what columns hold by the word of the table's owner, numbers or categories;
  ///   of the others it is found out.
  public init(header: Header = .detected, kinds: [String: ColumnSummary.Kind] = [:]) {
    self.header = header
    self.kinds = kinds
  }

  /// The next rows are those of another file of the same table.
  public mutating func beginFile() {
    isFirstLineOfFile = true
    fileCount += 1
  }

  /// Throws when the row has not as many cells as the first, for names that cannot be used, and for
  /// a word in a column that shall hold numbers.
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
    for index in names.indices {
      try tallies[index].add(
        row,
        index,
        fileNumber: fileCount,
        name: names[index],
        distinctLimit: distinctLimit
      )
    }
  }

  /// Throws when there was no row, and for a column without a kind of its own of whose known cells
  /// most, but not all, are numbers: it would silently become one of categories.
  public func finish() throws(TableProblem) -> TableSummary {
    guard rowCount > 0 else {
      throw TableProblem(
        names.isEmpty ? "the table is empty" : "the table has a header and no row",
        remedy: "give at least one row"
      )
    }
    var columns: [ColumnSummary] = []
    for (name, tally) in zip(names, tallies) {
      do throws(TableProblem) {
        columns.append(try tally.summary(name))
      } catch {
        throw withoutHeader(error)
      }
    }
    return TableSummary(columns: columns, rowCount: rowCount)
  }

  /// A problem in a first line that was not taken for a header, which it may have been.
  private func withoutHeader(_ problem: TableProblem) -> TableProblem {
    guard !hasHeader, problem.place == "line 1" else { return problem }
    var problem = problem
    problem.remedy =
      "if line 1 names the columns, give each a name that is no number; else " + problem.remedy
    return problem
  }

  /// What the owner of the table should see: columns of words some of which are numbers.
  public var notes: [String] {
    let all = zip(names, tallies).lazy.compactMap { $1.note($0) }
    return Array(all.prefix(Self.noteLimit))
  }

  /// The first row of all: true when it is a header.
  private mutating func begin(_ row: CSVRow) throws(TableProblem) -> Bool {
    let texts = row.texts
    switch header {
    case .present: hasHeader = true
    case .absent: hasHeader = false
    case .detected: hasHeader = looksLikeHeader(row)
    }
    distinctLimit = min(Self.distinctLimit, Self.totalDistinctLimit / max(1, texts.count))
    names = hasHeader ? texts : texts.indices.map { "column_\($0 + 1)" }
    tallies = names.map { ColumnTally(wanted: kinds[$0]) }
    if hasHeader { try checkNames(row) }
    if let unknown = kinds.keys.sorted().first(where: { !names.contains($0) }) {
      throw TableProblem(
        "the table has no column \(TableProblem.quoted(unknown)), which was given a type",
        remedy: NearestName.advice(unknown, among: names)
      )
    }
    return hasHeader
  }

  private func checkNames(_ row: CSVRow) throws(TableProblem) {
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
}
