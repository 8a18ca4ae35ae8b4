/// Turns protoc's request into Swift files: messages of one proto in one file, services in another.
public enum Generator {
  /// - Returns: the files, or what the protos use that the codec does not support.
  public static func run(_ request: PluginRequest) -> PluginResponse {
    let module: String
    switch cModule(request.parameter) {
    case .success(let name): module = name
    case .failure(let problem): return .failure(problem.description)
    }
    let registry = TypeRegistry(request.files)
    var files: [GeneratedFile] = []
    let toGenerate = request.files.filter { request.filesToGenerate.contains($0.name) }
    let problems = ProtoCheck.problems(toGenerate, registry)
    guard problems.isEmpty else { return .failure(problems.joined(separator: "\n")) }
    for file in toGenerate {
      if !file.messages.isEmpty || !file.enums.isEmpty {
        files.append(messages(file, registry, cModule: module))
      }
      if !file.services.isEmpty { files.append(services(file, registry)) }
    }
    return .files(files)
  }

  private static func cModule(_ parameter: String) -> Result<String, DescriptorError> {
    let parts = parameter.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "c_module", !parts[1].isEmpty else {
      return .failure(
        DescriptorError("give the module of protoc-c's code: --martlet_opt=c_module=NAME")
      )
    }
    return .success(String(parts[1]))
  }

  /// `martlet/testing/v1/echo.proto` → `MartletTestingV1Echo`
  static func baseName(_ file: String) -> String {
    let path = file.hasSuffix(".proto") ? String(file.dropLast(6)) : file
    return path.split { "/_-.".contains($0) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
  }

  private static func header(_ file: ProtoFile) -> SourceWriter {
    var writer = SourceWriter()
    writer.line("// Generated from \(file.name) by protos/generate; never edited by hand.")
    writer.line("// swift-format-ignore-file")
    writer.line()
    return writer
  }

  private static func messages(
    _ file: ProtoFile,
    _ registry: TypeRegistry,
    cModule: String
  ) -> GeneratedFile {
    var writer = header(file)
    writer.line("internal import \(cModule)")
    writer.line("import Primitives")
    writer.line("import WireCodec")
    for value in file.enums {
      writer.line()
      EnumWriter(value, registry).write(to: &writer)
    }
    for message in file.messages {
      writer.line()
      MessageWriter(message, registry).write(to: &writer)
    }
    return GeneratedFile(name: baseName(file.name) + "Messages.swift", content: writer.text)
  }

  private static func services(_ file: ProtoFile, _ registry: TypeRegistry) -> GeneratedFile {
    var writer = header(file)
    for module in ["Primitives", "RPC", "RPCRuntime", "WireCodec"] {
      writer.line("import \(module)")
    }
    for service in file.services {
      writer.line()
      ServiceWriter(service, prefix: file.swiftPrefix, registry).write(to: &writer)
    }
    return GeneratedFile(name: baseName(file.name) + "Service.swift", content: writer.text)
  }
}
