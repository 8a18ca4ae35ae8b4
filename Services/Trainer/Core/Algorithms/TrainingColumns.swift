public import Tabular

/// Which columns of a table an algorithm learns from, and which it predicts.
public struct TrainingColumns: Sendable, Equatable {
  /// In the table's order.
  public let features: [ColumnSummary]
  /// Nil for an algorithm that predicts no column.
  public let label: ColumnSummary?
  /// The columns that are no features, the label among them; in the table's order.
  public let ignored: [String]

  /// Different words in a column of categories at most: each becomes an element of every row.
  public static let categoryLimit: UInt64 = 1000

  /// Throws, naming the column, when the label is not there, holds no numbers, or is given to an
  /// algorithm that takes none; when an ignored column is not there; when a feature is a date, has
  /// no known value or too many different words; and when no feature is left.
  public init(
    of table: TableSummary,
    label: String,
    ignored: [String],
    for algorithm: Algorithm
  ) throws(TableProblem) {
    for name in ignored { _ = try Self.find(name, table, "ignored column") }
    self.label = try Self.label(label, table, algorithm)
    if self.label != nil, ignored.contains(label) {
      throw TableProblem("is both label and ignored", column: label, remedy: "drop one of them")
    }
    let ignored = Set(ignored)
    var features: [ColumnSummary] = []
    for column in table.columns where column.name != label && !ignored.contains(column.name) {
      try Self.checkFeature(column)
      features.append(column)
    }
    guard !features.isEmpty else {
      throw TableProblem(
        "no column is left to learn from",
        remedy: "ignore fewer of \(TableProblem.list(table.names))"
      )
    }
    self.features = features
    self.ignored = table.names.filter { $0 == label || ignored.contains($0) }
  }

  private static func find(
    _ name: String,
    _ table: TableSummary,
    _ role: String
  ) throws(TableProblem) -> ColumnSummary {
    if let column = table.columns.first(where: { $0.name == name }) { return column }
    throw TableProblem(
      "the dataset has no column \(TableProblem.quoted(name)), named as \(role)",
      remedy: NearestName.advice(name, among: table.names)
    )
  }

  private static func label(
    _ name: String,
    _ table: TableSummary,
    _ algorithm: Algorithm
  ) throws(TableProblem) -> ColumnSummary? {
    switch algorithm.label {
    case .none:
      guard name.isEmpty else {
        throw TableProblem(
          "\(algorithm.name) predicts no column, and the label is \(TableProblem.quoted(name))",
          remedy: "leave the label out; ignore the column if it shall not be a feature"
        )
      }
      return nil
    case .number:
      guard !name.isEmpty else {
        throw TableProblem(
          "\(algorithm.name) needs a label: the column to predict",
          remedy: "name one of \(TableProblem.list(table.names))"
        )
      }
      let column = try find(name, table, "label")
      switch column.kind {
      case .number: return column
      case .category:
        throw labelProblem(
          column.distinctCount == 0 ? "has no known value" : "holds words",
          name,
          algorithm
        )
      case .date: throw labelProblem("holds dates", name, algorithm)
      }
    }
  }

  private static func labelProblem(
    _ what: String,
    _ name: String,
    _ algorithm: Algorithm
  ) -> TableProblem {
    TableProblem(
      "the label \(TableProblem.quoted(name)) \(what), and \(algorithm.name) predicts numbers",
      remedy: "name a column of numbers as label"
    )
  }

  private static func checkFeature(_ column: ColumnSummary) throws(TableProblem) {
    switch column.kind {
    case .number: break
    case .date:
      throw TableProblem(
        "holds dates, which no algorithm here learns from",
        column: column.name,
        remedy: "ignore it, or replace it with numbers such as year, month or days since a day"
      )
    case .category:
      if column.distinctCount == 0 {
        throw TableProblem(
          "has no known value, so there is nothing to learn",
          column: column.name,
          remedy: "ignore it"
        )
      }
      if column.distinctCount > categoryLimit {
        throw TableProblem(
          "has \(column.distinctCount) different words, and \(categoryLimit) are the limit",
          column: column.name,
          remedy: "ignore it, as it may be an identifier, or group its words"
        )
      }
    }
  }
}
