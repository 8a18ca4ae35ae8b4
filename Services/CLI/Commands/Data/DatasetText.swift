import Protocols

/// A dataset as tables for people.
enum DatasetText {
  static func columns(_ dataset: Dataset) -> TextTable {
    var table = TextTable([
      .left("COLUMN"), .left("TYPE"), .right("MISSING"), .right("DISTINCT"), .right("LOWEST"),
      .right("HIGHEST"),
    ])
    for column in dataset.schema_?.columns ?? [] {
      var cells = [
        column.name, type(column.type), String(column.missingCount), distinct(column.distinctCount),
      ]
      if case .number = column.type {
        cells += [ValueText.number(column.minimum), ValueText.number(column.maximum)]
      }
      table.add(cells)
    }
    return table
  }

  static func list(_ datasets: [Dataset]) -> TextTable {
    var table = TextTable([
      .left("DATASET"), .right("VERSION"), .right("ROWS"), .right("COLUMNS"), .right("SIZE"),
      .left("CREATED"), .left("DESCRIPTION"),
    ])
    for dataset in datasets {
      table.add([
        dataset.name, String(dataset.version), String(dataset.schema_?.rowCount ?? 0),
        String(dataset.schema_?.columns.count ?? 0),
        ValueText.bytes(Int64(clamping: size(dataset))),
        ValueText.time(unixMicroseconds: dataset.createdUnixUs), dataset.description_,
      ])
    }
    return table
  }

  static func size(_ dataset: Dataset) -> UInt64 {
    dataset.files.reduce(0) { $0 &+ $1.sizeBytes }
  }

  static func type(_ type: ColumnType) -> String {
    switch type {
    case .number: "number"
    case .category: "category"
    case .date: "date"
    case .unspecified: "unknown"
    case .unrecognized(let number): "unknown (\(number))"
    }
  }

  /// Counted up to 65 536.
  private static func distinct(_ count: UInt64) -> String {
    count >= 65_536 ? "65536+" : String(count)
  }
}
