import InferenceCore
import Primitives
import Protocols

extension TensorForm {
  /// Nil for a type that has no name here.
  init?(_ spec: TensorSpec) {
    guard let type = ElementType(rawValue: spec.dataType.rawValue) else { return nil }
    self.init(name: spec.name, type: type, shape: spec.shape)
  }

  var spec: TensorSpec {
    TensorSpec(name: name, dataType: DataType(rawValue: type.rawValue), shape: shape)
  }

  /// The tensor of a model's answer.
  func tensor(_ content: TensorContent) -> Tensor {
    Tensor(
      name: name,
      dataType: DataType(rawValue: type.rawValue),
      shape: content.shape,
      data: content.data
    )
  }
}

extension TensorOffer {
  init(_ tensor: Tensor) {
    self.init(
      name: tensor.name,
      type: ElementType(rawValue: tensor.dataType.rawValue),
      shape: tensor.shape,
      dataByteCount: tensor.data.count,
      elementCount: tensor.elements.count
    )
  }
}
