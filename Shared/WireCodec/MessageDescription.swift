import Primitives

/// Builds the one-line text of a message: the fields that are set, long values shortened.
public struct MessageDescription {
  /// Characters of a text, and elements of a list, that are shown.
  private static let shownCharacters = 80
  private static let shownElements = 8

  private let name: String
  private var parts: [String] = []

  public init(_ name: String) { self.name = name }

  public var text: String { "\(name)(\(parts.joined(separator: ", ")))" }

  public mutating func add(_ field: String, _ value: String) {
    if !value.isEmpty { parts.append("\(field): \(MessageDescription.quoted(value))") }
  }

  public mutating func add(_ field: String, _ value: Bytes) {
    if !value.isEmpty { parts.append("\(field): \(value)") }
  }

  public mutating func add(_ field: String, _ value: Bool) {
    if value { parts.append("\(field): true") }
  }

  public mutating func add<Number: Numeric>(_ field: String, _ value: Number) {
    if value != .zero { parts.append("\(field): \(value)") }
  }

  public mutating func add<Value: WireEnum>(_ field: String, _ value: Value) {
    if value.rawValue != 0 { parts.append("\(field): \(value)") }
  }

  public mutating func add<Value: WireMessage>(_ field: String, _ value: Value?) {
    if let value { parts.append("\(field): \(value)") }
  }

  public mutating func add<Element>(_ field: String, _ values: [Element]) {
    guard !values.isEmpty else { return }
    let shown = values.prefix(MessageDescription.shownElements).map(MessageDescription.shown)
    let rest = values.count - shown.count
    let end = rest == 0 ? "" : ", … \(rest) more"
    parts.append("\(field): [\(shown.joined(separator: ", "))\(end)]")
  }

  public mutating func add<Key, Value>(_ field: String, _ map: [Key: Value]) {
    guard !map.isEmpty else { return }
    let all = map.map {
      "\(MessageDescription.shown($0.key)): \(MessageDescription.shown($0.value))"
    }
    let shown = all.sorted().prefix(MessageDescription.shownElements)
    let rest = all.count - shown.count
    let end = rest == 0 ? "" : ", … \(rest) more"
    parts.append("\(field): [\(shown.joined(separator: ", "))\(end)]")
  }

  /// The member of a oneof that is set.
  public mutating func addChosen<Value>(_ field: String, _ value: Value) {
    parts.append("\(field): \(MessageDescription.shown(value))")
  }

  private static func shown<Value>(_ value: Value) -> String {
    if let text = value as? String { return quoted(text) }
    return "\(value)"
  }

  private static func quoted(_ text: String) -> String {
    let head = text.prefix(shownCharacters)
    return head.endIndex == text.endIndex
      ? head.debugDescription : "\(String(head).debugDescription)…"
  }
}
