import Primitives

/// Gathers the elements of a tensor, little-endian, each checked against its type's range.
public struct ElementBuffer {
  public let type: ElementType
  public private(set) var count = 0
  private var data: [UInt8] = []
  private var elements: [Bytes] = []

  /// Memory that one request's tensors may take: what a message to the back end has room for.
  public static let maximumBytes = 60 << 20

  public init(_ type: ElementType) { self.type = type }

  /// Bytes of the elements so far, those of BYTES aside.
  public var byteCount: Int { data.count }

  /// The tensor of what was gathered; the count must be the shape's.
  public func tensor(name: String, shape: [Int64]) -> TensorValues {
    TensorValues(name: name, type: type, shape: shape, data: Bytes(data), elements: elements)
  }

  /// False when the type is no number's, or cannot hold it: not whole, out of range.
  public mutating func append(_ value: Double) -> Bool {
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
    count += 1
    return true
  }

  /// The same from a number's text, so that whole ones of 64 bits stay exact.
  public mutating func append(text: Substring) -> Bool {
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

  public mutating func append(bool value: Bool) -> Bool {
    guard type == .bool else { return false }
    data.append(value ? 1 : 0)
    count += 1
    return true
  }

  public mutating func append(bytes: Bytes) -> Bool {
    guard type == .bytes else { return false }
    elements.append(bytes)
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
    count += 1
    return true
  }

  private mutating func put(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }

  /// The upper half of a number's bits, rounded to the nearest, ties to even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }
}
