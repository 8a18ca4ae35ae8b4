/// Walks over the fields of a protobuf message without copying or allocating. Groups, which ONNX
/// does not use, are refused.
struct ProtobufReader {
  struct Field {
    var number: Int
    var value: Value
  }

  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(UnsafeRawBufferPointer)
  }

  private let bytes: UnsafeRawBufferPointer
  private var index = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next field; nil at the end.
  mutating func next() throws(ONNXProblem) -> Field? {
    guard index < bytes.count else { return nil }
    let tag = try varint()
    let number = tag >> 3
    guard number >= 1, number < 1 << 29 else { throw ONNXProblem("has a field without a number") }
    let value: Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try fixed(UInt64.self))
    case 2:
      let count = try varint()
      guard count <= UInt64(bytes.count - index) else {
        throw ONNXProblem("ends in the middle of field \(number)")
      }
      let end = index + Int(count)
      value = .bytes(UnsafeRawBufferPointer(rebasing: bytes[index..<end]))
      index = end
    case 5: value = .fixed32(try fixed(UInt32.self))
    default: throw ONNXProblem("has a field of a kind that ONNX does not use")
    }
    return Field(number: Int(number), value: value)
  }

  private mutating func varint() throws(ONNXProblem) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard index < bytes.count else { throw ONNXProblem("ends in the middle of a number") }
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw ONNXProblem("has a number of more than 64 bits")
  }

  private mutating func fixed<Number: FixedWidthInteger>(
    _: Number.Type
  ) throws(ONNXProblem) -> Number {
    let size = MemoryLayout<Number>.size
    guard bytes.count - index >= size else { throw ONNXProblem("ends in the middle of a number") }
    defer { index += size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: Number.self))
  }
}

extension ProtobufReader.Value {
  var integer: Int64? {
    if case .varint(let value) = self { return Int64(bitPattern: value) }
    return nil
  }

  var message: UnsafeRawBufferPointer? {
    if case .bytes(let bytes) = self { return bytes }
    return nil
  }

  /// The text, at most `ONNXModel.nameLimitBytes` long.
  func name() throws(ONNXProblem) -> String {
    guard case .bytes(let bytes) = self, bytes.count <= ONNXModel.nameLimitBytes,
      let text = String(validating: bytes, as: UTF8.self)
    else { throw ONNXProblem("has a name that is no text of 4 KiB at most") }
    return text
  }
}
