import Primitives

/// Reads tensors in the words of the Open Inference Protocol V2, checked against what the model
/// takes.
enum TensorsJSON {
  static func inputs(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int,
    _ forms: [TensorForm]
  ) throws(InvocationProblem) -> [TensorValues] {
    var reader = JSONReader(bytes, from: start)
    var tensors: [TensorValues] = []
    guard try reader.peek() == .array else {
      throw .mismatch("wrong_type", "expected an array of tensors", field: "inputs")
    }
    try reader.array { (reader, index) throws(InvocationProblem) in
      let tensor = try input(&reader, bytes, "inputs[\(index)]", forms)
      guard !tensors.contains(where: { $0.name == tensor.name }) else {
        throw .mismatch("repeated_tensor", "it is there twice", field: tensor.name)
      }
      tensors.append(tensor)
    }
    if let missing = forms.first(where: { form in !tensors.contains { $0.name == form.name } }) {
      throw .mismatch(
        "missing_tensor",
        "the tensor is missing; the model takes it as \(missing.words)",
        field: missing.name
      )
    }
    return tensors
  }

  private static func input(
    _ reader: inout JSONReader,
    _ bytes: UnsafeRawBufferPointer,
    _ place: String,
    _ forms: [TensorForm]
  ) throws(InvocationProblem) -> TensorValues {
    var name: String?
    var datatype: String?
    var shape: [Int64]?
    var data: Int?
    guard try reader.peek() == .object else {
      throw .mismatch("wrong_type", "expected an object", field: place)
    }
    try reader.object { (reader, member) throws(InvocationProblem) in
      switch member {
      case "name": name = try reader.text()
      case "datatype": datatype = try reader.text()
      case "shape": shape = try self.shape(&reader, place)
      case "data":
        data = reader.position
        try reader.skip()
      default: try reader.skip()
      }
    }
    guard let name else {
      throw InvocationProblem(.malformed, "no_name", "it has no `name`", field: place)
    }
    guard let form = forms.first(where: { $0.name == name }) else {
      let known = forms.map(\.name).joined(separator: ", ")
      throw .mismatch(
        "unknown_tensor",
        "the model has no such input; it takes \(known)",
        field: String(name.prefix(128))
      )
    }
    if let datatype, datatype != form.type.rawValue {
      throw .mismatch(
        "wrong_datatype",
        "the model takes \(form.type.rawValue), not \(datatype.prefix(32))",
        field: name
      )
    }
    guard let data else {
      throw InvocationProblem(.malformed, "no_data", "it has no `data`", field: name)
    }
    var values = NestedElements(form)
    var dataReader = JSONReader(bytes, from: data)
    try values.read(&dataReader)
    let given = shape ?? values.shape
    try TensorShape.check(given, against: form)
    let isFlat = values.shape.count == 1
    guard TensorValues.elementCount(of: given) == values.elements.count,
      isFlat || values.shape == given
    else {
      throw .mismatch(
        "wrong_count",
        "`data` has \(values.elements.count) elements as \(values.shape), which is not the shape "
          + "\(given)",
        field: name
      )
    }
    return values.elements.tensor(name: name, shape: given)
  }

  /// Instances of a model with one input: its rows.
  static func instances(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int,
    _ form: TensorForm
  ) throws(InvocationProblem) -> TensorValues {
    var reader = JSONReader(bytes, from: start)
    var values = NestedElements(form)
    try values.read(&reader)
    try TensorShape.check(values.shape, against: form)
    return values.elements.tensor(name: form.name, shape: values.shape)
  }

  private static func shape(
    _ reader: inout JSONReader,
    _ place: String
  ) throws(InvocationProblem) -> [Int64] {
    var shape: [Int64] = []
    guard try reader.peek() == .array else {
      throw .mismatch("wrong_type", "expected an array of whole numbers", field: "\(place).shape")
    }
    try reader.array { (reader, index) throws(InvocationProblem) in
      let number = try reader.numberText()
      guard index < 32, let dimension = Int64(number.text), dimension >= 0 else {
        throw .mismatch(
          "wrong_shape",
          "expected at most 32 whole numbers from 0",
          field: "\(place).shape"
        )
      }
      shape.append(dimension)
    }
    return shape
  }
}

/// Comparing shapes with what a model takes.
public enum TensorShape {
  public static func check(
    _ shape: [Int64],
    against form: TensorForm
  ) throws(InvocationProblem) {
    let fits =
      shape.count == form.shape.count
      && zip(shape, form.shape).allSatisfy { $1 < 0 || $0 == $1 }
    guard fits else {
      throw .mismatch(
        "wrong_shape",
        "the model takes the shape \(form.shape) (-1 is any), not \(shape)",
        field: form.name
      )
    }
  }
}

/// The elements of nested arrays, and the shape that they have.
private struct NestedElements {
  let form: TensorForm
  var elements: ElementBuffer
  private(set) var shape: [Int64] = []
  /// The depth at which elements stand.
  private var depth: Int?

  init(_ form: TensorForm) {
    self.form = form
    elements = ElementBuffer(form.type)
  }

  mutating func read(_ reader: inout JSONReader) throws(InvocationProblem) {
    try read(&reader, at: 0)
  }

  private mutating func read(
    _ reader: inout JSONReader,
    at level: Int
  ) throws(InvocationProblem) {
    guard level < 32 else { throw problem("wrong_shape", "nested more than 32 deep") }
    let kind = try reader.peek()
    guard kind == .array else {
      guard depth ?? level == level else { throw uneven }
      depth = level
      try append(kind, &reader)
      return
    }
    guard depth.map({ level < $0 }) ?? true else { throw uneven }
    var count: Int64 = 0
    try reader.array { (reader, _) throws(InvocationProblem) in
      try self.read(&reader, at: level + 1)
      count += 1
    }
    if shape.count <= level {
      // Inner levels are known first: theirs were put behind place holders.
      while shape.count < level { shape.append(-1) }
      shape.append(count)
    } else if shape[level] == -1 {
      shape[level] = count
    } else if shape[level] != count {
      throw uneven
    }
  }

  private mutating func append(
    _ kind: JSONReader.Kind,
    _ reader: inout JSONReader
  ) throws(InvocationProblem) {
    guard elements.byteCount < ElementBuffer.maximumBytes else {
      throw InvocationProblem(
        .tooLarge,
        "too_large",
        "a request's tensor may take \(ElementBuffer.maximumBytes) bytes: send it in parts",
        field: form.name
      )
    }
    let isTaken: Bool
    switch kind {
    case .number:
      if form.type == .fp32 || form.type == .fp64 {
        isTaken = elements.append(try reader.number())
      } else {
        isTaken = elements.append(text: try reader.numberText().text)
      }
    case .bool: isTaken = elements.append(bool: try reader.bool())
    case .text: isTaken = elements.append(bytes: Bytes(try reader.text()))
    case .null, .object, .array: isTaken = false
    }
    guard isTaken else {
      throw problem(
        "wrong_type",
        "element \(elements.count) is no \(form.type.rawValue): found \(kind.rawValue)"
          + (kind == .number ? " that it cannot hold" : "")
      )
    }
  }

  private var uneven: InvocationProblem {
    problem("wrong_shape", "the nested arrays of `data` differ in length")
  }

  private func problem(_ code: String, _ message: String) -> InvocationProblem {
    .mismatch(code, message, field: form.name)
  }
}
