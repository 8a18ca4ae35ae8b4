public import Tabular

/// A table in memory for training: its features and its label, by column. Words are numbered.
public struct TrainingTable: Sendable {
  public enum Cells: Sendable {
    /// NaN where the cell is missing.
    case numbers([Double])
    /// Numbers of `words`; -1 where the cell is missing. Words are numbered as they come.
    case words([Int32], words: [String])
  }

  public struct Column: Sendable {
    public let name: String
    public var cells: Cells
  }

  public let features: [Column]
  /// Empty for an algorithm that predicts no column.
  public let label: [Double]
  public let rowCount: Int
  /// Rows that were left out, since their label is not known.
  public let unlabelledCount: Int
}

/// Gathers a `TrainingTable` from the rows of CSV files.
///
/// The first line of each file is a header when more than half of its cells are names of the
/// table's columns; then the file's columns may stand in any order. Without one they stand in the
/// order of the schema.
public struct TrainingTableBuilder: Sendable {
  /// Cells of features and label at most: 2 GiB.
  public static let cellLimit = 1 << 28

  private struct Target: Sendable {
    enum Role { case number, words, label, ignored }
    var name: String
    var role: Role
    var numbers: [Double] = []
    var codes: [Int32] = []
    var words: [String] = []
    var numberOfWord: [String: Int32] = [:]

    mutating func reserve(_ rowCount: Int) {
      switch role {
      case .number, .label: numbers.reserveCapacity(rowCount)
      case .words: codes.reserveCapacity(rowCount)
      case .ignored: break
      }
    }
  }

  private var targets: [Target]
  private let names: [String]
  /// Of each cell of a line, its target; nil before the first line of a file.
  private var order: [Int]?
  private var rowCount = 0
  private var unlabelledCount = 0
  private let usedCount: Int
  private let labelIndex: Int?
  private let rowLimit: Int

  /// Throws when a table of as many rows as its schema tells of is too large. Room for these is
  /// made at once; what comes beyond is bounded too.
  public init(
    _ columns: TrainingColumns,
    of table: TableSummary,
    memory: MemoryBudget = .unlimited
  ) throws(TableProblem) {
    names = table.names
    let usedCount = columns.features.count + (columns.label == nil ? 0 : 1)
    guard table.rowCount <= UInt64(Self.cellLimit / max(1, usedCount)) else {
      throw Self.tooManyCells
    }
    try memory.check(MemoryNeed(rowCount: Double(table.rowCount), columns: columns))
    let expected = Int(table.rowCount)
    self.usedCount = usedCount
    rowLimit = memory.rowLimit(columns, expected: expected)
    let features = Set(columns.features.map(\.name))
    targets = table.columns.map { column in
      if column.name == columns.label?.name { return Target(name: column.name, role: .label) }
      guard features.contains(column.name) else {
        return Target(name: column.name, role: .ignored)
      }
      return Target(name: column.name, role: column.kind == .number ? .number : .words)
    }
    for index in targets.indices { targets[index].reserve(expected) }
    labelIndex = targets.firstIndex { $0.role == .label }
  }

  public mutating func beginFile() { order = nil }

  /// Throws for a row of another width, a word where the schema says numbers, a header with other
  /// names, and more than `cellLimit` cells.
  public mutating func add(_ row: CSVRow) throws(TableProblem) {
    guard let order else {
      let known = Set(names)
      let texts = row.texts
      if texts.count(where: { known.contains($0) }) * 2 > texts.count {
        self.order = try orderOf(texts, row.place)
        return
      }
      self.order = Array(names.indices)
      try add(row)
      return
    }
    guard row.count == order.count else {
      throw TableProblem(
        "has \(row.count) cells, and the dataset \(names.count) columns",
        place: row.place,
        remedy: "add the dataset again"
      )
    }
    if let labelIndex, let cell = order.firstIndex(of: labelIndex), row.isMissing(cell) {
      unlabelledCount += 1
      return
    }
    rowCount += 1
    guard rowCount <= Self.cellLimit / max(1, usedCount) else { throw Self.tooManyCells }
    guard rowCount <= rowLimit else {
      throw TableProblem(
        "the dataset has many more rows than its schema says, more than there is memory for",
        place: row.place,
        remedy: "add the dataset again"
      )
    }
    for (cell, index) in order.enumerated() { try add(row, cell, index) }
  }

  private static let tooManyCells = TableProblem(
    "the dataset has more than \(cellLimit) cells, which is the limit of one training",
    remedy: "train on a part of the rows, or ignore columns"
  )

  /// Throws when no row was usable.
  public consuming func finish() throws(TableProblem) -> TrainingTable {
    guard rowCount > 0 else {
      throw TableProblem(
        unlabelledCount > 0 ? "no row has a label" : "the dataset has no row",
        remedy: "give rows to learn from"
      )
    }
    var features: [TrainingTable.Column] = []
    var label: [Double] = []
    for target in targets {
      switch target.role {
      case .number:
        features.append(TrainingTable.Column(name: target.name, cells: .numbers(target.numbers)))
      case .words:
        let cells = TrainingTable.Cells.words(target.codes, words: target.words)
        features.append(TrainingTable.Column(name: target.name, cells: cells))
      case .label: label = target.numbers
      case .ignored: break
      }
    }
    return TrainingTable(
      features: features,
      label: label,
      rowCount: rowCount,
      unlabelledCount: unlabelledCount
    )
  }

  private func orderOf(_ header: [String], _ place: String) throws(TableProblem) -> [Int] {
    var rest: [String: Int] = [:]
    for (index, name) in names.enumerated() { rest[name] = index }
    var order: [Int] = []
    for name in header {
      guard let index = rest.removeValue(forKey: name) else {
        throw TableProblem(
          "is not a column of the dataset, or is there twice",
          place: place,
          column: name,
          remedy: "give all files of a dataset the same columns"
        )
      }
      order.append(index)
    }
    guard let missing = names.first(where: { rest[$0] != nil }) else { return order }
    throw TableProblem(
      "is missing in this file",
      place: place,
      column: missing,
      remedy: "give all files of a dataset the same columns"
    )
  }

  private mutating func add(
    _ row: CSVRow,
    _ cell: Int,
    _ index: Int
  ) throws(TableProblem) {
    switch targets[index].role {
    case .ignored: break
    case .number, .label:
      if row.isMissing(cell) {
        targets[index].numbers.append(.nan)
      } else if let number = row.number(cell) {
        targets[index].numbers.append(number)
      } else {
        throw TableProblem(
          "\(TableProblem.quoted(row.text(cell))) is not a number",
          place: row.place,
          column: names[index],
          remedy: "add the dataset again: its schema says that the column holds numbers"
        )
      }
    case .words:
      guard !row.isMissing(cell) else {
        targets[index].codes.append(-1)
        return
      }
      let word = row.text(cell)
      if let code = targets[index].numberOfWord[word] {
        targets[index].codes.append(code)
        return
      }
      let code = Int32(targets[index].words.count)
      guard code < TrainingColumns.categoryLimit else {
        throw TableProblem(
          "has more than \(TrainingColumns.categoryLimit) different words",
          place: row.place,
          column: names[index],
          remedy: "ignore it, as it may be an identifier, or group its words"
        )
      }
      targets[index].numberOfWord[word] = code
      targets[index].words.append(word)
      targets[index].codes.append(code)
    }
  }
}
