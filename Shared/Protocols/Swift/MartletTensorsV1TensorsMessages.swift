// Generated from martlet/tensors/v1/tensors.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

/// What an element is. On the wire elements are little-endian.
public enum DataType: WireEnum {
  case unspecified
  /// One byte an element, 0 or 1.
  case bool
  case uint8
  case uint16
  case uint32
  case uint64
  case int8
  case int16
  case int32
  case int64
  case fp16
  case bf16
  case fp32
  case fp64
  /// Texts or other byte strings of any length; in `elements` instead of `data`.
  case bytes
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .bool
    case 2: self = .uint8
    case 3: self = .uint16
    case 4: self = .uint32
    case 5: self = .uint64
    case 6: self = .int8
    case 7: self = .int16
    case 8: self = .int32
    case 9: self = .int64
    case 10: self = .fp16
    case 11: self = .bf16
    case 12: self = .fp32
    case 13: self = .fp64
    case 14: self = .bytes
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .bool: 1
    case .uint8: 2
    case .uint16: 3
    case .uint32: 4
    case .uint64: 5
    case .int8: 6
    case .int16: 7
    case .int32: 8
    case .int64: 9
    case .fp16: 10
    case .bf16: 11
    case .fp32: 12
    case .fp64: 13
    case .bytes: 14
    case .unrecognized(let number): number
    }
  }
}

/// A tensor that a model takes or gives.
public struct TensorSpec: CBackedMessage {
  public var name: String = ""
  public var dataType: DataType = DataType()
  /// -1 stands for a dimension that a call chooses. Empty = a single value.
  public var shape: [Int64] = []

  public init() {}

  public init(
    name: String = "",
    dataType: DataType = DataType(),
    shape: [Int64] = []
  ) {
    self.name = name
    self.dataType = dataType
    self.shape = shape
  }

  public static let messageName = "martlet.tensors.v1.TensorSpec"

  public var description: String {
    var text = MessageDescription("TensorSpec")
    text.add("name", self.name)
    text.add("dataType", self.dataType)
    text.add("shape", self.shape)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tensors__V1__TensorSpec>.size,
  ) {
    martlet__tensors__v1__tensor_spec__init($0.assumingMemoryBound(to: Martlet__Tensors__V1__TensorSpec.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tensors__V1__TensorSpec.self)
    self.name = Unpacked.text(c.pointee.name)
    self.dataType = DataType(rawValue: Int32(truncatingIfNeeded: c.pointee.data_type.rawValue))
    self.shape = Unpacked.array(c.pointee.shape, c.pointee.n_shape)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tensors__V1__TensorSpec.self)
    martlet__tensors__v1__tensor_spec__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.data_type = .init(rawValue: .init(truncatingIfNeeded: self.dataType.rawValue))
    if !self.shape.isEmpty {
      c.pointee.n_shape = self.shape.count
      c.pointee.shape = arena.array(self.shape)
    }
  }
}

/// What a model takes and gives.
public struct Signature: CBackedMessage {
  public var inputs: [TensorSpec] = []
  public var outputs: [TensorSpec] = []

  public init() {}

  public init(
    inputs: [TensorSpec] = [],
    outputs: [TensorSpec] = []
  ) {
    self.inputs = inputs
    self.outputs = outputs
  }

  public static let messageName = "martlet.tensors.v1.Signature"

  public var description: String {
    var text = MessageDescription("Signature")
    text.add("inputs", self.inputs)
    text.add("outputs", self.outputs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tensors__V1__Signature>.size,
  ) {
    martlet__tensors__v1__signature__init($0.assumingMemoryBound(to: Martlet__Tensors__V1__Signature.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tensors__V1__Signature.self)
    self.inputs = Unpacked.messages(c.pointee.inputs, c.pointee.n_inputs, source)
    self.outputs = Unpacked.messages(c.pointee.outputs, c.pointee.n_outputs, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tensors__V1__Signature.self)
    martlet__tensors__v1__signature__init(c)
    if !self.inputs.isEmpty {
      c.pointee.n_inputs = self.inputs.count
      c.pointee.inputs = arena.messages(self.inputs)
    }
    if !self.outputs.isEmpty {
      c.pointee.n_outputs = self.outputs.count
      c.pointee.outputs = arena.messages(self.outputs)
    }
  }
}

/// A tensor with its values, row by row.
public struct Tensor: CBackedMessage {
  public var name: String = ""
  public var dataType: DataType = DataType()
  public var shape: [Int64] = []
  /// All elements but those of BYTES: their number is the product of `shape`.
  public var data: Bytes = Bytes()
  /// The elements of BYTES.
  public var elements: [Bytes] = []

  public init() {}

  public init(
    name: String = "",
    dataType: DataType = DataType(),
    shape: [Int64] = [],
    data: Bytes = Bytes(),
    elements: [Bytes] = []
  ) {
    self.name = name
    self.dataType = dataType
    self.shape = shape
    self.data = data
    self.elements = elements
  }

  public static let messageName = "martlet.tensors.v1.Tensor"

  public var description: String {
    var text = MessageDescription("Tensor")
    text.add("name", self.name)
    text.add("dataType", self.dataType)
    text.add("shape", self.shape)
    text.add("data", self.data)
    text.add("elements", self.elements)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tensors__V1__Tensor>.size,
    slices: [
      .init("martlet.tensors.v1.Tensor", 4),
    ],
  ) {
    martlet__tensors__v1__tensor__init($0.assumingMemoryBound(to: Martlet__Tensors__V1__Tensor.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tensors__V1__Tensor.self)
    self.name = Unpacked.text(c.pointee.name)
    self.dataType = DataType(rawValue: Int32(truncatingIfNeeded: c.pointee.data_type.rawValue))
    self.shape = Unpacked.array(c.pointee.shape, c.pointee.n_shape)
    self.data = Unpacked.slice(c.pointee.data.data, c.pointee.data.len, source)
    self.elements = Unpacked.byteStrings(c.pointee.elements, c.pointee.n_elements, slicing: nil)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tensors__V1__Tensor.self)
    martlet__tensors__v1__tensor__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.data_type = .init(rawValue: .init(truncatingIfNeeded: self.dataType.rawValue))
    if !self.shape.isEmpty {
      c.pointee.n_shape = self.shape.count
      c.pointee.shape = arena.array(self.shape)
    }
    if !self.data.isEmpty {
      c.pointee.data.len = self.data.count
      c.pointee.data.data = arena.slice(self.data)
    }
    if !self.elements.isEmpty {
      c.pointee.n_elements = self.elements.count
      c.pointee.elements = arena.byteStrings(self.elements, isSliced: false)
    }
  }
}
