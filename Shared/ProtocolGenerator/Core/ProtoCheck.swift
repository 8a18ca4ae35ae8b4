/// What a proto may not use, said in words before code is generated from it.
enum ProtoCheck {
  /// Top-level names that would hide a type of Swift or of this project from generated code.
  private static let reserved: Set<String> = [
    "Array", "Bool", "Bytes", "Dictionary", "Double", "Float", "Int32", "Int64", "Optional",
    "String", "UInt32", "UInt64", "Arena", "Unpacked", "WireEnum", "WireMessage", "MessageSchema",
    "CBackedMessage", "MessageDescription", "RecursiveBox", "Method", "MethodOptions", "Service",
    "MethodHandler", "CallChannel", "CallOptions", "CallContext", "RPCError", "RequestStream",
    "ResponseStream", "RequestWriter", "ResponseWriter", "Result",
  ]

  static func problems(_ files: [ProtoFile], _ registry: TypeRegistry) -> [String] {
    var problems: [String] = []
    let generated = Set(files.flatMap { allNames($0) })
    var topLevel: [String: String] = [:]
    for file in files {
      if file.syntax != "proto3" { problems.append("\(file.name): only proto3 is supported") }
      for name in file.messages.map(\.fullName) + file.enums.map(\.fullName) {
        let swiftName = registry.name(name)
        if reserved.contains(swiftName) {
          problems.append("\(name): the Swift name \(swiftName) is taken; set swift_prefix")
        }
        if let other = topLevel.updateValue(name, forKey: swiftName) {
          problems.append("\(name): \(other) has the Swift name \(swiftName) too; set swift_prefix")
        }
      }
      for message in file.messages { problems += self.problems(message, generated) }
      for method in file.services.flatMap(\.methods) {
        for name in [method.input, method.output] where !generated.contains(name) {
          problems.append("\(method.name): \(name) is not among the files to generate")
        }
      }
    }
    return problems
  }

  private static func problems(_ message: ProtoMessage, _ generated: Set<String>) -> [String] {
    var problems: [String] = []
    for field in message.fields {
      let place = "\(message.fullName).\(field.name)"
      if field.isOptional {
        problems.append("\(place): proto3 optional is not supported; use a message or an enum")
      }
      if field.isSlice, field.kind != .bytes {
        problems.append("\(place): (martlet.slice) is only for bytes")
      }
      if ["self", "init", "Type", "Protocol"].contains(field.name) {
        problems.append("\(place): Swift cannot reach a C field of this name; choose another")
      }
      if field.kind == .group { problems.append("\(place): groups are not supported") }
      if field.kind == .message || field.kind == .enum, !generated.contains(field.typeName) {
        problems.append("\(place): \(field.typeName) is not among the files to generate")
      }
    }
    return problems + message.messages.flatMap { self.problems($0, generated) }
  }

  private static func allNames(_ file: ProtoFile) -> [String] {
    func names(_ message: ProtoMessage) -> [String] {
      [message.fullName] + message.enums.map(\.fullName) + message.messages.flatMap(names)
    }
    return file.messages.flatMap(names) + file.enums.map(\.fullName)
  }
}
