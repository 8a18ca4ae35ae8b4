/// Reads varints of any length, padded ones too. On failure `position` stays where it was.
enum WireVarint {
  /// At most 5 bytes and 32 bits.
  static func read32(_ base: UnsafePointer<UInt8>, _ position: inout Int, _ end: Int) -> UInt32? {
    var value: UInt64 = 0
    for index in 0..<min(5, end - position) {
      let byte = base[position + index]
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 {
        guard value <= UInt32.max else { return nil }
        position += index + 1
        return UInt32(value)
      }
    }
    return nil
  }

  /// At most 10 bytes and 64 bits.
  static func skip64(_ base: UnsafePointer<UInt8>, _ position: inout Int, _ end: Int) -> Bool {
    for index in 0..<min(10, end - position) {
      let byte = base[position + index]
      if byte < 0x80 {
        guard index < 9 || byte <= 1 else { return false }
        position += index + 1
        return true
      }
    }
    return false
  }
}
