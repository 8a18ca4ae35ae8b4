import PredictionFormats
import Primitives
import Protocols

extension ElementType {
  /// Nil for a type that is not known here.
  init?(_ type: DataType) {
    switch type {
    case .bool: self = .bool
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .fp16: self = .fp16
    case .bf16: self = .bf16
    case .fp32: self = .fp32
    case .fp64: self = .fp64
    case .bytes: self = .bytes
    case .unspecified, .unrecognized: return nil
    }
  }
}

extension DataType {
  init(_ type: ElementType) {
    switch type {
    case .bool: self = .bool
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .fp16: self = .fp16
    case .bf16: self = .bf16
    case .fp32: self = .fp32
    case .fp64: self = .fp64
    case .bytes: self = .bytes
    }
  }
}

extension TensorForm {
  /// Nil when its type is not known here.
  init?(_ spec: TensorSpec) {
    guard let type = ElementType(spec.dataType) else { return nil }
    self.init(name: spec.name, type: type, shape: spec.shape)
  }
}

extension TensorValues {
  /// Nil when its type is not known here. The data is shared, not copied.
  init?(_ tensor: Tensor) {
    guard let type = ElementType(tensor.dataType) else { return nil }
    self.init(
      name: tensor.name,
      type: type,
      shape: tensor.shape,
      data: tensor.data,
      elements: tensor.elements
    )
  }
}

extension Tensor {
  init(_ values: TensorValues) {
    self.init(
      name: values.name,
      dataType: DataType(values.type),
      shape: values.shape,
      data: values.data,
      elements: values.elements
    )
  }
}
