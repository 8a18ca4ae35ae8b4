import Primitives
import Protocols
import Testing

@testable import InferenceServer

@Suite("Manifests before their paths are used")
struct ManifestCheckTests {
  private func manifest(_ path: String, digestBytes: Int = 32, entry: String? = nil) -> Manifest {
    Manifest(
      files: [
        FileEntry(
          path: path,
          sizeBytes: 1,
          sha256: Bytes([UInt8](repeating: 1, count: digestBytes))
        )
      ],
      entryPath: entry ?? path
    )
  }

  @Test("good ones pass", arguments: ["model.onnx", "a/b/c.xml", "..x/y", "a b"])
  func good(_ path: String) { #expect(ManifestCheck.problem(manifest(path)) == nil) }

  @Test(
    "paths that could lead out of their folder do not",
    arguments: [
      "", "/etc/passwd", "../x", "a/../x", "a//b", "a/", "./a", "a/.", "..", "a\0b",
      String(repeating: "x", count: 256), String(repeating: "a/", count: 600) + "b",
    ]
  )
  func paths(_ path: String) { #expect(ManifestCheck.problem(manifest(path)) != nil) }

  @Test("nor do manifests without files, digests or their entry")
  func others() {
    #expect(ManifestCheck.problem(Manifest()) != nil)
    #expect(ManifestCheck.problem(manifest("a", digestBytes: 31)) != nil)
    #expect(ManifestCheck.problem(manifest("a", entry: "b")) != nil)
    var twice = manifest("a")
    twice.files += twice.files
    #expect(ManifestCheck.problem(twice) != nil)
  }

  @Test(
    "the digest is the same whatever order maps are written in, and changes with what is served"
  )
  func digests() {
    func made(_ thresholds: [String: Double]) -> Manifest {
      var manifest = manifest("a")
      manifest.postprocessing = Postprocessing(
        labelChoice: LabelChoice(tensor: "t", labels: ["x"], thresholds: thresholds)
      )
      return manifest
    }
    // A dictionary's order depends on how it came to be.
    var grown: [String: Double] = [:]
    for index in 0..<200 { grown["l\(index)"] = Double(index) }
    var shrunk = grown
    for index in 200..<2000 { shrunk["l\(index)"] = 1 }
    for index in 200..<2000 { shrunk["l\(index)"] = nil }
    #expect(ManifestCheck.digest(made(grown)) == ManifestCheck.digest(made(shrunk)))
    shrunk["l7"] = 8
    #expect(ManifestCheck.digest(made(grown)) != ManifestCheck.digest(made(shrunk)))
    var described = made(grown)
    described.card = "words"
    described.tags = ["a": "b"]
    #expect(ManifestCheck.digest(made(grown)) == ManifestCheck.digest(described))
  }
}
