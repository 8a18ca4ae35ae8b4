/// One declared setting: its key, its type, its default and its documentation, written once.
///
/// Flags (`--listen-address`), environment names (`MARTLET_BALANCER_LISTEN_ADDRESS`), the check of
/// the YAML file, `--help` and `--print-config` all follow from the declaration. Keys are lowercase
/// words joined by `-` inside a part and by `.` between parts: `tls.key-file`.
public struct Setting<Value: Sendable>: Sendable {
  public let key: String
  public let type: SettingType<Value>
  /// Nil when there is none: the setting must be given.
  public let defaultValue: Value?
  /// What the value is good for, in a sentence without a full stop; it appears in `--help`.
  public let doc: String

  /// A setting that has `defaultValue` when no source gives it.
  public init(_ key: String, _ type: SettingType<Value>, default defaultValue: Value, doc: String) {
    self.key = key
    self.type = type
    self.defaultValue = defaultValue
    self.doc = doc
  }

  /// A setting that must be given; a start without it is refused.
  public init(required key: String, _ type: SettingType<Value>, doc: String) {
    self.key = key
    self.type = type
    defaultValue = nil
    self.doc = doc
  }
}

/// A setting whose type was erased, so that settings of all types stand in one declaration.
public protocol AnySetting: Sendable {
  var key: String { get }
  var doc: String { get }
  /// The type as `--help` names it: `DURATION`.
  var typeName: String { get }
  /// What is allowed, with units: `a duration from 1s to 10m, such as 30s or 1m30s`.
  var allowed: String { get }
  /// A value that the type accepts.
  var example: String { get }
  var isSecret: Bool { get }
  var isList: Bool { get }
  var isBool: Bool { get }
  /// Must be given: has no default.
  var isRequired: Bool { get }
  /// The default as a source would spell it; nil when there is none or when it is "unset".
  var defaultRaw: RawSettingValue? { get }

  /// Reads a value as a source gave it.
  func read(_ raw: RawSettingValue) throws(SettingRejection) -> any BoxedSettingValue
  func boxedDefault() -> (any BoxedSettingValue)?
}

/// A value as a source spells it: one text, or several where the source knows lists.
public enum RawSettingValue: Sendable, Equatable {
  case text(String)
  case list([String])

  /// The texts of a list; a single text is split at commas, the form of flags and environment.
  var items: [String] {
    switch self {
    case .list(let items): items
    case .text(let text):
      text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingSpaces }
    }
  }
}

/// Why a value was refused: the end of the sentence "… is not accepted: ".
public struct SettingRejection: Error, Sendable, Equatable {
  public let reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// A typed value in a box, so that values of all types stand in one dictionary.
public protocol BoxedSettingValue: Sendable {
  /// The value as a source would spell it; nil when it is unset.
  var raw: RawSettingValue? { get }
}

struct SettingValueBox<Value: Sendable>: BoxedSettingValue {
  let value: Value
  let raw: RawSettingValue?
}

extension Setting: AnySetting {
  public var typeName: String { type.name }
  public var allowed: String { type.allowed }
  public var example: String { type.example }
  public var isSecret: Bool { type.isSecret }
  public var isList: Bool { type.isList }
  public var isBool: Bool { type.isBool }
  public var isRequired: Bool { defaultValue == nil }
  public var defaultRaw: RawSettingValue? { defaultValue.flatMap { type.format($0) } }

  public func read(_ raw: RawSettingValue) throws(SettingRejection) -> any BoxedSettingValue {
    let value = try type.parse(raw)
    return SettingValueBox(value: value, raw: type.format(value))
  }

  public func boxedDefault() -> (any BoxedSettingValue)? {
    defaultValue.map { SettingValueBox(value: $0, raw: type.format($0)) }
  }
}

extension StringProtocol {
  /// The text without blanks and tabs at both ends.
  var trimmingSpaces: String {
    var part = self[...]
    while let first = part.first, first == " " || first == "\t" { part = part.dropFirst() }
    while let last = part.last, last == " " || last == "\t" { part = part.dropLast() }
    return String(part)
  }
}
