/// Writes protobuf fields to memory that its caller measured first.
struct FieldWriter {
  private(set) var cursor: UnsafeMutablePointer<UInt8>

  init(_ target: UnsafeMutableRawPointer) {
    cursor = target.assumingMemoryBound(to: UInt8.self)
  }

  static func size(_ value: UInt64) -> Int {
    // ceil(significant bits / 7), at least 1
    (9 * (64 - (value | 1).leadingZeroBitCount) + 64) / 64
  }

  static func size(_ value: Int) -> Int { size(UInt64(value)) }

  /// A length-delimited field of `count` bytes with a one-byte tag; nothing for an empty one.
  static func fieldSize(_ count: Int) -> Int { count == 0 ? 0 : 1 + size(count) + count }

  /// A varint field with a one-byte tag; nothing for 0.
  static func fieldSize(varint value: UInt64) -> Int { value == 0 ? 0 : 1 + size(value) }

  mutating func byte(_ value: UInt8) {
    cursor.pointee = value
    cursor += 1
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      byte(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    byte(UInt8(truncatingIfNeeded: rest))
  }

  mutating func lengthPrefix(_ length: Int) {
    let value = UInt32(length)
    byte(UInt8(truncatingIfNeeded: value >> 24))
    byte(UInt8(truncatingIfNeeded: value >> 16))
    byte(UInt8(truncatingIfNeeded: value >> 8))
    byte(UInt8(truncatingIfNeeded: value))
  }

  mutating func field(_ number: UInt8, varint value: UInt64) {
    guard value != 0 else { return }
    byte(number << 3)
    varint(value)
  }

  mutating func field(_ number: UInt8, fixed64 value: UInt64) {
    guard value != 0 else { return }
    byte(number << 3 | 1)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      byte(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// The tag and length of a length-delimited field, whose content follows.
  mutating func open(_ number: UInt8, count: Int) {
    byte(number << 3 | 2)
    varint(UInt64(count))
  }

  mutating func raw(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(cursor).copyMemory(from: start, byteCount: bytes.count)
    cursor += bytes.count
  }

  mutating func field(_ number: UInt8, _ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    open(number, count: bytes.count)
    raw(bytes)
  }

  mutating func field(_ number: UInt8, _ text: String) {
    var text = text
    text.withUTF8 { field(number, UnsafeRawBufferPointer($0)) }
  }

  mutating func advance(_ count: Int) { cursor += count }
}
