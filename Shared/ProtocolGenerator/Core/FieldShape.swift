/// How one field looks in Swift and how it is read from and written to protoc-c's struct.
struct FieldShape {
  let field: ProtoField
  let registry: TypeRegistry
  /// The field's name in Swift, with backticks where needed.
  let name: String
  private let cName: String
  /// The field where locals could hide it.
  private var own: String { "self." + name }

  init(_ field: ProtoField, _ registry: TypeRegistry) {
    self.field = field
    self.registry = registry
    name = SwiftName.member(field.name)
    cName = CName.field(field.name)
  }

  /// The type of one element.
  var elementType: String {
    switch field.kind {
    case .double: "Double"
    case .float: "Float"
    case .int32, .sint32, .sfixed32: "Int32"
    case .int64, .sint64, .sfixed64: "Int64"
    case .uint32, .fixed32: "UInt32"
    case .uint64, .fixed64: "UInt64"
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "Bytes"
    case .message, .enum, .group: registry.name(field.typeName)
    }
  }

  var type: String {
    if let entry = registry.mapEntry(field) {
      let key = FieldShape(entry.key, registry).elementType
      return "[\(key): \(FieldShape(entry.value, registry).elementType)]"
    }
    if field.isRepeated { return "[\(elementType)]" }
    return field.kind == .message ? elementType + "?" : elementType
  }

  var defaultValue: String {
    if registry.mapEntry(field) != nil { return "[:]" }
    if field.isRepeated { return "[]" }
    switch field.kind {
    case .message: return "nil"
    case .bool: return "false"
    case .string: return "\"\""
    case .bytes: return "Bytes()"
    case .enum: return elementType + "()"
    default: return "0"
    }
  }

  // MARK: Reading

  /// An expression for the field's value, read from the C struct that `c` points to.
  func reading(_ c: String = "c") -> String {
    let member = "\(c).pointee.\(cName)"
    let count = "\(c).pointee.n_\(cName)"
    if let entry = registry.mapEntry(field) {
      let key = FieldShape(entry.key, registry).readingElement("entry")
      var value = FieldShape(entry.value, registry).readingElement("entry")
      if entry.value.kind == .message {
        value += " ?? \(registry.name(entry.value.typeName))()"
      }
      return "Unpacked.map(\(member), \(count)) { entry in (\(key), \(value)) }"
    }
    guard field.isRepeated else { return readingElement(c) }
    switch field.kind {
    case .string: return "Unpacked.texts(\(member), \(count))"
    case .bool: return "Unpacked.flags(\(member), \(count))"
    case .enum: return "Unpacked.enums(\(member), \(count))"
    case .message: return "Unpacked.messages(\(member), \(count), source)"
    case .bytes:
      return
        "Unpacked.byteStrings(\(member), \(count), slicing: \(field.isSlice ? "source" : "nil"))"
    case .double, .float, .fixed32, .fixed64, .sfixed32, .sfixed64:
      return "Unpacked.fixedArray(\(member), \(count), source)"
    default: return "Unpacked.array(\(member), \(count))"
    }
  }

  /// The same for one element that is not in a list; messages give an optional.
  func readingElement(_ c: String) -> String {
    let member = "\(c).pointee.\(cName)"
    switch field.kind {
    case .string: return "Unpacked.text(\(member))"
    case .bool: return "\(member) != 0"
    case .enum:
      return "\(elementType)(rawValue: Int32(truncatingIfNeeded: \(member).rawValue))"
    case .message:
      return "Unpacked.message(\(member), source) as \(elementType)?"
    case .bytes:
      return field.isSlice
        ? "Unpacked.slice(\(member).data, \(member).len, source)"
        : "Unpacked.bytes(\(member).data, \(member).len)"
    default: return member
    }
  }

  // MARK: Writing

  /// Statements that set the field in the C struct that `c` points to from `value`.
  func writing(_ value: String, to c: String = "c") -> [String] {
    let member = "\(c).pointee.\(cName)"
    guard field.isRepeated else { return writingElement(value, to: c) }
    let call =
      switch field.kind {
      case .string: "texts(\(value))"
      case .bool: "flags(\(value))"
      case .enum: "enums(\(value))"
      case .message: "messages(\(value))"
      case .bytes: "byteStrings(\(value), isSliced: \(field.isSlice))"
      case .double, .float, .fixed32, .fixed64, .sfixed32, .sfixed64: "fixedArray(\(value))"
      default: "array(\(value))"
      }
    return [
      "\(c).pointee.n_\(cName) = \(value).count", "\(member) = arena.\(call)",
    ]
  }

  func writingElement(_ value: String, to c: String) -> [String] {
    let member = "\(c).pointee.\(cName)"
    switch field.kind {
    case .string: return ["\(member) = arena.text(\(value))"]
    case .bool: return ["\(member) = \(value) ? 1 : 0"]
    case .enum:
      return ["\(member) = .init(rawValue: .init(truncatingIfNeeded: \(value).rawValue))"]
    case .message: return ["\(member) = arena.message(\(value))"]
    case .bytes:
      return [
        "\(member).len = \(value).count",
        "\(member).data = arena.\(field.isSlice ? "slice" : "bytes")(\(value))",
      ]
    default: return ["\(member) = \(value)"]
    }
  }

  /// Writes the statements for a field that is not in a oneof.
  func write(to writer: inout SourceWriter) {
    if let entry = registry.mapEntry(field) {
      writeMap(entry, to: &writer)
      return
    }
    if field.isRepeated {
      writer.block("if !\(own).isEmpty") { body in writing(own).forEach { body.line($0) } }
      return
    }
    switch field.kind {
    case .message:
      writer.block("if let value = \(own)") { body in writing("value").forEach { body.line($0) } }
    case .string, .bytes:
      writer.block("if !\(own).isEmpty") { body in writing(own).forEach { body.line($0) } }
    default:
      writing(own).forEach { writer.line($0) }
    }
  }

  private func writeMap(
    _ entry: (key: ProtoField, value: ProtoField),
    to writer: inout SourceWriter
  ) {
    let order = entry.key.kind == .bool ? "{ !$0 && $1 }" : "<"
    let type = CName.type(field.typeName)
    writer.block("if !\(own).isEmpty") { body in
      body.line("c.pointee.n_\(cName) = \(own).count")
      body.line("c.pointee.\(cName) = arena.entries(\(own), by: \(order)) {")
      body.indented { body in
        body.line("(entry: UnsafeMutablePointer<\(type)>, key, value) in")
        body.line("\(CName.initializer(field.typeName))(entry)")
        FieldShape(entry.key, registry).writingElement("key", to: "entry")
          .forEach { body.line($0) }
        FieldShape(entry.value, registry).writingElement("value", to: "entry")
          .forEach { body.line($0) }
      }
      body.line("}")
    }
  }
}
