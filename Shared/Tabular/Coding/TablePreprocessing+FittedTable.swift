public import Protocols
public import Tabular

extension FittedTable {
  /// What a manifest says. Throws when a column has no encoding or the whole is not sound.
  public init(_ preprocessing: TablePreprocessing) throws(TableProblem) {
    var columns: [FittedTable.Column] = []
    columns.reserveCapacity(preprocessing.columns.count)
    for column in preprocessing.columns {
      switch column.encoding {
      case .number(let number)?:
        let fitted = FittedTable.Number(
          imputed: number.imputed,
          mean: number.mean,
          scale: number.scale
        )
        columns.append(FittedTable.Column(column.name, .number(fitted)))
      case .category(let category)?:
        let fitted = FittedTable.Category(
          categories: category.categories,
          imputed: category.imputed,
          unlearned: category.unlearned
        )
        columns.append(FittedTable.Column(column.name, .category(fitted)))
      case nil:
        throw TableProblem("the manifest has no encoding for it", column: column.name)
      }
    }
    try self.init(
      columns: columns,
      ignored: preprocessing.ignoredColumns,
      missing: try MissingValues(preprocessing.missingValues),
      acceptsUnknownCategories: preprocessing.acceptsUnknownCategories
    )
  }
}

extension TablePreprocessing {
  /// For a manifest: `tensor` is the name of the encoded rows' tensor.
  public init(_ table: FittedTable, tensor: String) {
    self.init(
      tensor: tensor,
      columns: table.columns.map { column in
        let encoding: FittedColumn.Encoding =
          switch column.encoding {
          case .number(let fitted):
            .number(
              FittedNumber(imputed: fitted.imputed, mean: fitted.mean, scale: fitted.scale)
            )
          case .category(let fitted):
            .category(
              FittedCategory(
                categories: fitted.categories,
                imputed: fitted.imputed,
                unlearned: fitted.unlearned
              )
            )
          }
        return FittedColumn(name: column.name, encoding: encoding)
      },
      ignoredColumns: table.ignored,
      missingValues: table.missing.further,
      acceptsUnknownCategories: table.acceptsUnknownCategories
    )
  }
}
