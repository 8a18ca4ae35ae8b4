import InferenceCore
import Primitives

/// What the CPU device can compute with. It narrows 64-bit numbers without a word: whole ones to
/// 32 bits with a sign, by cutting off the rest (2^40 becomes 0), and FP64 to FP32 (tried with
/// 2026.4.1). A number that would become another one is refused here; that FP64 loses digits is
/// how the device works.
enum OpenVINORange {
  /// What is wrong with a tensor's values, in words; nil when nothing is. One pass over 64-bit
  /// tensors, nothing for others.
  static func problem(_ content: TensorContent, _ form: TensorForm) -> String? {
    switch form.type {
    case .int64:
      let isIn = all(content.data, Int64.self) { $0 == Int64(Int32(truncatingIfNeeded: $0)) }
      return isIn ? nil : text(form, "between -2^31 and 2^31 - 1")
    case .uint64:
      let isIn = all(content.data, UInt64.self) { $0 <= UInt64(Int32.max) }
      return isIn ? nil : text(form, "at most 2^31 - 1")
    case .fp64:
      let limit = Double(Float.greatestFiniteMagnitude)
      let isIn = all(content.data, Double.self) { !$0.isFinite || $0.magnitude <= limit }
      return isIn ? nil : text(form, "within the range of FP32")
    case .bool, .uint8, .uint16, .uint32, .int8, .int16, .int32, .fp16, .bf16, .fp32, .bytes:
      return nil
    }
  }

  private static func text(_ form: TensorForm, _ range: String) -> String {
    "tensor \"\(form.name)\" holds a number that this engine cannot compute with: it takes "
      + "\(form.type) \(range)"
  }

  private static func all<Number: BitwiseCopyable>(
    _ data: Bytes,
    _: Number.Type,
    _ isIn: (Number) -> Bool
  ) -> Bool {
    data.withUnsafeBytes { bytes in
      let stride = MemoryLayout<Number>.stride
      for offset in Swift.stride(from: 0, to: bytes.count - stride + 1, by: stride)
      where !isIn(bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)) {
        return false
      }
      return true
    }
  }
}
