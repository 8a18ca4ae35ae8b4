import ONNX
import Protocols

/// What an ONNX file says of itself, in the words of manifests and people.
enum ONNXWords {
  /// Who made the model, by its producer's name.
  static func framework(_ model: ONNXModel) -> String {
    switch model.producerName {
    case "": "onnx"
    case "tf2onnx": "tensorflow"
    case "skl2onnx": "scikit-learn"
    default: String(model.producerName.prefix(32))
    }
  }

  static func summary(_ model: ONNXModel) -> String {
    let operators = model.operatorSets.first { $0.domain.isEmpty }?.version ?? 0
    let producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }
      .joined(separator: " ")
    return "ONNX IR version \(model.irVersion), operators of version \(operators)"
      + (producer.isEmpty ? "" : ", made by \(producer.prefix(120))")
  }

  /// Nil when a tensor's type or rank cannot be said: the engine will find it out.
  static func signature(_ model: ONNXModel) -> Signature? {
    let inputs = model.inputs.compactMap(spec)
    let outputs = model.outputs.compactMap(spec)
    guard inputs.count == model.inputs.count, outputs.count == model.outputs.count else {
      return nil
    }
    return Signature(inputs: inputs, outputs: outputs)
  }

  private static func spec(_ value: ONNXValue) -> TensorSpec? {
    guard let dataType = value.elementType.flatMap(dataType), let dimensions = value.dimensions,
      !value.name.isEmpty
    else { return nil }
    return TensorSpec(name: value.name, dataType: dataType, shape: dimensions.map(\.size))
  }

  private static func dataType(_ type: ONNXElementType) -> DataType? {
    switch type {
    case .float32: .fp32
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .string: .bytes
    case .bool: .bool
    case .float16: .fp16
    case .float64: .fp64
    case .uint32: .uint32
    case .uint64: .uint64
    case .bfloat16: .bf16
    case .complex64, .complex128: nil
    }
  }

  static func findings(_ signature: Signature) -> [String] {
    signature.inputs.prefix(16).map { "input \(words($0))" }
      + signature.outputs.prefix(16).map { "output \(words($0))" }
  }

  private static func words(_ tensor: TensorSpec) -> String {
    let shape = tensor.shape.map { $0 < 0 ? "?" : "\($0)" }.joined(separator: ", ")
    return "\(tensor.name.prefix(120)): \("\(tensor.dataType)".uppercased()) [\(shape)]"
  }
}
