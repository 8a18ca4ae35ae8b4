/// Walks the fields of one protobuf message in place: no memory, no recursion.
struct FieldReader {
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  struct Tag {
    var number: Int
    var type: WireType
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  /// Reads the part `range` of `bytes`; the positions that it answers count from `bytes`' start.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field's tag, or nil at the end.
  mutating func nextTag() throws(WireViolation) -> Tag? {
    if position >= end { return nil }
    let raw = try varint()
    guard raw >> 3 > 0, raw >> 3 <= 0x1FFF_FFFF, let type = WireType(rawValue: UInt8(raw & 7))
    else {
      throw .malformed("a field with tag \(raw)")
    }
    return Tag(number: Int(raw >> 3), type: type)
  }

  mutating func varint() throws(WireViolation) -> UInt64 {
    guard position < end else { throw .malformed("a number cut short") }
    let first = bytes[position]
    if first < 0x80 {
      position += 1
      return UInt64(first)
    }
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    position += 1
    while true {
      guard position < end else { throw .malformed("a number cut short") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift >= 70 { throw .malformed("a number of more than ten bytes") }
    }
  }

  /// A varint of a uint32 field; like every protobuf reader it keeps the low 32 bits.
  mutating func uint32(_ name: StaticString) throws(WireViolation) -> UInt32 {
    UInt32(truncatingIfNeeded: try varint())
  }

  mutating func fixed64() throws(WireViolation) -> UInt64 {
    guard end - position >= 8 else { throw .malformed("a number cut short") }
    defer { position += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// The range of a length-delimited field's content.
  mutating func lengthDelimited() throws(WireViolation) -> Range<Int> {
    let length = try varint()
    guard length <= UInt64(end - position) else {
      throw .malformed("a field that says it is longer than its frame")
    }
    let start = position
    position += Int(length)
    return start..<position
  }

  mutating func skip(_ tag: Tag) throws(WireViolation) {
    switch tag.type {
    case .varint: _ = try varint()
    case .fixed64: _ = try fixed64()
    case .bytes: _ = try lengthDelimited()
    case .fixed32:
      guard end - position >= 4 else { throw .malformed("a number cut short") }
      position += 4
    }
  }

  /// Text of a field: UTF-8, or the frame is malformed.
  func text(_ range: Range<Int>, _ name: StaticString) throws(WireViolation) -> String {
    guard
      let text = String(
        validating: UnsafeRawBufferPointer(rebasing: bytes[range]),
        as: UTF8.self
      )
    else { throw .malformed("\(name) is not UTF-8") }
    return text
  }

  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }
}
