import Primitives
import Protocols

/// Makes tensors of JSON in the words of the Open Inference Protocol V2:
/// `{"inputs":[{"name":…,"shape":[…],"datatype":"FP32","data":[…]}]}`. `data` may be nested as
/// the shape says, or flat.
struct TensorInputReader: Sendable {
  let path: String
  /// What the model takes; nil when nobody said. It fills in what the JSON leaves out.
  let signature: Signature?

  /// - Throws: `CommandError` that names the tensor and the field.
  func tensors(_ inputs: [JSONValue]) throws(CommandError) -> [Tensor] {
    var tensors: [Tensor] = []
    for (index, input) in inputs.enumerated() {
      guard let fields = input.asObject else {
        throw problem("inputs[\(index)] is \(input.kind), not an object")
      }
      tensors.append(try tensor(fields, index, of: inputs.count))
    }
    try checkNames(tensors)
    return tensors
  }

  private func tensor(
    _ fields: [String: JSONValue],
    _ index: Int,
    of count: Int
  ) throws(CommandError) -> Tensor {
    let only = count == 1 && signature?.inputs.count == 1 ? signature?.inputs.first : nil
    guard let name = fields["name"]?.asText ?? only?.name else {
      throw problem("inputs[\(index)] has no \"name\"")
    }
    let place = "input '\(name)'"
    let spec = signature?.inputs.first { $0.name == name }
    guard let given = fields["data"] else { throw problem("\(place) has no \"data\"") }
    let type = try dataType(fields["datatype"], spec, place)
    var flat: [JSONValue] = []
    var shape: [Int64] = []
    flatten(given, 0, &flat, &shape)
    if let written = fields["shape"] { shape = try self.shape(written, place) }
    guard let elementCount = TensorValues.elementCount(shape), elementCount == flat.count else {
      throw problem("\(place) has \(flat.count) values, which do not make the shape \(shape)")
    }
    if type == .bytes {
      var elements: [Bytes] = []
      for value in flat {
        guard let text = value.asText else {
          throw problem("\(place) is BYTES, and \(value.kind) is no text")
        }
        elements.append(Bytes(text))
      }
      return Tensor(name: name, dataType: type, shape: shape, elements: elements)
    }
    var packing = TensorPacking(type)
    for value in flat {
      guard packing.append(value) else {
        throw problem("\(place): \(TensorPacking.shown(value)) is no \(type.name)")
      }
    }
    return Tensor(name: name, dataType: type, shape: shape, data: Bytes(packing.bytes))
  }

  private func dataType(
    _ given: JSONValue?,
    _ spec: TensorSpec?,
    _ place: String
  ) throws(CommandError) -> DataType {
    guard let given else {
      guard let spec else { throw problem("\(place) has no \"datatype\"") }
      return spec.dataType
    }
    guard let text = given.asText, let type = DataType(name: text) else {
      let known = DataType.names.map(\.name).joined(separator: ", ")
      throw problem("\(place): the \"datatype\" must be one of \(known)")
    }
    return type
  }

  private func shape(_ given: JSONValue, _ place: String) throws(CommandError) -> [Int64] {
    var shape: [Int64] = []
    for value in given.asList ?? [.null] {
      guard case .integer(let size) = value, size >= 0 else {
        throw problem("\(place): the \"shape\" must be a list of whole numbers")
      }
      shape.append(size)
    }
    return shape
  }

  /// Depth first; the shape is that of the first element at each depth. JSON is at most 512 deep.
  private func flatten(
    _ value: JSONValue,
    _ depth: Int,
    _ flat: inout [JSONValue],
    _ shape: inout [Int64]
  ) {
    guard let list = value.asList else { return flat.append(value) }
    if shape.count == depth { shape.append(Int64(list.count)) }
    for element in list { flatten(element, depth + 1, &flat, &shape) }
  }

  private func checkNames(_ tensors: [Tensor]) throws(CommandError) {
    guard let signature else { return }
    let wanted = signature.inputs.map(\.name)
    let takes = "the model takes \(wanted.joined(separator: ", "))"
    for name in wanted where !tensors.contains(where: { $0.name == name }) {
      throw problem("the input '\(name)' is missing", takes)
    }
    for tensor in tensors where !wanted.contains(tensor.name) {
      throw problem("the model has no input '\(tensor.name)'", takes)
    }
  }

  private func problem(_ what: String, _ remedy: String? = nil) -> CommandError {
    CommandError("\(path): \(what)", remedy: remedy, exit: .badInput)
  }
}
