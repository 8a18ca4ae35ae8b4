public import Primitives

/// Builds an ONNX model: a graph of nodes over inputs and constant tensors.
///
/// The same calls give the same bytes, which hold no time and no name of a machine. Values are
/// written as raw little-endian data. Names must be given once each, and nodes in an order in
/// which every value is there before it is used; `onnx.checker` holds both, this writer does not.
public struct ONNXModelWriter: Sendable {
  public enum Attribute: Sendable {
    case integer(Int64)
    case float(Float)
    case integers([Int64])
    case text(String)
  }

  /// The version of the file's form: what every runtime since 2021 reads.
  public static let irVersion: Int64 = 8

  public let operatorSetVersion: Int64
  private let graphName: String
  private let producerVersion: String
  private var nodes: [[UInt8]] = []
  private var initializers: [[UInt8]] = []
  private var inputs: [[UInt8]] = []
  private var outputs: [[UInt8]] = []

  /// - Parameter operatorSetVersion: 13 to 17 for this form of the file.
  public init(graphName: String, producerVersion: String, operatorSetVersion: Int64 = 13) {
    precondition((13...17).contains(operatorSetVersion))
    self.graphName = graphName
    self.producerVersion = producerVersion
    self.operatorSetVersion = operatorSetVersion
  }

  public mutating func addInput(
    _ name: String,
    _ type: ONNXElementType,
    _ dimensions: [ONNXDimension]
  ) {
    inputs.append(Self.value(name, type, dimensions))
  }

  public mutating func addOutput(
    _ name: String,
    _ type: ONNXElementType,
    _ dimensions: [ONNXDimension]
  ) {
    outputs.append(Self.value(name, type, dimensions))
  }

  /// A constant of FP32; `values` has the product of `shape` elements, row by row.
  public mutating func addConstant(_ name: String, shape: [Int], floats values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    let raw = values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
    }
    addConstant(name, .float32, shape, raw)
  }

  /// A constant of INT64; `values` has the product of `shape` elements, row by row.
  public mutating func addConstant(_ name: String, shape: [Int], integers values: [Int64]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    let raw = values.flatMap { value in withUnsafeBytes(of: value.littleEndian, Array.init) }
    addConstant(name, .int64, shape, raw)
  }

  /// A node of ONNX's own operators, with attributes in the order given.
  public mutating func addNode(
    _ operation: String,
    inputs: [String],
    outputs: [String],
    attributes: KeyValuePairs<String, Attribute> = [:]
  ) {
    var node = ProtobufWriter()
    for input in inputs { node.add(1, input) }
    for output in outputs { node.add(2, output) }
    node.add(3, "\(operation)_\(nodes.count + 1)")
    node.add(4, operation)
    for (name, attribute) in attributes {
      node.add(5) { Self.write(name, attribute, &$0) }
    }
    nodes.append(node.bytes)
  }

  /// The whole file.
  public func encoded() -> Bytes {
    var model = ProtobufWriter()
    model.add(1, Self.irVersion)
    model.add(2, "martlet")
    if !producerVersion.isEmpty { model.add(3, producerVersion) }
    model.add(7) { graph in
      for node in nodes { graph.add(1, raw: node) }
      graph.add(2, graphName)
      for initializer in initializers { graph.add(5, raw: initializer) }
      for input in inputs { graph.add(11, raw: input) }
      for output in outputs { graph.add(12, raw: output) }
    }
    model.add(8) { set in
      set.add(1, "")
      set.add(2, operatorSetVersion)
    }
    return Bytes(model.bytes)
  }

  private mutating func addConstant(
    _ name: String,
    _ type: ONNXElementType,
    _ shape: [Int],
    _ raw: [UInt8]
  ) {
    var tensor = ProtobufWriter()
    for size in shape { tensor.add(1, Int64(size)) }
    tensor.add(2, type.rawValue)
    tensor.add(8, name)
    tensor.add(9, raw: raw)
    initializers.append(tensor.bytes)
  }

  private static func value(
    _ name: String,
    _ type: ONNXElementType,
    _ dimensions: [ONNXDimension]
  ) -> [UInt8] {
    var value = ProtobufWriter()
    value.add(1, name)
    value.add(2) { typeProto in
      typeProto.add(1) { tensor in
        tensor.add(1, type.rawValue)
        tensor.add(2) { shape in
          for dimension in dimensions {
            shape.add(1) { dim in
              switch dimension {
              case .fixed(let size): dim.add(1, size)
              case .named(let name): dim.add(2, name)
              case .free: break
              }
            }
          }
        }
      }
    }
    return value.bytes
  }

  private static func write(
    _ name: String,
    _ attribute: Attribute,
    _ writer: inout ProtobufWriter
  ) {
    writer.add(1, name)
    switch attribute {
    case .float(let value):
      writer.add(2, value)
      writer.add(20, 1 as Int64)
    case .integer(let value):
      writer.add(3, value)
      writer.add(20, 2 as Int64)
    case .text(let value):
      writer.add(4, value)
      writer.add(20, 3 as Int64)
    case .integers(let values):
      for value in values { writer.add(8, value) }
      writer.add(20, 7 as Int64)
    }
  }
}
