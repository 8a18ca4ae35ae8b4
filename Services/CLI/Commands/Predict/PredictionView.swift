import Protocols

/// Predictions by row as JSON shows them:
/// `{"endpoint":…,"model":…,"model_version":…,"hosts":[…],"predictions":[{"row":1,…}]}`.
struct RowAnswer: Encodable {
  let endpoint: String
  let model: String
  let modelVersion: UInt32
  let hosts: [String]
  let predictions: [[String: JSONValue]]

  init(_ endpoint: String, _ result: PredictionResult, names: [String]) {
    self.endpoint = endpoint
    model = result.model
    modelVersion = result.modelVersion
    hosts = result.hosts
    predictions = result.rows(names: names)
  }
}

/// Tensors as JSON shows them, in the words of the Open Inference Protocol V2.
struct TensorAnswer: Encodable {
  struct Output: Encodable {
    let name: String
    let datatype: String
    let shape: [Int64]
    /// Flat, row by row.
    let data: [JSONValue]
  }

  let endpoint: String
  let model: String
  let modelVersion: UInt32
  let hosts: [String]
  let outputs: [Output]

  /// Values of a tensor that people see.
  private static let shownValues = 32

  /// - Throws: `CommandError` when a tensor does not hold what its shape says.
  init(_ endpoint: String, _ response: PredictResponse) throws(CommandError) {
    self.endpoint = endpoint
    model = response.model
    modelVersion = response.modelVersion
    hosts = response.host.isEmpty ? [] : [response.host]
    var outputs: [Output] = []
    for tensor in response.outputs {
      guard let values = TensorValues(tensor) else {
        throw CommandError(
          "the answer's tensor '\(tensor.name)' does not hold what its shape says",
          code: "BAD_ANSWER"
        )
      }
      outputs.append(
        Output(
          name: tensor.name,
          datatype: tensor.dataType.name,
          shape: tensor.shape,
          data: (0..<values.count).map { values.json($0) }
        )
      )
    }
    self.outputs = outputs
  }

  static func write(_ response: PredictResponse, _ out: Terminal) {
    var table = TextTable([.left("TENSOR"), .left("TYPE"), .left("SHAPE"), .left("VALUES")])
    for tensor in response.outputs {
      let values = TensorValues(tensor)
      let count = values?.count ?? 0
      let shown = (0..<min(count, shownValues)).compactMap { values?.text($0) }
      let more = count > shownValues ? "  … \(count) values" : ""
      table.add([
        tensor.name, tensor.dataType.name,
        "[\(tensor.shape.map { String($0) }.joined(separator: ", "))]",
        shown.joined(separator: "  ") + more,
      ])
    }
    table.write(to: out)
  }
}
