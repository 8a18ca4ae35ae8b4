/// Writes a proto enum as a Swift enum that keeps numbers it does not know.
struct EnumWriter {
  private let value: ProtoEnum
  private let name: String

  init(_ value: ProtoEnum, _ registry: TypeRegistry) {
    self.value = value
    name = registry.ownName(value.fullName)
  }

  func write(to writer: inout SourceWriter) {
    // Of values with one number the first is the case, the others are aliases.
    var names: [Int: String] = [:]
    var cases: [(name: String, number: Int, comment: String)] = []
    var aliases: [(name: String, number: Int)] = []
    for item in value.values {
      let name = SwiftName.enumCase(item.name, of: value.name)
      if names[item.number] == nil {
        names[item.number] = name
        cases.append((name, item.number, item.comment))
      } else {
        aliases.append((name, item.number))
      }
    }
    let first = cases.first?.name ?? "unrecognized(0)"

    writer.documentation(value.comment)
    writer.block("public enum \(name): WireEnum") { body in
      for item in cases {
        body.documentation(item.comment)
        body.line("case \(item.name)")
      }
      body.line("/// A number that has no name here.")
      body.line("case unrecognized(Int32)")
      for alias in aliases {
        body.line("public static let \(alias.name) = \(name).\(names[alias.number] ?? first)")
      }
      body.line()
      body.line("public init() { self = .\(first) }")
      body.line()
      body.block("public init(rawValue: Int32)") { body in
        body.line("switch rawValue {")
        for item in cases { body.line("case \(item.number): self = .\(item.name)") }
        body.line("default: self = .unrecognized(rawValue)")
        body.line("}")
      }
      body.line()
      body.block("public var rawValue: Int32") { body in
        body.line("switch self {")
        for item in cases { body.line("case .\(item.name): \(item.number)") }
        body.line("case .unrecognized(let number): number")
        body.line("}")
      }
    }
  }
}
