/// Writes one message as a Swift struct and its meeting with protobuf-c.
struct MessageWriter {
  /// A stored property: a field, or a oneof with its members.
  private enum Property {
    case field(FieldShape, isBoxed: Bool)
    case oneof(name: String, type: String, cName: String, members: [FieldShape])
  }

  let message: ProtoMessage
  let registry: TypeRegistry
  private let name: String
  private let cType: String
  private let properties: [Property]

  init(_ message: ProtoMessage, _ registry: TypeRegistry) {
    self.message = message
    self.registry = registry
    name = registry.ownName(message.fullName)
    cType = CName.type(message.fullName)
    var properties: [Property] = []
    var seen: Set<Int> = []
    for field in message.fields {
      guard let index = field.oneofIndex else {
        properties.append(
          .field(
            FieldShape(field, registry),
            isBoxed: registry.isRecursive(field, in: message)
          )
        )
        continue
      }
      guard seen.insert(index).inserted else { continue }
      let oneof = message.oneofs[index]
      let members = message.fields.filter { $0.oneofIndex == index }
      properties.append(
        .oneof(
          name: SwiftName.member(oneof),
          type: MessageWriter.oneofType(oneof, in: message),
          cName: CName.oneofCase(oneof),
          members: members.map { FieldShape($0, registry) }
        )
      )
    }
    self.properties = properties
  }

  /// `kind` → `Kind`, or `KindChoice` beside a nested type of that name.
  private static func oneofType(_ oneof: String, in message: ProtoMessage) -> String {
    let name = SwiftName.type(oneof)
    let nested = message.messages.map(\.name) + message.enums.map(\.name)
    return nested.contains(name) ? name + "Choice" : name
  }

  func write(to writer: inout SourceWriter) {
    writer.documentation(message.comment)
    writer.block("public struct \(name): CBackedMessage") { body in
      writeProperties(to: &body)
      writeOneofTypes(to: &body)
      for inner in message.enums {
        EnumWriter(inner, registry).write(to: &body)
        body.line()
      }
      for inner in message.messages where !inner.isMapEntry {
        MessageWriter(inner, registry).write(to: &body)
        body.line()
      }
      writeInitializers(to: &body)
      body.line()
      body.line("public static let messageName = \"\(message.fullName)\"")
      body.line()
      writeDescription(to: &body)
      body.line()
      writeSchema(to: &body)
      body.line()
      writeUnpacking(to: &body)
      body.line()
      writeFilling(to: &body)
    }
  }

  private func writeProperties(to writer: inout SourceWriter) {
    for property in properties {
      switch property {
      case .field(let shape, isBoxed: false):
        writer.documentation(shape.field.comment)
        writer.line("public var \(shape.name): \(shape.type) = \(shape.defaultValue)")
      case .field(let shape, isBoxed: true):
        writer.line("private var \(boxed(shape)): RecursiveBox<\(shape.elementType)>?")
        writer.documentation(shape.field.comment)
        writer.block("public var \(shape.name): \(shape.type)") { body in
          body.line("get { self.\(boxed(shape))?.value }")
          body.line("set { self.\(boxed(shape)) = newValue.map(RecursiveBox.init) }")
        }
      case .oneof(let name, let type, _, _):
        writer.line("public var \(name): \(type)?")
      }
    }
    if !properties.isEmpty { writer.line() }
  }

  private func boxed(_ shape: FieldShape) -> String { SwiftName.plain(shape.name) + "Box" }

  private func writeOneofTypes(to writer: inout SourceWriter) {
    for case .oneof(_, let type, _, let members) in properties {
      writer.block("public enum \(type): Sendable, Equatable") { body in
        for member in members {
          body.documentation(member.field.comment)
          let isRecursive = registry.isRecursive(member.field, in: message)
          body.line("\(isRecursive ? "indirect " : "")case \(member.name)(\(member.elementType))")
        }
      }
      writer.line()
    }
  }

  private func writeInitializers(to writer: inout SourceWriter) {
    writer.line("public init() {}")
    guard !properties.isEmpty else { return }
    writer.line()
    writer.line("public init(")
    writer.indented { body in
      for (index, property) in properties.enumerated() {
        let end = index == properties.count - 1 ? "" : ","
        switch property {
        case .field(let shape, _):
          body.line("\(shape.name): \(shape.type) = \(shape.defaultValue)\(end)")
        case .oneof(let name, let type, _, _):
          body.line("\(name): \(type)? = nil\(end)")
        }
      }
    }
    writer.block(")") { body in
      for property in properties {
        switch property {
        case .field(let shape, isBoxed: false): body.line("self.\(shape.name) = \(shape.name)")
        case .field(let shape, isBoxed: true):
          body.line("self.\(boxed(shape)) = \(shape.name).map(RecursiveBox.init)")
        case .oneof(let name, _, _, _): body.line("self.\(name) = \(name)")
        }
      }
    }
  }

  private func writeDescription(to writer: inout SourceWriter) {
    writer.block("public var description: String") { body in
      let isEmpty = properties.isEmpty
      body.line("\(isEmpty ? "let" : "var") text = MessageDescription(\"\(name)\")")
      for property in properties {
        switch property {
        case .field(let shape, _):
          body.line("text.add(\"\(SwiftName.plain(shape.name))\", self.\(shape.name))")
        case .oneof(let name, _, _, let members):
          body.line("switch self.\(name) {")
          for member in members {
            let label = SwiftName.plain(member.name)
            body.line("case .\(member.name)(let value)?: text.addChosen(\"\(label)\", value)")
          }
          body.line("case nil: break")
          body.line("}")
        }
      }
      body.line("return text.text")
    }
  }

  private func writeSchema(to writer: inout SourceWriter) {
    writer.line("public static let schema = MessageSchema(")
    writer.indented { body in
      body.line("structBytes: MemoryLayout<\(cType)>.size,")
      let slices = registry.sliceFields(of: message)
      if !slices.isEmpty {
        body.line("slices: [")
        for slice in slices { body.line("  .init(\"\(slice.message)\", \(slice.number)),") }
        body.line("],")
      }
      let entries = registry.mapEntries(of: message)
      if !entries.isEmpty {
        body.line("mapEntries: [")
        for entry in entries { body.line("  \"\(entry)\",") }
        body.line("],")
      }
    }
    writer.block(")") { body in
      body.line("\(CName.initializer(message.fullName))($0.assumingMemoryBound(to: \(cType).self))")
    }
  }

  private func writeUnpacking(to writer: inout SourceWriter) {
    writer.block("public init(unpacked message: UnsafeRawPointer, source: Bytes)") { body in
      guard !properties.isEmpty else { return }
      body.line("let c = message.assumingMemoryBound(to: \(cType).self)")
      for property in properties {
        switch property {
        case .field(let shape, isBoxed: false):
          let reading = shape.reading()
          body.line("self.\(shape.name) = \(reading)")
        case .field(let shape, isBoxed: true):
          body.line("self.\(boxed(shape)) = (\(shape.reading())).map(RecursiveBox.init)")
        case .oneof(let name, _, let cName, let members):
          body.line("switch c.pointee.\(cName).rawValue {")
          for member in members {
            let value = member.readingElement("c")
            if member.field.kind == .message {
              body.line("case \(member.field.number):")
              body.line("  self.\(name) = (\(value)).map { .\(member.name)($0) }")
            } else {
              body.line("case \(member.field.number): self.\(name) = .\(member.name)(\(value))")
            }
          }
          body.line("default: self.\(name) = nil")
          body.line("}")
        }
      }
    }
  }

  private func writeFilling(to writer: inout SourceWriter) {
    writer.block("public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena)") { body in
      body.line("let c = message.assumingMemoryBound(to: \(cType).self)")
      body.line("\(CName.initializer(message.fullName))(c)")
      for property in properties {
        switch property {
        case .field(let shape, _):
          shape.write(to: &body)
        case .oneof(let name, _, let cName, let members):
          body.line("switch self.\(name) {")
          for member in members {
            body.line("case .\(member.name)(let value)?:")
            body.line("  c.pointee.\(cName) = .init(rawValue: \(member.field.number))")
            for line in member.writingElement("value", to: "c") { body.line("  " + line) }
          }
          body.line("case nil: break")
          body.line("}")
        }
      }
    }
  }
}
