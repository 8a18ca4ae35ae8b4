import Digests
import DurableFiles
import Foundation
import Primitives
import Protocols
import Testing

@testable import TrainerServer

@Suite("A job's artifact on disk")
struct ArtifactTests {
  private func withArtifact(_ body: (Artifact) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(Artifact(folder: folder))
  }

  private func put(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  @Test("an attempt keeps the checkpoint of the one before, and nothing of its output")
  func prepare() throws {
    try withArtifact { artifact in
      try artifact.prepare()
      try put("state", artifact.checkpointFolder + "/state")
      try FileManager.default.createDirectory(
        atPath: artifact.outputFolder + "/deep",
        withIntermediateDirectories: false
      )
      try put("half", artifact.outputFolder + "/deep/model.onnx")
      try artifact.prepare()
      #expect(try Folder.names(in: artifact.checkpointFolder) == ["state"])
      #expect(try Folder.names(in: artifact.outputFolder) == [])
    }
  }

  @Test("complete, its manifest names all files by their paths and digests, in order")
  func complete() throws {
    try withArtifact { artifact in
      try artifact.prepare()
      #expect(throws: StepError.self) { try artifact.manifest() }
      try put("b", artifact.outputFolder + "/model.onnx")
      try FileManager.default.createDirectory(
        atPath: artifact.outputFolder + "/data",
        withIntermediateDirectories: false
      )
      try put("aa", artifact.outputFolder + "/data/weights")
      try artifact.complete(Manifest(entryPath: "model.onnx"), Lineage(job: "j"))
      let manifest = try artifact.manifest()
      #expect(manifest.files.map(\.path) == ["data/weights", "model.onnx"])
      #expect(manifest.files.map(\.sizeBytes) == [2, 1])
      #expect(manifest.files[0].sha256 == Bytes(SHA256Hasher.digest("aa").bytes))
      #expect(manifest.lineage?.job == "j")
      // A new attempt begins without it.
      try artifact.prepare()
      #expect(throws: StepError.self) { try artifact.manifest() }
    }
  }

  @Test("a worker that names a file which it has not written is not believed")
  func missingEntry() throws {
    try withArtifact { artifact in
      try artifact.prepare()
      let error = #expect(throws: StepError.self) {
        try artifact.complete(Manifest(entryPath: "model.onnx"), Lineage())
      }
      #expect(error?.isRetryable == false)
    }
  }
}
