import Primitives
import Protocols

/// The elements of a tensor as people and JSON read them.
enum TensorValues: Equatable, Sendable {
  case numbers([Double])
  case singles([Float])
  case integers([Int64])
  /// UINT64, whose values an Int64 does not hold.
  case naturals([UInt64])
  case flags([Bool])
  case texts([String])

  /// Nil when the data do not fit to the shape: then what was sent is damaged.
  init?(_ tensor: Tensor) {
    guard let count = TensorValues.elementCount(tensor.shape) else { return nil }
    if case .bytes = tensor.dataType {
      guard tensor.elements.count == count else { return nil }
      self = .texts(tensor.elements.map { String(decoding: $0.array, as: UTF8.self) })
      return
    }
    guard let width = TensorValues.byteCount(of: tensor.dataType),
      tensor.data.count == count * width
    else { return nil }
    let data = tensor.data
    switch tensor.dataType {
    case .bool: self = .flags(data.array.map { $0 != 0 })
    case .uint8: self = .integers(data.array.map { Int64($0) })
    case .int8: self = .integers(data.array.map { Int64(Int8(bitPattern: $0)) })
    case .uint16: self = .integers(Self.words(data, UInt16.self).map { Int64($0) })
    case .int16: self = .integers(Self.words(data, Int16.self).map { Int64($0) })
    case .uint32: self = .integers(Self.words(data, UInt32.self).map { Int64($0) })
    case .int32: self = .integers(Self.words(data, Int32.self).map { Int64($0) })
    case .uint64: self = .naturals(Self.words(data, UInt64.self))
    case .int64: self = .integers(Self.words(data, Int64.self))
    case .fp16:
      self = .numbers(Self.words(data, UInt16.self).map { Double(Float16(bitPattern: $0)) })
    case .bf16:
      self = .numbers(
        Self.words(data, UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
      )
    case .fp32:
      self = .singles(Self.words(data, UInt32.self).map { Float(bitPattern: $0) })
    case .fp64:
      self = .numbers(Self.words(data, UInt64.self).map { Double(bitPattern: $0) })
    case .bytes, .unspecified, .unrecognized: return nil
    }
  }

  var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .singles(let values): values.count
    case .integers(let values): values.count
    case .naturals(let values): values.count
    case .flags(let values): values.count
    case .texts(let values): values.count
    }
  }

  /// One element for people.
  func text(_ index: Int) -> String {
    switch self {
    case .numbers(let values): ValueText.number(values[index], digits: 7)
    case .singles(let values): ValueText.number(Double(values[index]), digits: 7)
    case .integers(let values): String(values[index])
    case .naturals(let values): String(values[index])
    case .flags(let values): values[index] ? "true" : "false"
    case .texts(let values): values[index]
    }
  }

  /// One element for JSON; what JSON has no number for is a text.
  func json(_ index: Int) -> JSONValue {
    switch self {
    case .numbers(let values): .number(values[index])
    case .singles(let values): .single(values[index])
    case .integers(let values): .integer(values[index])
    case .naturals(let values): .natural(values[index])
    case .flags(let values): .flag(values[index])
    case .texts(let values): .text(values[index])
    }
  }

  /// The product of a shape; nil where a dimension is negative or the product too large.
  static func elementCount(_ shape: [Int64]) -> Int? {
    var count = 1
    for dimension in shape {
      guard dimension >= 0, let size = Int(exactly: dimension) else { return nil }
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      // No message is as large as this.
      guard !overflows, product <= 1 << 32 else { return nil }
      count = product
    }
    return count
  }

  /// Nil for elements without a fixed size.
  static func byteCount(of type: DataType) -> Int? {
    switch type {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .fp16, .bf16: 2
    case .uint32, .int32, .fp32: 4
    case .uint64, .int64, .fp64: 8
    case .bytes, .unspecified, .unrecognized: nil
    }
  }

  private static func words<Word: FixedWidthInteger>(_ data: Bytes, _: Word.Type) -> [Word] {
    data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size).map { offset in
        Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
      }
    }
  }
}

extension DataType {
  /// The names of the Open Inference Protocol V2.
  static let names: [(name: String, type: DataType)] = [
    ("BOOL", .bool), ("UINT8", .uint8), ("UINT16", .uint16), ("UINT32", .uint32),
    ("UINT64", .uint64), ("INT8", .int8), ("INT16", .int16), ("INT32", .int32),
    ("INT64", .int64), ("FP16", .fp16), ("BF16", .bf16), ("FP32", .fp32), ("FP64", .fp64),
    ("BYTES", .bytes),
  ]

  init?(name: String) {
    guard let found = DataType.names.first(where: { $0.name == name.uppercased() }) else {
      return nil
    }
    self = found.type
  }

  var name: String { DataType.names.first { $0.type == self }?.name ?? "unknown" }
}
