import Primitives

/// A field of a protobuf message: its number, and its value or where its content is.
struct WireField {
  enum Content {
    case number(UInt64)
    /// Positions in the file.
    case run(Range<Int>)
  }

  let number: UInt64
  let content: Content

  var range: Range<Int>? { if case .run(let range) = content { range } else { nil } }
}

/// The bytes are no protobuf message, or not of the expected kind.
struct NotThisMessage: Error {}

/// Walks the fields of a message without its schema, to find out which message it is.
struct WireFields {
  private let bytes: Bytes

  init(_ bytes: Bytes) { self.bytes = bytes }

  var whole: Range<Int> { 0..<bytes.count }

  /// Calls `body` for each field in order.
  func forEach(
    in range: Range<Int>,
    _ body: (WireField) throws(NotThisMessage) -> Void
  ) throws(NotThisMessage) {
    var offset = range.lowerBound
    while offset < range.upperBound { try body(try next(&offset, before: range.upperBound)) }
  }

  /// A text of at most `limit` bytes.
  func text(in range: Range<Int>, limit: Int = 4096) throws(NotThisMessage) -> String {
    guard range.count <= limit, let text = bytes.slice(range).utf8Text else {
      throw NotThisMessage()
    }
    return text
  }

  private func next(_ offset: inout Int, before end: Int) throws(NotThisMessage) -> WireField {
    let tag = try varint(&offset, before: end)
    let number = tag >> 3
    guard number >= 1, number < 1 << 29 else { throw NotThisMessage() }
    let count: UInt64
    switch tag & 7 {
    case 0: return WireField(number: number, content: .number(try varint(&offset, before: end)))
    case 1: count = 8
    case 2: count = try varint(&offset, before: end)
    case 5: count = 4
    default: throw NotThisMessage()
    }
    guard count <= UInt64(end - offset) else { throw NotThisMessage() }
    let start = offset
    offset += Int(count)
    return WireField(number: number, content: .run(start..<offset))
  }

  private func varint(_ offset: inout Int, before end: Int) throws(NotThisMessage) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end else { throw NotThisMessage() }
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw NotThisMessage()
  }
}
