public import Primitives

/// What a model answered, on its way to a client.
public struct InvocationAnswer: Sendable, Equatable {
  public var model: String
  public var modelVersion: UInt32
  public var outputs: [TensorValues]

  public init(model: String, modelVersion: UInt32, outputs: [TensorValues]) {
    self.model = model
    self.modelVersion = modelVersion
    self.outputs = outputs
  }

  /// As many bytes as the answer's text may have, in JSON or in CSV.
  public var maximumTextBytes: Int {
    let names = model.utf8.count + outputs.reduce(0) { $0 + $1.name.utf8.count + 256 }
    return outputs.reduce(6 * names + 256) { $0 + $1.maximumTextBytes }
  }

  /// An answer of the back end that contradicts itself.
  public struct Unsound: Error, Sendable, Equatable {
    public var tensor: String
  }

  /// Why an answer has no form in CSV.
  public enum CSVProblem: Error, Sendable, Equatable {
    case unsound(tensor: String)
    /// The outputs differ in their number of rows, or have more than two dimensions.
    case noTable(tensor: String)
  }

  /// `{"model_name":"m","model_version":"1","outputs":[{"name":"y","datatype":"FP32","shape":[2],
  /// "data":[1.5,2.0]}]}`, the data flat.
  public func json() throws(Unsound) -> Bytes {
    var json = JSONText()
    json.raw("{\"model_name\":")
    json.text(model)
    json.raw(",\"model_version\":")
    json.text("\(modelVersion)")
    json.raw(",\"outputs\":[")
    for (index, tensor) in outputs.enumerated() {
      guard let elements = ElementText(tensor),
        let count = TensorValues.elementCount(of: tensor.shape)
      else { throw Unsound(tensor: tensor.name) }
      if index > 0 { json.raw(",") }
      json.raw("{\"name\":")
      json.text(tensor.name)
      json.raw(",\"datatype\":")
      json.text(tensor.type.rawValue)
      json.raw(",\"shape\":[")
      for (position, dimension) in tensor.shape.enumerated() {
        if position > 0 { json.raw(",") }
        json.number(dimension)
      }
      json.raw("],\"data\":[")
      for position in 0..<count {
        if position > 0 { json.raw(",") }
        elements.write(position, to: &json)
      }
      json.raw("]}")
    }
    json.raw("]}\n")
    return Bytes(json.bytes)
  }

  /// One line an item, the outputs side by side (RFC 4180). A header line, when it is asked for,
  /// names a column `y`, or `y_0`, `y_1` … where an item has several values. NaN and infinities
  /// are empty cells.
  public func csv(withHeader: Bool) throws(CSVProblem) -> Bytes {
    var columns: [(elements: ElementText, tensor: TensorValues, width: Int)] = []
    var rowCount: Int?
    for tensor in outputs {
      guard let elements = ElementText(tensor) else { throw .unsound(tensor: tensor.name) }
      let rows = tensor.shape.first.map { Int($0) } ?? 1
      guard tensor.shape.count <= 2, rowCount ?? rows == rows else {
        throw .noTable(tensor: tensor.name)
      }
      rowCount = rows
      let width = tensor.shape.count == 2 ? Int(tensor.shape[1]) : 1
      columns.append((elements, tensor, width))
    }
    var csv: [UInt8] = []
    if withHeader {
      let names = columns.flatMap { column in
        column.tensor.shape.count == 2 && column.width != 1
          ? (0..<column.width).map { "\(column.tensor.name)_\($0)" } : [column.tensor.name]
      }
      csv += Array(names.map(InvocationAnswer.quoted).joined(separator: ",").utf8)
      csv += [0x0D, 0x0A]
    }
    for row in 0..<(rowCount ?? 0) {
      var isFirst = true
      for column in columns {
        for position in 0..<column.width {
          if !isFirst { csv.append(UInt8(ascii: ",")) }
          isFirst = false
          let index = row * column.width + position
          csv += InvocationAnswer.cell(column.elements, column.tensor.type, index)
        }
      }
      csv += [0x0D, 0x0A]
    }
    return Bytes(csv)
  }

  private static func cell(_ elements: ElementText, _ type: ElementType, _ index: Int) -> [UInt8] {
    if type == .bytes { return Array(quoted(elements.text(index)).utf8) }
    var json = JSONText()
    elements.write(index, to: &json)
    return json.bytes == Array("null".utf8) ? [] : json.bytes
  }

  private static func quoted(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}

extension TensorValues {
  /// Of all elements as texts, each with a comma. A character has at most six bytes, as `\u0000`.
  fileprivate var maximumTextBytes: Int {
    guard type != .bytes else { return elements.reduce(0) { $0 + $1.count * 6 + 3 } }
    return data.count / type.width * type.maximumTextBytes
  }
}

extension ElementType {
  /// Of one element and a comma; those of BYTES aside.
  fileprivate var maximumTextBytes: Int {
    switch self {
    case .bool: 6
    case .uint8, .int8: 5
    case .uint16, .int16: 7
    case .uint32, .int32: 12
    case .uint64, .int64: 21
    case .fp16, .bf16, .fp32: 16
    case .fp64: 25
    case .bytes: 0
    }
  }
}
