/// Why bytes are not a message: what was wrong, in which field, and where.
public struct DecodeError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Sendable, Equatable {
    /// A field, or a length, ends after the message around it.
    case truncated
    /// A varint of more than 10 bytes or 64 bits.
    case malformedVarint
    /// A tag of more than 5 bytes or 32 bits.
    case malformedTag
    /// Field number 0.
    case fieldNumberZero
    /// A group (wire types 3 and 4) or a wire type that does not exist (6 and 7).
    case unsupportedWireType(Int)
    /// A packed list whose length is no multiple of its element's size.
    case malformedPackedList
    case invalidUTF8
    /// A NUL inside text, which C strings cannot carry.
    case nulInText
    case tooDeep(limit: Int)
    case tooManyFields(limit: Int)
    /// Unpacked, the message would need more memory than allowed.
    case tooLarge(arenaBudgetBytes: Int)
    /// protobuf-c refused what the scanner let through; never seen, and a defect if it is.
    case refused
  }

  public let reason: Reason
  /// Where in the message's bytes; after duplicate fields were joined, where in the joined bytes.
  public let byteOffset: Int
  /// The message whose field was wrong: "martlet.testing.v1.EchoRequest".
  public let message: String
  /// The field's name, or its number when it has no name here; nil when no field was reached.
  public let field: String?

  public var description: String {
    let place = field.map { "field \($0) of \(message)" } ?? message
    return "\(place) at byte \(byteOffset): \(problem)"
  }

  private var problem: String {
    switch reason {
    case .truncated: "ends too early"
    case .malformedVarint: "varint longer than 64 bits"
    case .malformedTag: "tag longer than 32 bits"
    case .fieldNumberZero: "field number 0"
    case .unsupportedWireType(let type): "wire type \(type) is not supported"
    case .malformedPackedList: "packed list of broken length"
    case .invalidUTF8: "text is not UTF-8"
    case .nulInText: "text contains NUL"
    case .tooDeep(let limit): "more than \(limit) messages inside each other"
    case .tooManyFields(let limit): "more than \(limit) fields"
    case .tooLarge(let bytes): "needs more than \(bytes) bytes of memory"
    case .refused: "refused by protobuf-c"
    }
  }
}
