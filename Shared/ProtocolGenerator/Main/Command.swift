import Glibc
import ProtocolGenerator

/// A protoc plug-in when started without arguments, and the descriptor tools of protos/generate.
@main
struct Command {
  static let usage = """
    protoc-gen-martlet                      reads protoc's request, writes its response
    protoc-gen-martlet strip IN OUT         descriptors without options and services, for protoc-c
    protoc-gen-martlet compare OLD NEW      names each change that breaks peers of OLD

    """

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch (arguments.first, arguments.count) {
      case (nil, _):
        let request = try PluginRequest(decoding: Files.readStandardInput())
        try Files.writeStandardOutput(Generator.run(request).encoded())
      case ("strip"?, 3):
        try Files.write(DescriptorSet.stripped(Files.read(arguments[1])), to: arguments[2])
      case ("compare"?, 3):
        let old = try DescriptorSet.read(Files.read(arguments[1]))
        let new = try DescriptorSet.read(Files.read(arguments[2]))
        let breaks = Compatibility.breaks(from: old, to: new)
        for problem in breaks { print(problem) }
        if !breaks.isEmpty { exit(1) }
      default:
        Files.writeStandardError(usage)
        exit(2)
      }
    } catch {
      Files.writeStandardError("protoc-gen-martlet: \(error)\n")
      exit(2)
    }
  }
}
