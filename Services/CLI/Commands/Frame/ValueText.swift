import Glibc

/// Quantities as people read them.
enum ValueText {
  /// `999 B`, `1.5 KiB`, `12 MiB`.
  static func bytes(_ count: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(count)
    var index = 0
    while value >= 1023.5, index < units.count - 1 {
      value /= 1024
      index += 1
    }
    let number = index == 0 || value >= 9.95 ? decimal(value, 0) : decimal(value, 1)
    return "\(number) \(units[index])"
  }

  /// `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `4 d 11 h`.
  static func duration(_ duration: Duration) -> String {
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    guard seconds >= 9.95 else { return "\(decimal(max(0, seconds), 1)) s" }
    let whole = Int64(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    if whole < 86_400 { return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min" }
    return "\(whole / 86_400) d \(twoDigits(whole / 3600 % 24)) h"
  }

  /// At most `digits` significant digits, without trailing zeros: `0.8134`, `12.5`, `1.2e-09`.
  static func number(_ value: Double, digits: Int = 5) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    return format("%.\(digits)g", value)
  }

  /// With exactly so many digits behind the point.
  static func decimal(_ value: Double, _ digits: Int) -> String { format("%.\(digits)f", value) }

  /// `2026-03-01 14:05:09`, UTC; `-` for 0.
  static func time(unixMicroseconds: Int64) -> String {
    guard unixMicroseconds > 0 else { return "-" }
    var seconds = time_t(unixMicroseconds / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    let dateText = date.map { twoDigits(Int64($0)) }.joined(separator: "-")
    return dateText + " " + time.map { twoDigits(Int64($0)) }.joined(separator: ":")
  }

  /// `2026-03-01T14:05:09.000123Z`, as the services' logs have it.
  static func timestamp(unixMicroseconds: Int64) -> String {
    let fraction = String(1_000_000 + unixMicroseconds % 1_000_000).dropFirst()
    let words = time(unixMicroseconds: unixMicroseconds).split(separator: " ")
    return "\(words.joined(separator: "T")).\(fraction)Z"
  }

  private static func twoDigits(_ number: Int64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  private static func format(_ template: String, _ value: Double) -> String {
    withVaList([value]) { arguments in
      var buffer = [CChar](repeating: 0, count: 400)
      let count = vsnprintf(&buffer, buffer.count, template, arguments)
      let bytes = buffer.prefix(max(0, min(Int(count), buffer.count - 1)))
      return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
