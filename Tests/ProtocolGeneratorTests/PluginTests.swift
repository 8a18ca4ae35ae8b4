import Testing

@testable import ProtocolGenerator

@Suite("The plug-in")
struct PluginTests {
  private func request(parameter: String = "c_module=CThings") -> [UInt8] {
    DescriptorBytes { request in
      request.text(1, "a/v1/thing.proto")
      request.text(2, parameter)
    }.bytes + DescriptorBytes.files(at: 15)
  }

  @Test("reads files, comments and the options of this project from protoc's request")
  func reading() throws {
    let request = try PluginRequest(decoding: request())
    #expect(request.filesToGenerate == ["a/v1/thing.proto"])
    let file = try #require(request.files.last)
    #expect(file.swiftPrefix == "Ax")
    let field = try #require(file.messages.first?.fields.first)
    #expect(field.isSlice)
    #expect(field.comment == " The bytes.\n Really.\n")
    let method = try #require(file.services.first?.methods.first)
    #expect(method.isServerStreaming && !method.isClientStreaming)
    #expect(method.input == "a.v1.Thing")
    #expect(
      method.options
        == ProtoMethodOptions(
          idempotent: true,
          allowedPeers: ["gateway", "balancer"],
          defaultTimeoutMilliseconds: 300,
          maximumTimeoutMilliseconds: 100_000,
          maximumMessageBytes: 268_435_456
        )
    )
  }

  @Test("writes messages and services into files of their own, only for the files asked for")
  func files() throws {
    guard case .files(let files) = Generator.run(try PluginRequest(decoding: request())) else {
      Issue.record("the generator refused the protos")
      return
    }
    #expect(files.map(\.name) == ["AV1ThingMessages.swift", "AV1ThingService.swift"])
    #expect(files[0].content.contains("internal import CThings\n"))
    #expect(
      files[0].content.contains("  /// The bytes.\n  /// Really.\n  public var payload: Bytes")
    )
    #expect(files[1].content.contains("public protocol AxThingsService: Service {"))
  }

  @Test("answers protoc with files or with one error, never with both")
  func answers() {
    let failure = PluginResponse.failure("no").encoded()
    #expect(failure == [0x0A, 2] + Array("no".utf8) + [0x10, 0])
    let files = PluginResponse.files([GeneratedFile(name: "n", content: "c")]).encoded()
    #expect(files == [0x10, 0, 0x7A, 6, 0x0A, 1, 0x6E, 0x7A, 1, 0x63])
  }

  @Test("a missing or unknown parameter is an error that names what to give")
  func parameter() throws {
    for parameter in ["", "c_module=", "module=X"] {
      let response = Generator.run(try PluginRequest(decoding: request(parameter: parameter)))
      guard case .failure(let problem) = response else {
        Issue.record("\(parameter) was accepted")
        continue
      }
      #expect(problem.contains("--martlet_opt=c_module=NAME"))
    }
  }

  @Test("bytes that are no request are refused")
  func malformed() {
    #expect(throws: DescriptorError.self) { try PluginRequest(decoding: [0x0A, 0xFF]) }
    #expect(throws: DescriptorError.self) { try DescriptorSet.read([0x0A, 0xFF]) }
  }

  @Test("stripping leaves messages, and takes options, their import, services and comments")
  func stripping() throws {
    let stripped = try DescriptorSet.read(
      DescriptorSet.stripped(DescriptorBytes.files(at: 1))
    )
    #expect(stripped.map(\.name) == ["a/v1/thing.proto"])
    let file = try #require(stripped.first)
    #expect(file.dependencies.isEmpty && file.services.isEmpty && file.swiftPrefix.isEmpty)
    let field = try #require(file.messages.first?.fields.first)
    #expect(field.name == "payload" && field.number == 7 && field.kind == .bytes)
    #expect(!field.isSlice && field.comment.isEmpty)
  }
}
