import Primitives

/// Reads tensors in the words of the Open Inference Protocol V2, checked against what the model
/// takes.
enum TensorsJSON {
  /// - Parameter forms: What the model takes; nil when nobody said. Then each tensor has to say
  ///   its name and its type.
  static func inputs(
    _ source: JSONSource,
    from start: Int,
    _ forms: [TensorForm]?
  ) throws(InvocationProblem) -> [TensorValues] {
    var reader = JSONReader(source.bytes, from: start)
    var tensors: [TensorValues] = []
    guard try reader.peek() == .array else {
      throw .mismatch("wrong_type", "expected an array of tensors", field: "inputs")
    }
    try reader.array { (reader, index) throws(InvocationProblem) in
      let tensor = try input(&reader, source, "inputs[\(index)]", forms)
      guard !tensors.contains(where: { $0.name == tensor.name }) else {
        throw .mismatch("repeated_tensor", "it is there twice", field: tensor.name)
      }
      guard index < 1024 else {
        throw InvocationProblem(.tooLarge, "too_many", "more than 1024 tensors", field: "inputs")
      }
      tensors.append(tensor)
    }
    if let missing = forms?.first(where: { form in !tensors.contains { $0.name == form.name } }) {
      throw .mismatch(
        "missing_tensor",
        "the tensor \(missing.name) is missing; the model takes it as \(missing.words)",
        field: missing.name
      )
    }
    return tensors
  }

  /// What one tensor says of itself.
  private struct Head {
    var name: String?
    var datatype: String?
    var shape: [Int64]?
    var data: InvocationJSON.Member?
  }

  private static func input(
    _ reader: inout JSONReader,
    _ source: JSONSource,
    _ place: String,
    _ forms: [TensorForm]?
  ) throws(InvocationProblem) -> TensorValues {
    let head = try head(&reader, place)
    guard let name = head.name ?? (forms?.count == 1 ? forms?[0].name : nil) else {
      throw InvocationProblem(.malformed, "no_name", "it has no `name`", field: place)
    }
    let form = try form(name, head, forms)
    guard let data = head.data else {
      throw InvocationProblem(.malformed, "no_data", "it has no `data`", field: name)
    }
    let values = try elements(source, data, name, form.type)
    let given = head.shape ?? values.shape
    if forms != nil { try form.check(given) }
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

  private static func head(
    _ reader: inout JSONReader,
    _ place: String
  ) throws(InvocationProblem) -> Head {
    guard try reader.peek() == .object else {
      throw .mismatch("wrong_type", "expected an object", field: place)
    }
    var head = Head()
    try reader.object { (reader, member) throws(InvocationProblem) in
      switch member {
      case "name": head.name = try reader.text()
      case "datatype": head.datatype = try reader.text()
      case "shape": head.shape = try self.shape(&reader, place)
      case "data":
        reader.census = ValueCensus()
        let start = reader.position
        try reader.skip()
        head.data = InvocationJSON.Member(start: start, census: reader.census)
      default: try reader.skip()
      }
    }
    return head
  }

  private static func form(
    _ name: String,
    _ head: Head,
    _ forms: [TensorForm]?
  ) throws(InvocationProblem) -> TensorForm {
    let type = head.datatype.flatMap { ElementType(rawValue: $0.uppercased()) }
    if let datatype = head.datatype, type == nil {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw .mismatch(
        "wrong_datatype",
        "the `datatype` \(datatype.prefix(32)) is none of \(known)",
        field: name
      )
    }
    guard let forms else {
      guard let type else {
        throw InvocationProblem(.malformed, "no_datatype", "it has no `datatype`", field: name)
      }
      return TensorForm(name: name, type: type, shape: [])
    }
    guard let form = forms.first(where: { $0.name == name }) else {
      let known = forms.map(\.name).joined(separator: ", ")
      throw .mismatch(
        "unknown_tensor",
        "the model has no input \(name.prefix(128)); it takes \(known)",
        field: String(name.prefix(128))
      )
    }
    guard type ?? form.type == form.type else {
      throw .mismatch(
        "wrong_datatype",
        "the model takes \(form.type.rawValue), and the `datatype` is \(type?.rawValue ?? "")",
        field: name
      )
    }
    return form
  }

  /// Instances of a model with one input: its rows.
  static func instances(
    _ source: JSONSource,
    _ member: InvocationJSON.Member,
    _ form: TensorForm
  ) throws(InvocationProblem) -> TensorValues {
    let values = try elements(source, member, form.name, form.type)
    try form.check(values.shape)
    guard TensorValues.elementCount(of: values.shape) == values.elements.count else {
      throw .mismatch(
        "wrong_count",
        "`instances` has \(values.elements.count) elements, which is not the shape \(values.shape)",
        field: form.name
      )
    }
    return values.elements.tensor(name: form.name, shape: values.shape)
  }

  private static func elements(
    _ source: JSONSource,
    _ member: InvocationJSON.Member,
    _ name: String,
    _ type: ElementType
  ) throws(InvocationProblem) -> NestedElements {
    try ReadingLimits.check(type, member.census, name: name)
    try source.take(MemoryWeight.tensor(type, member.census))
    var values = NestedElements(name: name, type: type, member.census)
    var reader = JSONReader(source.bytes, from: member.start)
    try values.read(&reader)
    return values
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
          "the `shape` must be at most 32 whole numbers from 0",
          field: "\(place).shape"
        )
      }
      shape.append(dimension)
    }
    return shape
  }
}
