import COpenVINO
import InferenceCore

extension ElementType {
  /// OpenVINO's number; nil for byte strings, which are not passed to it.
  var openVINO: Int32? {
    switch self {
    case .bool: Int32(MARTLET_OV_BOOLEAN)
    case .uint8: Int32(MARTLET_OV_U8)
    case .uint16: Int32(MARTLET_OV_U16)
    case .uint32: Int32(MARTLET_OV_U32)
    case .uint64: Int32(MARTLET_OV_U64)
    case .int8: Int32(MARTLET_OV_I8)
    case .int16: Int32(MARTLET_OV_I16)
    case .int32: Int32(MARTLET_OV_I32)
    case .int64: Int32(MARTLET_OV_I64)
    case .fp16: Int32(MARTLET_OV_F16)
    case .bf16: Int32(MARTLET_OV_BF16)
    case .fp32: Int32(MARTLET_OV_F32)
    case .fp64: Int32(MARTLET_OV_F64)
    case .bytes: nil
    }
  }

  /// Nil for types that tensors of the wire cannot carry, such as 4-bit ones.
  init?(openVINO number: Int32) {
    guard let type = ElementType.allCases.first(where: { $0.openVINO == number }) else {
      return nil
    }
    self = type
  }
}
