import Primitives

/// Gathers the elements of a tensor, little-endian, each checked against its type's range, in one
/// block that is as large as it has to be from the start.
struct ElementBuffer {
  let type: ElementType
  private(set) var count = 0
  private let storage: ByteStorage
  private var usedBytes = 0
  /// Where each element of BYTES ends.
  private var ends: [Int] = []

  /// - Parameters:
  ///   - elementCount: More cannot be appended.
  ///   - textBytes: Of all elements of BYTES.
  init(_ type: ElementType, elementCount: Int, textBytes: Int) {
    self.type = type
    storage = ByteStorage(capacity: type == .bytes ? textBytes : elementCount * type.width)
    if type == .bytes { ends.reserveCapacity(elementCount) }
  }

  /// The tensor of what was gathered; the count must be the shape's.
  func tensor(name: String, shape: [Int64]) -> TensorValues {
    let data = Bytes(storage: storage, offset: 0, count: usedBytes)
    guard type == .bytes else {
      return TensorValues(name: name, type: type, shape: shape, data: data)
    }
    var start = 0
    let elements = ends.map { end in
      defer { start = end }
      return data.slice(start..<end)
    }
    return TensorValues(name: name, type: type, shape: shape, elements: elements)
  }

  /// False when the type is no number's, or cannot hold it: not whole, out of range.
  mutating func append(_ value: Double) -> Bool {
    switch type {
    case .fp64: put(value.bitPattern)
    case .fp32:
      let narrow = Float(value)
      guard narrow.isFinite || !value.isFinite else { return false }
      put(narrow.bitPattern)
    case .fp16:
      let narrow = Float16(value)
      guard narrow.isFinite || !value.isFinite else { return false }
      put(narrow.bitPattern)
    case .bf16:
      let narrow = Float(value)
      guard narrow.isFinite || !value.isFinite else { return false }
      put(ElementBuffer.bfloat16(narrow))
    case .bool, .bytes: return false
    case .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64:
      return append(whole: value)
    }
    return true
  }

  /// The same from a number's text, so that whole ones of 64 bits stay exact.
  mutating func append(text: Substring) -> Bool {
    switch type {
    case .fp16, .bf16, .fp32, .fp64: return Double(text).map { append($0) } ?? false
    case .bool:
      guard text == "0" || text == "1" else { return false }
      return append(bool: text == "1")
    case .bytes: return false
    case .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64:
      return appendInteger(String(text))
    }
  }

  mutating func append(bool value: Bool) -> Bool {
    guard type == .bool else { return false }
    put(UInt8(value ? 1 : 0))
    return true
  }

  /// An element of BYTES.
  mutating func append(element text: String) -> Bool {
    guard type == .bytes else { return false }
    var text = text
    text.withUTF8 { utf8 in
      // The block was measured by the same texts as they are written.
      precondition(utf8.count <= storage.capacity - usedBytes)
      if let start = utf8.baseAddress {
        (storage.base + usedBytes).copyMemory(from: start, byteCount: utf8.count)
      }
      usedBytes += utf8.count
    }
    ends.append(usedBytes)
    count += 1
    return true
  }

  /// Whole numbers up to 2^53, which is as far as decimals in 64 bits count in ones.
  private mutating func append(whole value: Double) -> Bool {
    guard value.rounded() == value, abs(value) <= 0x1p53 else { return false }
    return appendInteger("\(Int64(value))")
  }

  private mutating func appendInteger(_ text: String) -> Bool {
    switch type {
    case .uint8: return put(UInt8(text))
    case .uint16: return put(UInt16(text))
    case .uint32: return put(UInt32(text))
    case .uint64: return put(UInt64(text))
    case .int8: return put(Int8(text))
    case .int16: return put(Int16(text))
    case .int32: return put(Int32(text))
    case .int64: return put(Int64(text))
    case .bool, .fp16, .bf16, .fp32, .fp64, .bytes: return false
    }
  }

  private mutating func put(_ value: (some FixedWidthInteger)?) -> Bool {
    guard let value else { return false }
    put(value)
    return true
  }

  private mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    let byteCount = MemoryLayout<Value>.size
    // The block was measured by the number of values that come.
    precondition(byteCount <= storage.capacity - usedBytes)
    storage.base.storeBytes(of: value.littleEndian, toByteOffset: usedBytes, as: Value.self)
    usedBytes += byteCount
    count += 1
  }

  /// The upper half of a number's bits, rounded to the nearest, ties to even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }
}
