import Primitives

extension SettingType where Value == Duration {
  /// A duration with units, in `range`: `250ms`, `30s`, `1h30m`.
  public static func duration(_ range: ClosedRange<Duration>) -> SettingType<Duration> {
    let low = Quantity.format(range.lowerBound)
    let high = Quantity.format(range.upperBound)
    let allowed = "a duration with units (ns, us, ms, s, m, h, d) from \(low) to \(high)"
    return SettingType(
      name: "DURATION",
      allowed: allowed,
      example: range.contains(.seconds(30)) ? "30s" : low,
      parse: { raw throws(SettingRejection) in
        guard case .text(let text) = raw else { throw SettingRejection("expected \(allowed)") }
        if Double(text) != nil && text != "0" {
          throw SettingRejection("the unit is missing; expected \(allowed)")
        }
        guard let value = Quantity.duration(text), range.contains(value) else {
          throw SettingRejection("expected \(allowed)")
        }
        return value
      },
      format: { .text(Quantity.format($0)) }
    )
  }
}

extension SettingType where Value == Int {
  /// A number of bytes with a binary unit, in `range`: `512B`, `64KiB`, `4MiB`.
  public static func byteCount(_ range: ClosedRange<Int>) -> SettingType<Int> {
    let low = Quantity.formatBytes(range.lowerBound)
    let high = Quantity.formatBytes(range.upperBound)
    let allowed = "a size with units (B, KiB, MiB, GiB, TiB) from \(low) to \(high)"
    return SettingType(
      name: "SIZE",
      allowed: allowed,
      example: range.contains(64 << 20) ? "64MiB" : low,
      parse: { raw throws(SettingRejection) in
        guard case .text(let text) = raw else { throw SettingRejection("expected \(allowed)") }
        if Int(text) != nil && text != "0" {
          throw SettingRejection("the unit is missing; expected \(allowed)")
        }
        guard let value = Quantity.bytes(text), range.contains(value) else {
          throw SettingRejection("expected \(allowed)")
        }
        return value
      },
      format: { .text(Quantity.formatBytes($0)) }
    )
  }
}

/// Reads and writes amounts with units, without rounding.
enum Quantity {
  private static let durationUnits: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
  ]
  private static let byteUnits: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
  ]

  /// One or more numbers with units, largest unit first; nil for anything else and on overflow.
  static func duration(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    var rest = text[...]
    var total: Int64 = 0
    var previousUnit = Int64.max
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let unit = durationUnits.first(where: { $0.name == name })?.nanoseconds,
        unit < previousUnit, let amount = nanoseconds(number, unit: unit)
      else { return nil }
      previousUnit = unit
      let (sum, overflow) = total.addingReportingOverflow(amount)
      if overflow { return nil }
      total = sum
    }
    return text.isEmpty ? nil : .nanoseconds(total)
  }

  /// `number` × `unit`; nil unless that is a whole number of nanoseconds.
  private static func nanoseconds(_ number: Substring, unit: Int64) -> Int64? {
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap({ Int64($0) }), parts.count <= 2 else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return product }
    guard !parts[1].isEmpty, parts[1].count <= 15 else { return nil }
    var fraction: Int64 = 0
    var scale = unit
    for digit in parts[1] {
      guard let value = digit.wholeNumberValue else { return nil }
      guard scale % 10 == 0 else {
        if value == 0 { continue } else { return nil }
      }
      scale /= 10
      fraction += Int64(value) * scale
    }
    let (sum, overflow2) = product.addingReportingOverflow(fraction)
    return overflow2 ? nil : sum
  }

  /// The largest unit that divides the amount: `90s`, `1500ms`, `2h`.
  static func format(_ duration: Duration) -> String {
    let total = duration.wholeNanoseconds
    if total == 0 { return "0s" }
    for unit in durationUnits where total % unit.nanoseconds == 0 {
      return "\(total / unit.nanoseconds)\(unit.name)"
    }
    return "\(total)ns"
  }

  static func bytes(_ text: String) -> Int? {
    if text == "0" { return 0 }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let name = text.dropFirst(digits.count)
    guard let amount = Int(digits), let unit = byteUnits.first(where: { $0.name == name })?.bytes
    else { return nil }
    let (product, overflow) = amount.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }

  static func formatBytes(_ count: Int) -> String {
    if count == 0 { return "0B" }
    for unit in byteUnits where count % unit.bytes == 0 {
      return "\(count / unit.bytes)\(unit.name)"
    }
    return "\(count)B"
  }
}
