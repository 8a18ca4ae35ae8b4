/// UUIDs of version 7 (RFC 9562, 5.7): they sort by the millisecond of their making.
public enum TimeOrderedID {
  /// Lower-case text with hyphens, 36 bytes.
  public static func make(
    unixMicroseconds: Int64,
    using generator: inout some RandomNumberGenerator
  ) -> String {
    let milliseconds = UInt64(max(0, unixMicroseconds) / 1000)
    let high = milliseconds << 16 | 0x7000 | (generator.next() as UInt64) & 0x0fff
    let low = 0x8000_0000_0000_0000 | (generator.next() as UInt64) >> 2
    let digits = hex(high) + hex(low)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
      text.append(digit)
    }
    return text
  }

  /// One of this moment, by the system's chance.
  public static func make() -> String {
    var system = SystemRandomNumberGenerator()
    return make(unixMicroseconds: WallClock.nowUnixMicroseconds, using: &system)
  }

  private static func hex(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
