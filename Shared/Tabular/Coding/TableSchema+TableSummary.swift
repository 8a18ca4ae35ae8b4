public import Protocols
public import Tabular

extension TableSchema {
  public init(_ summary: TableSummary) {
    self.init(
      columns: summary.columns.map { column in
        ColumnSchema(
          name: column.name,
          type: ColumnType(column.kind),
          missingCount: column.missingCount,
          distinctCount: column.distinctCount,
          minimum: column.minimum,
          maximum: column.maximum
        )
      },
      rowCount: summary.rowCount,
      delimiter: summary.format.delimiter.rawValue,
      missingValues: summary.format.missing.further
    )
  }
}

extension TableSummary {
  /// Throws for a column without a type, and for a delimiter, that is known here.
  public init(_ schema: TableSchema) throws(TableProblem) {
    var columns: [ColumnSummary] = []
    columns.reserveCapacity(schema.columns.count)
    for column in schema.columns {
      columns.append(
        ColumnSummary(
          name: column.name,
          kind: try ColumnSummary.Kind(column),
          missingCount: column.missingCount,
          distinctCount: column.distinctCount,
          minimum: column.minimum,
          maximum: column.maximum
        )
      )
    }
    let delimiter = schema.delimiter.isEmpty ? .comma : Delimiter(rawValue: schema.delimiter)
    guard let delimiter else {
      throw TableProblem(
        "the schema says that \(TableProblem.quoted(schema.delimiter)) separates cells, which is "
          + "not known here",
        remedy: "add the dataset again"
      )
    }
    self.init(
      columns: columns,
      rowCount: schema.rowCount,
      format: TableFormat(delimiter: delimiter, missing: try MissingValues(schema.missingValues))
    )
  }
}

extension ColumnType {
  public init(_ kind: ColumnSummary.Kind) {
    self =
      switch kind {
      case .number: .number
      case .category: .category
      case .date: .date
      }
  }
}

extension ColumnSummary.Kind {
  fileprivate init(_ column: ColumnSchema) throws(TableProblem) {
    switch column.type {
    case .number: self = .number
    case .category: self = .category
    case .date: self = .date
    case .unspecified, .unrecognized:
      throw TableProblem(
        "the schema gives it no type that is known here",
        column: column.name,
        remedy: "add the dataset again"
      )
    }
  }
}
