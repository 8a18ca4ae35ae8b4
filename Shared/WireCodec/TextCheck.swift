/// Whether bytes are UTF-8 (RFC 3629) without NUL.
enum TextCheck {
  static func problem(_ start: UnsafePointer<UInt8>, _ count: Int) -> ScanFailure.Problem? {
    var position = 0
    let raw = UnsafeRawPointer(start)
    while position < count {
      // Eight bytes at once as long as all are ASCII and none is NUL.
      while count - position >= 8 {
        let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let zeros = (word &- 0x0101_0101_0101_0101) & ~word
        if (word | zeros) & 0x8080_8080_8080_8080 != 0 { break }
        position += 8
      }
      guard position < count else { break }
      let byte = start[position]
      if byte == 0 { return .nulInText }
      if byte < 0x80 {
        position += 1
        continue
      }
      let width = scalarWidth(start + position, count - position)
      if width == 0 { return .invalidUTF8 }
      position += width
    }
    return nil
  }

  /// Bytes of the scalar of two to four bytes at `start`, 0 if there is none.
  @inline(__always)
  private static func scalarWidth(_ start: UnsafePointer<UInt8>, _ left: Int) -> Int {
    let lead = start[0]
    let width = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0
    guard width != 0, width <= left else { return 0 }
    for index in 1..<width where start[index] & 0xC0 != 0x80 { return 0 }
    // Overlong forms, surrogates, and what lies beyond U+10FFFF.
    switch lead {
    case 0xE0 where start[1] < 0xA0, 0xED where start[1] > 0x9F,
      0xF0 where start[1] < 0x90, 0xF4 where start[1] > 0x8F:
      return 0
    default:
      return width
    }
  }
}
