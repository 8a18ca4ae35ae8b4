import Digests
import DurableFiles
import Glibc
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
  func prepare() throws(FileError) {
    try Folder.make(folder)
    try Folder.remove(manifestPath)
    try Folder.make(checkpointFolder)
    try Folder.remove(outputFolder)
    try Folder.make(outputFolder)
    try Folder.sync(folder)
  }

  /// Completes the worker's manifest with its files and lineage, and puts all of it on the disk.
  func complete(_ manifest: Manifest, _ lineage: Lineage) throws {
    var manifest = manifest
    manifest.lineage = lineage
    manifest.files = try outputPaths().map { path in
      try OpenFile.reading("\(outputFolder)/\(path)")?.sync()
      let (digest, byteCount) = try FileDigest.sha256(path: "\(outputFolder)/\(path)")
      return FileEntry(path: path, sizeBytes: byteCount, sha256: Bytes(digest.bytes))
    }
    guard manifest.files.contains(where: { $0.path == manifest.entryPath }) else {
      throw StepError(
        "the worker named \(manifest.entryPath) and wrote \(manifest.files.map(\.path))",
        isRetryable: false
      )
    }
    try Folder.sync(outputFolder)
    try SmallFile.replace(manifestPath, with: manifest.encoded())
  }

  /// Paths of the regular files that a worker has written, relative to its folder, sorted by their
  /// bytes.
  private func outputPaths() throws(FileError) -> [String] {
    var found: [String] = []
    var open = [""]
    while let prefix = open.popLast() {
      for name in try Folder.names(in: "\(outputFolder)/\(prefix)") {
        let path = "\(prefix)\(name)"
        var status = stat()
        guard lstat("\(outputFolder)/\(path)", &status) == 0 else {
          throw FileError(.lookAt, "\(outputFolder)/\(path)", .system(errno))
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: open.append("\(path)/")
        case S_IFREG: found.append(path)
        default: break
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func manifest() throws -> Manifest {
    let bytes = try SmallFile.read(manifestPath, limitBytes: Artifact.manifestLimitBytes)
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
