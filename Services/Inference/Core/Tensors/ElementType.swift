/// What the elements of a tensor are; the numbers are those of the wire.
public enum ElementType: Int32, Sendable, CaseIterable, CustomStringConvertible {
  case bool = 1
  case uint8 = 2
  case uint16 = 3
  case uint32 = 4
  case uint64 = 5
  case int8 = 6
  case int16 = 7
  case int32 = 8
  case int64 = 9
  case fp16 = 10
  case bf16 = 11
  case fp32 = 12
  case fp64 = 13
  case bytes = 14

  /// Bytes of one element; nil for byte strings, which have any length.
  public var byteCount: Int? {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .fp16, .bf16: 2
    case .uint32, .int32, .fp32: 4
    case .uint64, .int64, .fp64: 8
    case .bytes: nil
    }
  }

  /// The Open Inference Protocol's word.
  public var description: String {
    switch self {
    case .bool: "BOOL"
    case .uint8: "UINT8"
    case .uint16: "UINT16"
    case .uint32: "UINT32"
    case .uint64: "UINT64"
    case .int8: "INT8"
    case .int16: "INT16"
    case .int32: "INT32"
    case .int64: "INT64"
    case .fp16: "FP16"
    case .bf16: "BF16"
    case .fp32: "FP32"
    case .fp64: "FP64"
    case .bytes: "BYTES"
    }
  }
}
