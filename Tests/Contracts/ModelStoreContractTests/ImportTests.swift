import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import Testing

@Suite("Imports into a real store", .serialized, .timeLimit(.minutes(2)))
struct ImportTests {
  /// y = 2 a - b + 0.5 for rows [a, b]; made with onnx 1.19.
  private static let affine =
    "CAgSDW1hcnRsZXQtdGVzdHM6cgoSCgF4CgF3CgFiEgF5IgRHZW1tEgZhZmZpbmUqEwgCCAEQASIIAAAAQAAAgL9CAXcq"
    + "DQgBEAEiBAAAAD9CAWJaFwoBeBISChAIARIMCgYSBHJvd3MKAggCYhcKAXkSEgoQCAESDAoGEgRyb3dzCgIIAUIECgAQ"
    + "DQ=="

  @Test("a model is recognised under any name, and imported once")
  func imports() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let model = Blob(Bytes(try #require(Data(base64Encoded: ImportTests.affine))))
      let notes = Blob("# An affine model")
      let request = ImportVersionRequest(
        model: "affine",
        files: [model.entry("net"), notes.entry("README.md")],
        aliases: ["champion"],
        license: "Apache-2.0",
        tags: ["team": "blue"]
      )
      let early = await failure {
        _ = try await client.importVersion(request, options: Blob.timeout)
      }
      #expect(early == .failedPrecondition)
      try await model.upload(to: client)
      try await notes.upload(to: client)
      let imported = try await client.importVersion(request, options: Blob.timeout)
      let version = try #require(imported.version)
      #expect(version.version == 1)
      #expect(version.aliases == ["champion", "latest"])
      #expect(version.manifest?.format == .onnx)
      #expect(version.manifest?.entryPath == "net")
      #expect(version.manifest?.license == "Apache-2.0")
      #expect(version.manifest?.tags == ["team": "blue"])
      #expect(version.manifest?.signature?.inputs.map(\.shape) == [[-1, 2]])
      #expect(imported.findings.contains("net: an ONNX model"))
      let again = try await client.importVersion(request, options: Blob.timeout)
      #expect(again.existed)
      #expect(again.version == version)
    }
  }

  @Test("a pickle is refused, and the refusal says what to do instead")
  func refuses() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let pickle = Blob(Bytes([0x80, 0x04, 0x95, 0x01, 0x4E, 0x2E]))
      try await pickle.upload(to: client)
      let request = ImportVersionRequest(model: "forest", files: [pickle.entry("model.onnx")])
      do {
        _ = try await client.importVersion(request, options: Blob.timeout)
        Issue.record("a pickle was taken")
      } catch let error as RPCError {
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains("pickle") && error.message.contains("skl2onnx"))
      }
      let denied = await failure {
        _ = try await world.client("trainer").importVersion(request, options: Blob.timeout)
      }
      #expect(denied == .permissionDenied)
    }
  }
}
