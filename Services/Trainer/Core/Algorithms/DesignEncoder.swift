public import Tabular

/// Encodes rows of a training table as `FittedTable.encode` does for a call, in double precision.
public struct DesignEncoder: Sendable {
  private enum Part: Sendable {
    case number(FittedTable.Number, values: [Double])
    /// Of each code the element, -1 for a word that the training rows do not have; the last entry
    /// is that of a missing cell.
    case category(codes: [Int32], elements: [Int], width: Int)
  }

  private let parts: [Part]
  public let width: Int

  /// - Parameter fitted: of this table's features, in their order.
  public init(_ table: TrainingTable, _ fitted: FittedTable) {
    precondition(table.features.map(\.name) == fitted.columns.map(\.name))
    width = fitted.width
    parts = zip(table.features, fitted.columns).map { column, fit in
      switch (column.cells, fit.encoding) {
      case (.numbers(let values), .number(let number)): .number(number, values: values)
      case (.words(let codes, let words), .category(let category)):
        .category(
          codes: codes,
          elements: words.map { category.element($0) ?? -1 } + [category.element(nil) ?? -1],
          width: category.categories.count
        )
      case (.numbers, .category), (.words, .number):
        preconditionFailure("the preprocessing is fitted on this table")
      }
    }
  }

  /// Writes row by row; `output` has room for `rows.count` × `width` elements.
  public func encode(_ rows: ArraySlice<Int>, into output: UnsafeMutableBufferPointer<Double>) {
    precondition(output.count >= rows.count * width)
    output.update(repeating: 0)
    var offset = 0
    for part in parts {
      var start = offset
      switch part {
      case .number(let number, let values):
        for row in rows {
          let value = values[row]
          output[start] = number.element(value.isNaN ? nil : value)
          start += width
        }
        offset += 1
      case .category(let codes, let elements, let count):
        for row in rows {
          let code = codes[row] < 0 ? elements.count - 1 : Int(codes[row])
          let element = elements[code]
          if element >= 0 { output[start + element] = 1 }
          start += width
        }
        offset += count
      }
    }
  }
}
