import Digests
import Foundation
import Primitives
import Protocols
import RPC
import Testing

@testable import Commands

@Suite("A model's folder appears whole or not at all")
struct ModelFolderTests {
  private static func version(
    _ files: [String],
    number: UInt32 = 1,
    card: String = ""
  ) -> ModelVersion {
    let entries = files.map { FileEntry(path: $0, sizeBytes: 3, sha256: Bytes()) }
    let manifest = Manifest(format: .onnx, files: entries, entryPath: files[0], card: card)
    return ModelVersion(model: "mpg", version: number, manifest: manifest)
  }

  private static func write(_ entry: FileEntry, _ path: String) throws {
    try Data(entry.path.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test("holds the files at their paths, the manifest and the version")
  func whole() async throws {
    let parent = try TemporaryFolder()
    let folder = ModelFolder("\(parent.path)/a/b/mpg")
    let version = Self.version(["model.onnx", "parts/1/weights.bin"])
    try await folder.write(version, replacing: false) { try Self.write($0, $1) }
    #expect(
      parent.files == [
        "a/b/mpg/manifest.binpb", "a/b/mpg/model.onnx", "a/b/mpg/parts/1/weights.bin",
        "a/b/mpg/replica.binpb",
      ]
    )
    #expect(folder.manifest() == version.manifest)
    #expect(folder.replica() == ReplicaAttribute(model: "mpg", modelVersion: 1))
  }

  @Test("a file that does not come leaves nothing behind")
  func notAtAll() async throws {
    let parent = try TemporaryFolder()
    let folder = ModelFolder("\(parent.path)/mpg")
    await #expect(throws: RPCError.self) {
      try await folder.write(Self.version(["a", "b"]), replacing: false) { entry, path in
        if entry.path == "b" { throw RPCError(.dataLoss, "no") }
        try Self.write(entry, path)
      }
    }
    #expect(parent.files.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path).isEmpty)
  }

  @Test("an older copy is replaced whole, and stays when the new one does not come")
  func replaces() async throws {
    let parent = try TemporaryFolder()
    let folder = ModelFolder("\(parent.path)/mpg")
    try await folder.write(Self.version(["old"]), replacing: true) { try Self.write($0, $1) }
    await #expect(throws: RPCError.self) {
      try await folder.write(Self.version(["new"], number: 2), replacing: true) { _, _ in
        throw RPCError(.unavailable, "away")
      }
    }
    #expect(folder.replica()?.modelVersion == 1)
    try await folder.write(Self.version(["new"], number: 2), replacing: true) {
      try Self.write($0, $1)
    }
    #expect(parent.files == ["mpg/manifest.binpb", "mpg/new", "mpg/replica.binpb"])
    #expect(folder.replica()?.modelVersion == 2)
  }

  @Test("a folder of somebody else is not touched, an empty one is used")
  func foreign() async throws {
    let parent = try TemporaryFolder()
    try parent.write("mine", "kept/notes.txt")
    let error = await #expect(throws: CommandError.self) {
      try await ModelFolder("\(parent.path)/kept").write(Self.version(["a"]), replacing: false) {
        try Self.write($0, $1)
      }
    }
    #expect(error?.exit == .cannotCreate)
    #expect(parent.files == ["kept/notes.txt"])
    try FileManager.default.createDirectory(
      atPath: "\(parent.path)/empty",
      withIntermediateDirectories: false
    )
    try await ModelFolder("\(parent.path)/empty/").write(Self.version(["a"]), replacing: false) {
      try Self.write($0, $1)
    }
    #expect(ModelFolder("\(parent.path)/empty").manifest() != nil)
  }

  @Test(
    "a manifest cannot write outside of the folder, nor over what is ours",
    arguments: ["../x", "/etc/x", "a/../../x", "a//b", ".", "", "manifest.binpb", "replica.binpb"]
  )
  func escape(path: String) async throws {
    let parent = try TemporaryFolder()
    let folder = ModelFolder("\(parent.path)/mpg")
    await #expect(throws: CommandError.self) {
      try await folder.write(Self.version([path]), replacing: true) { try Self.write($0, $1) }
    }
    #expect(parent.files.isEmpty)
  }

  @Test("removing takes the whole folder, and twice is harmless")
  func removes() async throws {
    let parent = try TemporaryFolder()
    let folder = ModelFolder("\(parent.path)/mpg")
    try await folder.write(Self.version(["a/b"]), replacing: true) { try Self.write($0, $1) }
    try folder.remove()
    try folder.remove()
    #expect(parent.files.isEmpty)
  }
}
