/// What is known of a table's column.
public struct ColumnSummary: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Every cell that is not missing is a finite number.
    case number
    /// Words out of a set; also a column without a single known cell.
    case category
    /// Every cell that is not missing is a date of ISO 8601. Known so that training can refuse it.
    case date
  }

  public var name: String
  public var kind: Kind
  public var missingCount: UInt64
  /// Different values that are not missing: counted up to `SchemaBuilder.distinctLimit`.
  public var distinctCount: UInt64
  /// Of a column of numbers; 0 for the others.
  public var minimum: Double
  public var maximum: Double

  public init(
    name: String,
    kind: Kind,
    missingCount: UInt64 = 0,
    distinctCount: UInt64 = 0,
    minimum: Double = 0,
    maximum: Double = 0
  ) {
    self.name = name
    self.kind = kind
    self.missingCount = missingCount
    self.distinctCount = distinctCount
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// What is known of a whole table.
public struct TableSummary: Sendable, Equatable {
  public var columns: [ColumnSummary]
  public var rowCount: UInt64
  /// How its files are written.
  public var format: TableFormat

  public init(
    columns: [ColumnSummary],
    rowCount: UInt64,
    format: TableFormat = TableFormat()
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.format = format
  }

  public var names: [String] { columns.map(\.name) }
}
