import Protocols

/// The answers of an endpoint, put together row by row.
struct PredictionResult: Equatable, Sendable {
  /// One tensor of the answer.
  struct Output: Equatable, Sendable {
    let name: String
    var dataType: DataType
    /// Without the first dimension, which is the rows.
    let rowShape: [Int64]
    /// One a call.
    var parts: [Part]
  }

  struct Part: Equatable, Sendable {
    let values: TensorValues
    let rowCount: Int
    /// Values of a row.
    let width: Int
  }

  private(set) var outputs: [Output] = []
  private(set) var rowCount = 0
  private(set) var model = ""
  private(set) var modelVersion: UInt32 = 0
  /// Those that answered, sorted.
  private(set) var hosts: [String] = []

  /// Takes the answer to a call for `itemCount` rows.
  /// - Throws: `CommandError` when the answer does not fit to what was asked.
  mutating func add(_ response: PredictResponse, itemCount: Int) throws(CommandError) {
    model = response.model
    modelVersion = response.modelVersion
    if !response.host.isEmpty, !hosts.contains(response.host) {
      hosts = (hosts + [response.host]).sorted()
    }
    let isFirst = rowCount == 0
    guard isFirst || response.outputs.count == outputs.count else {
      throw PredictionResult.damaged("the endpoint answered with other tensors than before")
    }
    for (index, tensor) in response.outputs.enumerated() {
      guard let values = TensorValues(tensor) else {
        throw PredictionResult.damaged(
          "the answer's tensor '\(tensor.name)' does not hold what its shape says"
        )
      }
      guard let first = tensor.shape.first, first == Int64(itemCount) else {
        throw PredictionResult.damaged(
          "the answer's tensor '\(tensor.name)' has the shape \(tensor.shape) for \(itemCount) rows"
        )
      }
      let width = itemCount == 0 ? 0 : values.count / itemCount
      let part = Part(values: values, rowCount: itemCount, width: width)
      if isFirst {
        outputs.append(
          Output(
            name: tensor.name,
            dataType: tensor.dataType,
            rowShape: Array(tensor.shape.dropFirst()),
            parts: [part]
          )
        )
      } else {
        guard outputs[index].name == tensor.name,
          outputs[index].rowShape == Array(tensor.shape.dropFirst())
        else {
          throw PredictionResult.damaged("the endpoint answered with other tensors than before")
        }
        outputs[index].parts.append(part)
      }
    }
    rowCount += itemCount
  }

  private static func damaged(_ what: String) -> CommandError {
    CommandError(
      what,
      remedy: "the model may not work row by row; ask it with tensors: --json",
      code: "BAD_ANSWER"
    )
  }

  // MARK: For people

  /// At most so many values of a row stand in one cell.
  private static let shownValues = 12

  /// One line a row, or a file where there are names.
  func table(names: [String]) -> TextTable {
    let first: TextTable.Column = names.isEmpty ? .right("ROW") : .left("FILE")
    let columns = outputs.map { output -> TextTable.Column in
      let title = output.name.uppercased()
      return output.dataType == .bytes || output.isWide ? .left(title) : .right(title)
    }
    var table = TextTable([first] + columns)
    var cells = (0..<rowCount).map { [names.isEmpty ? String($0 + 1) : names[$0]] }
    for output in outputs {
      var row = 0
      for part in output.parts {
        for local in 0..<part.rowCount {
          cells[row].append(PredictionResult.text(part, local))
          row += 1
        }
      }
    }
    for row in cells { table.add(row) }
    return table
  }

  private static func text(_ part: Part, _ row: Int) -> String {
    let start = row * part.width
    let shown = (start..<start + min(part.width, shownValues)).map { part.values.text($0) }
    let more = part.width > shownValues ? "  … \(part.width) values" : ""
    return shown.joined(separator: "  ") + more
  }

  // MARK: For JSON

  /// One object a row: a number for a single value, a flat list for several.
  func rows(names: [String]) -> [[String: JSONValue]] {
    var rows = (0..<rowCount).map { index -> [String: JSONValue] in
      names.isEmpty
        ? ["row": .integer(Int64(index + 1))] : ["file": .text(names[index])]
    }
    for output in outputs {
      var row = 0
      for part in output.parts {
        for local in 0..<part.rowCount {
          let start = local * part.width
          let values = (start..<start + part.width).map { part.values.json($0) }
          rows[row][output.name] = output.isWide ? .list(values) : values.first ?? .null
          row += 1
        }
      }
    }
    return rows
  }
}

extension PredictionResult.Output {
  /// More than one value a row.
  var isWide: Bool { TensorValues.elementCount(rowShape) != 1 }
}
