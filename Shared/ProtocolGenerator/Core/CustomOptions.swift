import CDescriptors

/// The options of options.proto. The generator's C code does not know them, so protobuf-c hands
/// them over as unknown fields of the options message.
enum CustomOptions {
  static let slice: UInt32 = 51001
  static let idempotent: UInt32 = 51010
  static let allowedPeers: UInt32 = 51011
  static let defaultTimeout: UInt32 = 51012
  static let maximumTimeout: UInt32 = 51013
  static let maximumMessage: UInt32 = 51014

  static func isSlice(_ options: UnsafePointer<Google__Protobuf__FieldOptions>?) -> Bool {
    guard let options else { return false }
    return unknownFields(options.pointee.base).contains { $0.number == slice && $0.varint != 0 }
  }

  static func method(
    _ options: UnsafePointer<Google__Protobuf__MethodOptions>?
  ) -> ProtoMethodOptions {
    var result = ProtoMethodOptions()
    guard let options else { return result }
    for field in unknownFields(options.pointee.base) {
      switch field.number {
      case idempotent: result.idempotent = field.varint != 0
      case allowedPeers: result.allowedPeers.append(field.text)
      case defaultTimeout: result.defaultTimeoutMilliseconds = field.varint
      case maximumTimeout: result.maximumTimeoutMilliseconds = field.varint
      case maximumMessage: result.maximumMessageBytes = field.varint
      default: break
      }
    }
    return result
  }

  private struct UnknownField {
    let number: UInt32
    let isText: Bool
    let content: [UInt8]

    var varint: UInt64 {
      guard !isText else { return 0 }
      var value: UInt64 = 0
      for (index, byte) in content.prefix(10).enumerated() {
        value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      }
      return value
    }

    /// Without the length, which protobuf-c leaves in front.
    var text: String {
      guard isText, let lengthEnd = content.firstIndex(where: { $0 < 0x80 }) else { return "" }
      return String(decoding: content[(lengthEnd + 1)...], as: UTF8.self)
    }
  }

  private static func unknownFields(_ message: ProtobufCMessage) -> [UnknownField] {
    (0..<Int(message.n_unknown_fields)).map { index in
      let field = message.unknown_fields[index]
      return UnknownField(
        number: field.tag,
        isText: field.wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
        content: Array(UnsafeBufferPointer(start: field.data, count: field.len))
      )
    }
  }
}
