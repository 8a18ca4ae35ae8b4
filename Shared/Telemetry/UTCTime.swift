import Glibc

/// Writes moments as RFC 3339 in UTC with microseconds: `2026-07-22T09:30:00.123456Z`.
enum UTCTime {
  static var now: timespec {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time
  }

  /// Days to year, month and day as in Howard Hinnant's "chrono-compatible low-level date
  /// algorithms" (civil_from_days), which needs no table and no lock, unlike gmtime.
  static func append(_ time: timespec, to bytes: inout [UInt8]) {
    let seconds = max(0, Int(time.tv_sec))
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let second = seconds % 86_400
    digits(year, 4, UInt8(ascii: "-"), &bytes)
    digits(month, 2, UInt8(ascii: "-"), &bytes)
    digits(dayOfYear - (153 * shifted + 2) / 5 + 1, 2, UInt8(ascii: "T"), &bytes)
    digits(second / 3600, 2, UInt8(ascii: ":"), &bytes)
    digits(second / 60 % 60, 2, UInt8(ascii: ":"), &bytes)
    digits(second % 60, 2, UInt8(ascii: "."), &bytes)
    digits(Int(time.tv_nsec) / 1000, 6, UInt8(ascii: "Z"), &bytes)
  }

  private static func digits(
    _ value: Int,
    _ width: Int,
    _ end: UInt8,
    _ bytes: inout [UInt8]
  ) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
    bytes.append(end)
  }
}
