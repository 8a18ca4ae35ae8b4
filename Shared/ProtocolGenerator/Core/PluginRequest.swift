import CDescriptors

/// What protoc asks of a plug-in: google/protobuf/compiler/plugin.proto.
public struct PluginRequest: Equatable, Sendable {
  public var filesToGenerate: [String] = []
  /// `--martlet_opt`: "name=value,name=value".
  public var parameter = ""
  /// The files to generate and all that they import.
  public var files: [ProtoFile] = []

  public init() {}

  public init(decoding bytes: [UInt8]) throws {
    guard
      let request = google__protobuf__compiler__code_generator_request__unpack(
        nil,
        bytes.count,
        bytes
      )
    else { throw DescriptorError("protoc's request is not a CodeGeneratorRequest") }
    defer { google__protobuf__compiler__code_generator_request__free_unpacked(request, nil) }
    filesToGenerate = list(request.pointee.file_to_generate, request.pointee.n_file_to_generate)
      .map { string($0) }
    parameter = string(request.pointee.parameter)
    files = list(request.pointee.proto_file, request.pointee.n_proto_file)
      .map { DescriptorReader.read($0) }
  }
}

/// What the plug-in answers: files, or what is wrong with the protos.
public enum PluginResponse: Equatable, Sendable {
  case files([GeneratedFile])
  case failure(String)

  public func encoded() -> [UInt8] {
    var response = Google__Protobuf__Compiler__CodeGeneratorResponse()
    google__protobuf__compiler__code_generator_response__init(&response)
    response.has_supported_features = 1
    var allocations: [UnsafeMutableRawPointer] = []
    defer { allocations.forEach { $0.deallocate() } }
    func cString(_ text: String) -> UnsafeMutablePointer<CChar> {
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: byte) }
      allocations.append(copy)
      return copy
    }
    switch self {
    case .failure(let problem):
      response.error = cString(problem)
    case .files(let files):
      typealias CFile = Google__Protobuf__Compiler__CodeGeneratorResponse__File
      let items = UnsafeMutablePointer<UnsafeMutablePointer<CFile>?>.allocate(
        capacity: max(1, files.count)
      )
      allocations.append(items)
      for (index, file) in files.enumerated() {
        let item = UnsafeMutablePointer<CFile>.allocate(capacity: 1)
        allocations.append(item)
        google__protobuf__compiler__code_generator_response__file__init(item)
        item.pointee.name = cString(file.name)
        item.pointee.content = cString(file.content)
        (items + index).initialize(to: item)
      }
      response.n_file = files.count
      response.file = items
    }
    let count = google__protobuf__compiler__code_generator_response__get_packed_size(&response)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      guard let start = buffer.baseAddress else { return }
      written = google__protobuf__compiler__code_generator_response__pack(&response, start)
    }
  }
}

/// A file of the plug-in's output.
public struct GeneratedFile: Equatable, Sendable {
  public var name: String
  public var content: String
}
