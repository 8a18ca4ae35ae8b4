import CDescriptors

/// Bytes that are not the descriptors they should be.
public struct DescriptorError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The files of a `FileDescriptorSet`, as `protoc --descriptor_set_out` writes it.
public enum DescriptorSet {
  public static func read(_ bytes: [UInt8]) throws -> [ProtoFile] {
    try withFiles(bytes) { set in
      list(set.pointee.file, set.pointee.n_file).map { DescriptorReader.read($0) }
    }
  }

  /// The set without what protoc-c need not know: options.proto and its options, services, and
  /// comments. Its C code then needs no descriptor.proto and has no service structs.
  public static func stripped(_ bytes: [UInt8]) throws -> [UInt8] {
    try withFiles(bytes) { set in
      let names = Set(
        list(set.pointee.file, set.pointee.n_file).filter { $0.pointee.n_extension > 0 }
          .map { string($0.pointee.name) } + ["google/protobuf/descriptor.proto"]
      )
      let kept = list(set.pointee.file, set.pointee.n_file)
        .filter { !names.contains(string($0.pointee.name)) }
      for (index, file) in kept.enumerated() {
        strip(file, names)
        set.pointee.file[index] = file
      }
      let all = set.pointee.n_file
      set.pointee.n_file = kept.count
      defer { set.pointee.n_file = min(all, kept.count) }
      let count = google__protobuf__file_descriptor_set__get_packed_size(set)
      return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
        guard let start = buffer.baseAddress else { return }
        written = google__protobuf__file_descriptor_set__pack(set, start)
      }
    }
  }

  private static func strip(_ file: CFile, _ removed: Set<String>) {
    let dependencies = list(file.pointee.dependency, file.pointee.n_dependency)
      .filter { !removed.contains(string($0)) }
    for (index, dependency) in dependencies.enumerated() {
      file.pointee.dependency[index] = dependency
    }
    file.pointee.n_dependency = dependencies.count
    file.pointee.n_service = 0
    file.pointee.options = nil
    file.pointee.source_code_info = nil
    for message in list(file.pointee.message_type, file.pointee.n_message_type) { strip(message) }
  }

  private static func strip(_ message: CMessage) {
    for field in list(message.pointee.field, message.pointee.n_field) {
      guard let options = field.pointee.options else { continue }
      options.pointee.base.n_unknown_fields = 0
    }
    for inner in list(message.pointee.nested_type, message.pointee.n_nested_type) { strip(inner) }
  }

  /// The unpacked set, in an arena of its own, for the time of `body`.
  private static func withFiles<Result>(
    _ bytes: [UInt8],
    _ body: (UnsafeMutablePointer<Google__Protobuf__FileDescriptorSet>) throws -> Result
  ) throws -> Result {
    guard let set = google__protobuf__file_descriptor_set__unpack(nil, bytes.count, bytes) else {
      throw DescriptorError("not a FileDescriptorSet")
    }
    // Not freed: a command reads one or two sets and ends, and `stripped` takes the set apart.
    return try body(set)
  }
}
