/// One reading of a model: gathers what `ONNXModel` holds. Numbers are the fields of onnx.proto.
struct ModelReading {
  private var model = ONNXModel()
  private var hasGraph = false
  private var initializers: Set<String> = []
  private var inputs: [ONNXValue] = []
  private var externalFiles: Set<String> = []

  mutating func readModel(_ bytes: UnsafeRawBufferPointer) throws(ONNXProblem) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1: model.irVersion = field.value.integer ?? 0
      case 2: model.producerName = try field.value.name()
      case 3: model.producerVersion = try field.value.name()
      case 7:
        guard let graph = field.value.message else { throw ONNXProblem("has no graph") }
        guard !hasGraph else { throw ONNXProblem("has two graphs") }
        hasGraph = true
        try readGraph(graph, depth: 0)
      case 8: try readOperatorSet(field.value)
      case 25:
        // A function of the model: its nodes may hold weights too.
        guard let function = field.value.message else { continue }
        var inner = ProtobufReader(function)
        while let part = try inner.next() {
          if part.number == 7 { try readNode(part.value, depth: 1) }
        }
      default: break
      }
    }
  }

  func finish() throws(ONNXProblem) -> ONNXModel {
    guard hasGraph else { throw ONNXProblem("is no ONNX model: it has no graph") }
    guard model.irVersion >= 1, !model.operatorSets.isEmpty else {
      throw ONNXProblem("is no ONNX model: it names no version and no operator set")
    }
    guard !model.outputs.isEmpty else { throw ONNXProblem("is a model without an output") }
    var whole = model
    whole.inputs = inputs.filter { !initializers.contains($0.name) }
    whole.externalDataFiles = externalFiles.sorted()
    return whole
  }

  private mutating func readOperatorSet(_ value: ProtobufReader.Value) throws(ONNXProblem) {
    guard let bytes = value.message, model.operatorSets.count < 64 else {
      throw ONNXProblem("has operator sets that cannot be read")
    }
    var set = ONNXModel.OperatorSet(domain: "", version: 0)
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      if field.number == 1 { set.domain = try field.value.name() }
      if field.number == 2 { set.version = field.value.integer ?? 0 }
    }
    if set.domain == "ai.onnx" { set.domain = "" }
    model.operatorSets.append(set)
  }

  private mutating func readGraph(
    _ bytes: UnsafeRawBufferPointer,
    depth: Int
  ) throws(ONNXProblem) {
    guard depth < ONNXModel.depthLimit else {
      throw ONNXProblem("has graphs in graphs, more than \(ONNXModel.depthLimit) deep")
    }
    let isMain = depth == 0
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        if isMain { model.nodeCount += 1 }
        try readNode(field.value, depth: depth)
      case 2 where isMain: model.graphName = try field.value.name()
      case 5:
        let name = try readTensor(field.value)
        if isMain { initializers.insert(name) }
      case 11 where isMain:
        try checkCount()
        inputs.append(try readValue(field.value))
      case 12 where isMain:
        try checkCount()
        model.outputs.append(try readValue(field.value))
      case 15 where isMain:
        if let name = try readSparseName(field.value) { initializers.insert(name) }
      default: break
      }
    }
  }

  private func checkCount() throws(ONNXProblem) {
    guard inputs.count + model.outputs.count < ONNXModel.valueLimit else {
      throw ONNXProblem("has more than \(ONNXModel.valueLimit) inputs and outputs")
    }
  }

  /// Looks for tensors and graphs in a node's attributes.
  private mutating func readNode(
    _ value: ProtobufReader.Value,
    depth: Int
  ) throws(ONNXProblem) {
    guard let bytes = value.message else { throw ONNXProblem("has a node that is no message") }
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      guard field.number == 5, let attribute = field.value.message else { continue }
      var parts = ProtobufReader(attribute)
      while let part = try parts.next() {
        switch part.number {
        case 5, 10: _ = try readTensor(part.value)
        case 6, 11:
          guard let graph = part.value.message else { continue }
          try readGraph(graph, depth: depth + 1)
        default: break
        }
      }
    }
  }

  /// The tensor's name; notes the file that holds its values, if they are outside.
  private mutating func readTensor(_ value: ProtobufReader.Value) throws(ONNXProblem) -> String {
    guard let bytes = value.message else { throw ONNXProblem("has a tensor that is no message") }
    var name = ""
    var location: String?
    var isExternal = false
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 8: name = try field.value.name()
      case 13:
        guard let entry = field.value.message else { continue }
        if let found = try readLocation(entry) { location = found }
      case 14: isExternal = field.value.integer == 1
      default: break
      }
    }
    if isExternal {
      guard let location, !location.isEmpty else {
        throw ONNXProblem("has a tensor in another file, and does not say in which")
      }
      externalFiles.insert(location)
      guard externalFiles.count <= ONNXModel.externalFileLimit else {
        throw ONNXProblem("has weights in more than \(ONNXModel.externalFileLimit) other files")
      }
    }
    return name
  }

  private func readLocation(_ bytes: UnsafeRawBufferPointer) throws(ONNXProblem) -> String? {
    var key = ""
    var text = ""
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      if field.number == 1 { key = try field.value.name() }
      if field.number == 2 { text = try field.value.name() }
    }
    return key == "location" ? text : nil
  }

  /// A sparse tensor is named by the dense tensor of its values.
  private mutating func readSparseName(
    _ value: ProtobufReader.Value
  ) throws(ONNXProblem) -> String? {
    guard let bytes = value.message else { return nil }
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      if field.number == 1 { return try readTensor(field.value) }
    }
    return nil
  }

  private func readValue(_ value: ProtobufReader.Value) throws(ONNXProblem) -> ONNXValue {
    guard let bytes = value.message else { throw ONNXProblem("has a value that is no message") }
    var read = ONNXValue("", nil, nil)
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      if field.number == 1 { read.name = try field.value.name() }
      guard field.number == 2, let type = field.value.message else { continue }
      var parts = ProtobufReader(type)
      while let part = try parts.next() {
        guard part.number == 1, let tensor = part.value.message else { continue }
        try readTensorType(tensor, &read)
      }
    }
    return read
  }

  private func readTensorType(
    _ bytes: UnsafeRawBufferPointer,
    _ value: inout ONNXValue
  ) throws(ONNXProblem) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      if field.number == 1 {
        value.elementType = field.value.integer.flatMap { ONNXElementType(rawValue: $0) }
      }
      guard field.number == 2, let shape = field.value.message else { continue }
      var dimensions: [ONNXDimension] = []
      var dims = ProtobufReader(shape)
      while let dim = try dims.next() {
        guard dim.number == 1, let part = dim.value.message else { continue }
        guard dimensions.count < ONNXModel.dimensionLimit else {
          throw ONNXProblem("has a tensor of more than \(ONNXModel.dimensionLimit) dimensions")
        }
        dimensions.append(try readDimension(part))
      }
      value.dimensions = dimensions
    }
  }

  private func readDimension(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ONNXProblem) -> ONNXDimension {
    var dimension = ONNXDimension.free
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        // Some writers say -1 or 0 for a dimension that a call chooses.
        let size = field.value.integer ?? 0
        dimension = size > 0 ? .fixed(size) : .free
      case 2:
        let name = try field.value.name()
        dimension = name.isEmpty ? .free : .named(name)
      default: break
      }
    }
    return dimension
  }
}
