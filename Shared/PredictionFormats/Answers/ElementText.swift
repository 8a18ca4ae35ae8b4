import Primitives

/// The elements of a tensor as texts, one after the other.
struct ElementText {
  private let tensor: TensorValues

  /// Nil when the tensor's data is not as long as its type and shape say.
  init?(_ tensor: TensorValues) {
    guard let count = TensorValues.elementCount(of: tensor.shape) else { return nil }
    let isWhole =
      tensor.type == .bytes
      ? tensor.elements.count == count : tensor.data.count == count * tensor.type.width
    guard isWhole else { return nil }
    self.tensor = tensor
  }

  /// Writes one element as JSON.
  func write(_ index: Int, to json: inout JSONText) {
    switch tensor.type {
    case .bool: json.raw(tensor.data[index] == 0 ? "false" : "true")
    case .uint8: json.number(load(index, as: UInt8.self))
    case .uint16: json.number(load(index, as: UInt16.self))
    case .uint32: json.number(load(index, as: UInt32.self))
    case .uint64: json.number(load(index, as: UInt64.self))
    case .int8: json.number(load(index, as: Int8.self))
    case .int16: json.number(load(index, as: Int16.self))
    case .int32: json.number(load(index, as: Int32.self))
    case .int64: json.number(load(index, as: Int64.self))
    case .fp16: json.number(Float(Float16(bitPattern: load(index, as: UInt16.self))))
    case .bf16: json.number(Float(bitPattern: UInt32(load(index, as: UInt16.self)) << 16))
    case .fp32: json.number(Float(bitPattern: load(index, as: UInt32.self)))
    case .fp64: json.number(Double(bitPattern: load(index, as: UInt64.self)))
    // Bytes that are no UTF-8 are shown as replacement characters: JSON has texts only.
    case .bytes: json.text(text(index))
    }
  }

  /// An element of BYTES as text.
  func text(_ index: Int) -> String {
    tensor.elements[index].withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func load<Value: FixedWidthInteger>(_ index: Int, as _: Value.Type) -> Value {
    tensor.data.withUnsafeBytes { bytes in
      Value(
        littleEndian: bytes.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Value>.size,
          as: Value.self
        )
      )
    }
  }
}
