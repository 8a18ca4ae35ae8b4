import Digests
import Primitives
import Protocols
import WireCodec

/// What a job has made, complete on this host's disk: its files in `output`, and beside them the
/// manifest that names them with their digests. The manifest is written last, so where it is, all
/// is. Everything blocks.
struct Artifact {
  static let manifestLimitBytes = 4 << 20
  let folder: String

  var checkpointFolder: String { "\(folder)/checkpoint" }
  var outputFolder: String { "\(folder)/output" }
  private var manifestPath: String { "\(folder)/manifest.binpb" }

  /// For an attempt: the checkpoint as the last one left it, and an empty output.
  func prepare() throws(DiskError) {
    try DurableFiles.makeFolder(folder)
    try DurableFiles.remove(manifestPath)
    try DurableFiles.makeFolder(checkpointFolder)
    try DurableFiles.remove(outputFolder)
    try DurableFiles.makeFolder(outputFolder)
    try DurableFiles.sync(folder)
  }

  /// Completes the worker's manifest with its files and lineage, and puts all of it on the disk.
  func complete(_ manifest: Manifest, _ lineage: Lineage) throws {
    var manifest = manifest
    manifest.lineage = lineage
    manifest.files = try DurableFiles.files(below: outputFolder).map { path in
      try DurableFiles.sync("\(outputFolder)/\(path)")
      let (digest, byteCount) = try FileDigest.sha256(path: "\(outputFolder)/\(path)")
      return FileEntry(path: path, sizeBytes: byteCount, sha256: Bytes(digest.bytes))
    }
    guard manifest.files.contains(where: { $0.path == manifest.entryPath }) else {
      throw StepError(
        "the worker named \(manifest.entryPath) and wrote \(manifest.files.map(\.path))",
        isRetryable: false
      )
    }
    try DurableFiles.sync(outputFolder)
    try DurableFiles.write(manifest.encoded(), to: manifestPath)
  }

  func manifest() throws -> Manifest {
    let bytes = try DurableFiles.read(manifestPath, limitBytes: Artifact.manifestLimitBytes)
    guard let bytes else {
      throw StepError(
        "\(manifestPath) is gone, and with it what was trained; train again",
        isRetryable: false
      )
    }
    do {
      return try Manifest(decoding: bytes)
    } catch {
      throw StepError("\(manifestPath) is damaged (\(error)); train again", isRetryable: false)
    }
  }
}
