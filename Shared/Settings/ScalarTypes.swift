extension SettingType where Value == String {
  /// A text of 1 to `maximumBytes` bytes of UTF-8 without control characters.
  public static func text(maximumBytes: Int = 4096) -> SettingType<String> {
    SettingType(
      name: "TEXT",
      allowed: "a text of 1 to \(maximumBytes) bytes without control characters",
      example: "blue",
      parse: { text in
        let fits = !text.isEmpty && text.utf8.count <= maximumBytes
        return fits && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ? text : nil
      },
      format: { $0 }
    )
  }

  /// A path of at most 4 095 bytes; a relative one counts from the working directory.
  public static var path: SettingType<String> {
    SettingType(
      name: "PATH",
      allowed: "a path of 1 to 4095 bytes",
      example: "/var/lib/martlet",
      parse: { text in
        let fits = !text.isEmpty && text.utf8.count <= 4095
        return fits && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ? text : nil
      },
      format: { $0 }
    )
  }
}

extension SettingType where Value == Int {
  /// A whole number in `range`; `unit` names what it counts ("connections").
  public static func integer(_ range: ClosedRange<Int>, unit: String? = nil) -> SettingType<Int> {
    let counted = unit.map { " (\($0))" } ?? ""
    return SettingType(
      name: "NUMBER",
      allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)\(counted)",
      example: "\(range.contains(8) ? 8 : range.lowerBound)",
      parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
      format: { "\($0)" }
    )
  }
}

extension SettingType where Value == Double {
  /// A finite number in `range`; `unit` names what it measures ("of all calls").
  public static func number(
    _ range: ClosedRange<Double>,
    unit: String? = nil
  ) -> SettingType<Double> {
    let measured = unit.map { " (\($0))" } ?? ""
    return SettingType(
      name: "NUMBER",
      allowed: "a number from \(range.lowerBound) to \(range.upperBound)\(measured)",
      example: "\(range.contains(0.5) ? 0.5 : range.lowerBound)",
      parse: { text in Double(text).flatMap { $0.isFinite && range.contains($0) ? $0 : nil } },
      format: { "\($0)" }
    )
  }
}

extension SettingType where Value == Bool {
  /// `true` or `false`. As a flag, `--key` says true and `--no-key` false.
  public static var bool: SettingType<Bool> {
    SettingType(
      name: "BOOL",
      allowed: "true or false",
      example: "true",
      isBool: true,
      parse: { raw throws(SettingRejection) in
        switch raw {
        case .text("true"): true
        case .text("false"): false
        default: throw SettingRejection("expected true or false")
        }
      },
      format: { .text($0 ? "true" : "false") }
    )
  }
}

extension SettingType
where Value: CaseIterable & RawRepresentable, Value.RawValue == String, Value: Sendable {
  /// One of the cases of an enumeration, by raw value.
  public static var choice: SettingType<Value> {
    let names = Value.allCases.map(\.rawValue)
    let allowed = names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))"
    return SettingType(
      name: names.joined(separator: "|"),
      allowed: allowed,
      example: names.first ?? "",
      parse: { raw throws(SettingRejection) in
        guard case .text(let text) = raw else { throw SettingRejection("expected \(allowed)") }
        if let value = Value(rawValue: text) { return value }
        let near = NearestName.to(text, among: names).map { "; did you mean \($0)?" } ?? ""
        throw SettingRejection("expected \(allowed)\(near)")
      },
      format: { .text($0.rawValue) }
    )
  }
}
