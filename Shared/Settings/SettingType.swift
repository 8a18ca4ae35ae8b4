/// How values of one type are read, checked, written and described.
///
/// `parse` reads what `format` wrote as an equal value; `--print-config` depends on that.
public struct SettingType<Value: Sendable>: Sendable {
  public let name: String
  public let allowed: String
  public let example: String
  let isSecret: Bool
  let isList: Bool
  let isBool: Bool
  let parse: @Sendable (RawSettingValue) throws(SettingRejection) -> Value
  let format: @Sendable (Value) -> RawSettingValue?

  init(
    name: String,
    allowed: String,
    example: String,
    isSecret: Bool = false,
    isList: Bool = false,
    isBool: Bool = false,
    parse: @escaping @Sendable (RawSettingValue) throws(SettingRejection) -> Value,
    format: @escaping @Sendable (Value) -> RawSettingValue?
  ) {
    self.name = name
    self.allowed = allowed
    self.example = example
    self.isSecret = isSecret
    self.isList = isList
    self.isBool = isBool
    self.parse = parse
    self.format = format
  }

  /// A type of one text, for settings of a kind that this module does not know.
  ///
  /// - Parameters:
  ///   - name: As `--help` shows it, in capitals: `ROLE`.
  ///   - allowed: What is accepted, with units; the text follows "expected" in error messages.
  ///   - example: A text that `parse` accepts.
  ///   - parse: Nil refuses the text.
  ///   - format: Writes what `parse` reads back.
  public init(
    name: String,
    allowed: String,
    example: String,
    parse: @escaping @Sendable (String) -> Value?,
    format: @escaping @Sendable (Value) -> String
  ) {
    self.init(
      name: name,
      allowed: allowed,
      example: example,
      parse: { raw throws(SettingRejection) in
        guard case .text(let text) = raw else {
          throw SettingRejection("expected \(allowed), not a list")
        }
        guard let value = parse(text) else { throw SettingRejection("expected \(allowed)") }
        return value
      },
      format: { .text(format($0)) }
    )
  }

  /// The same type, with nil for "not given". Its default is nil.
  public var optional: SettingType<Value?> {
    SettingType<Value?>(
      name: name,
      allowed: allowed,
      example: example,
      isSecret: isSecret,
      isList: isList,
      isBool: isBool,
      parse: { raw throws(SettingRejection) in try parse(raw) },
      format: { $0.flatMap { format($0) } }
    )
  }

  /// Several values of this type: a sequence in YAML, separated by commas or given again as flags.
  public func list(count: ClosedRange<Int> = 0...256) -> SettingType<[Value]> {
    let what = "\(count.lowerBound) to \(count.upperBound) values, each \(allowed)"
    return SettingType<[Value]>(
      name: "\(name),…",
      allowed: what,
      example: example,
      isList: true,
      parse: { raw throws(SettingRejection) in
        let items = raw == .text("") ? [] : raw.items
        guard count.contains(items.count) else {
          throw SettingRejection("expected \(what); got \(items.count) values")
        }
        var values: [Value] = []
        for (index, item) in items.enumerated() {
          do throws(SettingRejection) {
            values.append(try parse(.text(item)))
          } catch {
            throw SettingRejection("value \(index + 1) of \(items.count): \(error.reason)")
          }
        }
        return values
      },
      format: { values in
        .list(
          values.compactMap { value in
            if case .text(let text)? = format(value) { text } else { nil }
          }
        )
      }
    )
  }
}
