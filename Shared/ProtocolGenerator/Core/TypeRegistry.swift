/// All types of a request by full name: their Swift names, and which contain which.
struct TypeRegistry {
  private(set) var messages: [String: ProtoMessage] = [:]
  private(set) var enums: [String: ProtoEnum] = [:]
  /// The Swift names: "Shapes.Inner".
  private var names: [String: String] = [:]
  /// The type's own name, without those around it.
  private var ownNames: [String: String] = [:]

  init(_ files: [ProtoFile]) {
    for file in files {
      for message in file.messages { add(message, prefix: file.swiftPrefix, outer: nil) }
      for value in file.enums { add(value, prefix: file.swiftPrefix, outer: nil) }
    }
  }

  func name(_ fullName: String) -> String { names[fullName] ?? fullName }
  func ownName(_ fullName: String) -> String { ownNames[fullName] ?? fullName }

  /// The key and value fields when the field is a map.
  func mapEntry(_ field: ProtoField) -> (key: ProtoField, value: ProtoField)? {
    guard field.isRepeated, field.kind == .message, let entry = messages[field.typeName],
      entry.isMapEntry, entry.fields.count == 2
    else { return nil }
    return (entry.fields[0], entry.fields[1])
  }

  /// Whether a singular message field makes its message contain itself by value.
  func isRecursive(_ field: ProtoField, in message: ProtoMessage) -> Bool {
    guard field.kind == .message, !field.isRepeated else { return false }
    var reached: Set<String> = []
    var waiting = [field.typeName]
    while let name = waiting.popLast() {
      if name == message.fullName { return true }
      guard reached.insert(name).inserted, let inner = messages[name] else { continue }
      waiting += inner.fields.filter { $0.kind == .message && !$0.isRepeated }.map(\.typeName)
    }
    return false
  }

  /// The sliced fields of a message and of all messages inside it, by name and number.
  func sliceFields(of message: ProtoMessage) -> [(message: String, number: Int)] {
    reachable(from: message).flatMap { inner in
      inner.fields.filter(\.isSlice).map { (inner.fullName, $0.number) }
    }
  }

  /// The names of the map entries among the messages inside a message.
  func mapEntries(of message: ProtoMessage) -> [String] {
    reachable(from: message).filter(\.isMapEntry).map(\.fullName)
  }

  /// The message and all inside it, by name.
  private func reachable(from message: ProtoMessage) -> [ProtoMessage] {
    var reached: [String: ProtoMessage] = [:]
    var waiting = [message.fullName]
    while let name = waiting.popLast() {
      guard reached[name] == nil, let inner = messages[name] else { continue }
      reached[name] = inner
      waiting += inner.fields.filter { $0.kind == .message }.map(\.typeName)
    }
    return reached.values.sorted { $0.fullName < $1.fullName }
  }

  private mutating func add(_ message: ProtoMessage, prefix: String, outer: String?) {
    messages[message.fullName] = message
    let name = note(message.fullName, prefix + SwiftName.type(message.name), outer)
    for inner in message.messages { add(inner, prefix: "", outer: name) }
    for inner in message.enums { add(inner, prefix: "", outer: name) }
  }

  private mutating func add(_ value: ProtoEnum, prefix: String, outer: String?) {
    enums[value.fullName] = value
    _ = note(value.fullName, prefix + SwiftName.type(value.name), outer)
  }

  private mutating func note(_ fullName: String, _ own: String, _ outer: String?) -> String {
    let name = outer.map { "\($0).\(own)" } ?? own
    names[fullName] = name
    ownNames[fullName] = own
    return name
  }
}
