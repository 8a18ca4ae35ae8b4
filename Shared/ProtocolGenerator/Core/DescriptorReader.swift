import CDescriptors

typealias CFile = UnsafeMutablePointer<Google__Protobuf__FileDescriptorProto>
typealias CMessage = UnsafeMutablePointer<Google__Protobuf__DescriptorProto>
typealias CField = UnsafeMutablePointer<Google__Protobuf__FieldDescriptorProto>
typealias CEnum = UnsafeMutablePointer<Google__Protobuf__EnumDescriptorProto>
typealias CService = UnsafeMutablePointer<Google__Protobuf__ServiceDescriptorProto>
typealias CMethod = UnsafeMutablePointer<Google__Protobuf__MethodDescriptorProto>

/// Turns protobuf-c's descriptor structs into the generator's own values.
struct DescriptorReader {
  /// Comments by the path of what they belong to, as in SourceCodeInfo.
  private var comments: [[Int32]: String] = [:]

  static func read(_ file: CFile) -> ProtoFile {
    var reader = DescriptorReader()
    reader.readComments(file)
    return reader.file(file)
  }

  private mutating func readComments(_ file: CFile) {
    guard let info = file.pointee.source_code_info else { return }
    for location in list(info.pointee.location, info.pointee.n_location) {
      let path = Array(
        UnsafeBufferPointer(start: location.pointee.path, count: location.pointee.n_path)
      )
      let leading = string(location.pointee.leading_comments)
      comments[path] = leading.isEmpty ? string(location.pointee.trailing_comments) : leading
    }
  }

  private func file(_ file: CFile) -> ProtoFile {
    let package = string(file.pointee.package)
    return ProtoFile(
      name: string(file.pointee.name),
      package: package,
      syntax: string(file.pointee.syntax),
      dependencies: list(file.pointee.dependency, file.pointee.n_dependency).map { string($0) },
      swiftPrefix: string(file.pointee.options?.pointee.swift_prefix),
      messages: list(file.pointee.message_type, file.pointee.n_message_type).enumerated()
        .map { message($1, in: package, [4, Int32($0)]) },
      enums: list(file.pointee.enum_type, file.pointee.n_enum_type).enumerated()
        .map { enumeration($1, in: package, [5, Int32($0)]) },
      services: list(file.pointee.service, file.pointee.n_service).enumerated()
        .map { service($1, in: package, [6, Int32($0)]) },
      extensionCount: file.pointee.n_extension
    )
  }

  private func message(_ message: CMessage, in scope: String, _ path: [Int32]) -> ProtoMessage {
    let name = string(message.pointee.name)
    let fullName = scope.isEmpty ? name : "\(scope).\(name)"
    let inner = message.pointee
    return ProtoMessage(
      name: name,
      fullName: fullName,
      comment: comments[path] ?? "",
      fields: list(inner.field, inner.n_field).enumerated()
        .map { field($1, path + [2, Int32($0)]) },
      oneofs: list(inner.oneof_decl, inner.n_oneof_decl).map { string($0.pointee.name) },
      messages: list(inner.nested_type, inner.n_nested_type).enumerated()
        .map { self.message($1, in: fullName, path + [3, Int32($0)]) },
      enums: list(inner.enum_type, inner.n_enum_type).enumerated()
        .map { enumeration($1, in: fullName, path + [4, Int32($0)]) },
      isMapEntry: inner.options.map { $0.pointee.map_entry != 0 } ?? false,
      reservedNumbers: list(inner.reserved_range, inner.n_reserved_range)
        .map { Int($0.pointee.start)..<Int($0.pointee.end) },
      reservedNames: list(inner.reserved_name, inner.n_reserved_name).map { string($0) }
    )
  }

  private func field(_ field: CField, _ path: [Int32]) -> ProtoField {
    let inner = field.pointee
    return ProtoField(
      name: string(inner.name),
      number: Int(inner.number),
      kind: ProtoField.Kind(rawValue: Int(inner.type.rawValue)) ?? .group,
      isRepeated: inner.label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED,
      isRequired: inner.label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED,
      isOptional: inner.has_proto3_optional != 0 && inner.proto3_optional != 0,
      typeName: typeName(inner.type_name),
      oneofIndex: inner.has_oneof_index != 0 ? Int(inner.oneof_index) : nil,
      isSlice: CustomOptions.isSlice(inner.options),
      comment: comments[path] ?? ""
    )
  }

  private func enumeration(_ value: CEnum, in scope: String, _ path: [Int32]) -> ProtoEnum {
    let name = string(value.pointee.name)
    let inner = value.pointee
    return ProtoEnum(
      name: name,
      fullName: scope.isEmpty ? name : "\(scope).\(name)",
      comment: comments[path] ?? "",
      values: list(inner.value, inner.n_value).enumerated().map { index, value in
        ProtoEnum.Value(
          name: string(value.pointee.name),
          number: Int(value.pointee.number),
          comment: comments[path + [2, Int32(index)]] ?? ""
        )
      },
      reservedNumbers: list(inner.reserved_range, inner.n_reserved_range)
        .map { Int($0.pointee.start)...Int($0.pointee.end) },
      reservedNames: list(inner.reserved_name, inner.n_reserved_name).map { string($0) }
    )
  }

  private func service(_ service: CService, in scope: String, _ path: [Int32]) -> ProtoService {
    let name = string(service.pointee.name)
    return ProtoService(
      name: name,
      fullName: scope.isEmpty ? name : "\(scope).\(name)",
      comment: comments[path] ?? "",
      methods: list(service.pointee.method, service.pointee.n_method).enumerated()
        .map { index, method in
          ProtoMethod(
            name: string(method.pointee.name),
            input: typeName(method.pointee.input_type),
            output: typeName(method.pointee.output_type),
            isClientStreaming: method.pointee.client_streaming != 0,
            isServerStreaming: method.pointee.server_streaming != 0,
            options: CustomOptions.method(method.pointee.options),
            comment: comments[path + [2, Int32(index)]] ?? ""
          )
        }
    )
  }

  /// Descriptors write full names with a dot in front.
  private func typeName(_ name: UnsafeMutablePointer<CChar>?) -> String {
    let name = string(name)
    return name.hasPrefix(".") ? String(name.dropFirst()) : name
  }
}

func string(_ text: UnsafeMutablePointer<CChar>?) -> String {
  text.map { String(cString: $0) } ?? ""
}

/// A repeated field of protobuf-c; all its pointers are set after unpacking.
func list<Item>(
  _ items: UnsafeMutablePointer<UnsafeMutablePointer<Item>?>?,
  _ count: Int
) -> [UnsafeMutablePointer<Item>] {
  (0..<count).compactMap { items?[$0] }
}
