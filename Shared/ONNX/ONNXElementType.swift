/// What the elements of an ONNX tensor are: `TensorProto.DataType` of onnx.proto.
public enum ONNXElementType: Int64, Sendable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case string = 8
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case complex64 = 14
  case complex128 = 15
  case bfloat16 = 16
}

/// One dimension of a tensor.
public enum ONNXDimension: Sendable, Equatable {
  case fixed(Int64)
  /// A call chooses it; the same name is the same number in all tensors of the model.
  case named(String)
  /// A call chooses it.
  case free

  /// The number, or -1 where a call chooses it.
  public var size: Int64 {
    switch self {
    case .fixed(let size): size
    case .named, .free: -1
    }
  }
}

/// A tensor that a model takes or gives.
public struct ONNXValue: Sendable, Equatable {
  public var name: String
  /// Nil for an element type that has no name here, and for values that are no tensors.
  public var elementType: ONNXElementType?
  /// Nil when the model does not say how many dimensions there are.
  public var dimensions: [ONNXDimension]?

  public init(_ name: String, _ elementType: ONNXElementType?, _ dimensions: [ONNXDimension]?) {
    self.name = name
    self.elementType = elementType
    self.dimensions = dimensions
  }
}

/// Why bytes are not a model that can be read, in words that say what was found.
public struct ONNXProblem: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
