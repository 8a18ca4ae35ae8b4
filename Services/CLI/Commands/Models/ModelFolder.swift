import DurableFiles
import Glibc
import Primitives
import Protocols
import WireCodec

/// A folder that holds one model: `manifest.binpb`, its files at the manifest's paths, and
/// `replica.binpb`, which says which version of which model it is. It appears whole or not at all:
/// it is filled under another name beside its place, and renamed.
struct ModelFolder: Sendable {
  static let manifestName = "manifest.binpb"
  static let replicaName = "replica.binpb"
  /// An encoded manifest that is read back; more is no manifest.
  static let maximumManifestBytes = 16 << 20

  let path: String

  /// Where the folder is filled; hidden, so that a host that looks for models passes over it.
  private var fillingPath: String {
    let (parent, name) = split
    return "\(parent)/.\(name).filling-\(getpid())"
  }

  /// - Parameter path: where the folder shall be; its parents are made.
  init(_ path: String) {
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.path = trimmed
  }

  /// What the folder holds already; nil when there is no folder, or it holds no model.
  func manifest() -> Manifest? {
    guard
      let bytes = try? SmallFile.read(
        "\(path)/\(ModelFolder.manifestName)",
        limitBytes: ModelFolder.maximumManifestBytes
      )
    else { return nil }
    return try? Manifest(decoding: bytes)
  }

  /// Which version of which model the folder says it is; nil when it does not say.
  func replica() -> ReplicaAttribute? {
    guard
      let bytes = try? SmallFile.read("\(path)/\(ModelFolder.replicaName)", limitBytes: 64 << 10)
    else { return nil }
    return try? ReplicaAttribute(decoding: bytes)
  }

  static func replica(_ version: ModelVersion) -> ReplicaAttribute {
    ReplicaAttribute(model: version.model, modelVersion: version.version)
  }

  /// Fills the folder and puts it in its place.
  /// - Parameters:
  ///   - replacing: an older folder may stand there and goes; else only an empty one may.
  ///   - fetch: brings one file of the manifest to a path that does not exist yet.
  /// - Throws: `CommandError` and what `fetch` throws; the place is then as it was.
  func write(
    _ version: ModelVersion,
    replacing: Bool,
    fetch: (FileEntry, String) async throws -> Void
  ) async throws {
    let manifest = version.manifest ?? Manifest()
    for entry in manifest.files {
      if let problem = ModelFolder.problem(ofPath: entry.path) {
        throw CommandError("the manifest names the file '\(entry.path)', which \(problem)")
      }
    }
    if !replacing, try !isFree() {
      throw CommandError(
        "\(path) is not empty, and does not hold this model",
        remedy: "name a folder that does not exist, or remove this one",
        exit: .cannotCreate
      )
    }
    let filling = fillingPath
    try ModelFolder.makeFolder(split.parent)
    ModelFolder.remove(filling)
    try ModelFolder.makeFolder(filling)
    do {
      for entry in manifest.files {
        try makeParents(of: entry.path, below: filling)
        try await fetch(entry, "\(filling)/\(entry.path)")
      }
      let replica = ModelFolder.replica(version).encoded()
      try ModelFolder.write(replica, to: "\(filling)/\(ModelFolder.replicaName)")
      try ModelFolder.write(manifest.encoded(), to: "\(filling)/\(ModelFolder.manifestName)")
      try moveIntoPlace(filling)
    } catch {
      ModelFolder.remove(filling)
      throw error
    }
    // Names that were made in a folder outlive a power cut.
    try? Folder.sync(split.parent)
  }

  /// Removes the folder in one step: it has left its name before anything in it goes.
  func remove() throws(CommandError) {
    let leaving = fillingPath
    ModelFolder.remove(leaving)
    guard rename(path, leaving) == 0 else {
      if errno == ENOENT { return }
      throw .file(path, errno)
    }
    ModelFolder.remove(leaving)
  }

  /// Nothing is there, or an empty folder.
  private func isFree() throws(CommandError) -> Bool {
    do {
      return try Folder.names(in: path).isEmpty
    } catch {
      if error.code == ENOENT { return true }
      throw error.code == ENOTDIR ? .file(path, EEXIST) : CommandError(error)
    }
  }

  private func moveIntoPlace(_ filling: String) throws(CommandError) {
    // An empty folder may be renamed over. One that holds something leaves its name first; a host
    // that looks in between finds no model for a moment, and never half of one.
    if rename(filling, path) == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw .file(path, errno) }
    let leaving = "\(filling).old"
    ModelFolder.remove(leaving)
    guard rename(path, leaving) == 0 else { throw .file(path, errno) }
    guard rename(filling, path) == 0 else {
      let code = errno
      rename(leaving, path)
      throw .file(path, code)
    }
    ModelFolder.remove(leaving)
  }

  private var split: (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
  }
}

extension ModelFolder {
  /// What is wrong with a path of a manifest: it must stay inside the folder.
  static func problem(ofPath path: String) -> String? {
    if path.isEmpty { return "is empty" }
    if path.utf8.count > 1024 { return "has more than 1 024 bytes" }
    if path.utf8.contains(0) { return "holds a NUL" }
    if path == manifestName || path == replicaName { return "is a name that is taken here" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      return "does not stay inside the model's folder"
    }
    return nil
  }

  private func makeParents(of file: String, below root: String) throws(CommandError) {
    try ModelFolder.makeFolder(Folder.parent(of: "\(root)/\(file)"))
  }

  /// With those above it; others may read it, as an inference host of another user does.
  private static func makeFolder(_ path: String) throws(CommandError) {
    try CommandError.ofFiles { () throws(FileError) in
      _ = try Folder.make(path, mode: 0o755, makingParents: true)
    }
  }

  private static func write(_ bytes: Bytes, to path: String) throws(CommandError) {
    try CommandError.ofFiles { () throws(FileError) in
      try SmallFile.replace(path, with: bytes, mode: 0o644)
    }
  }

  /// A folder with all that is in it; what cannot be removed stays.
  private static func remove(_ path: String) { try? Folder.remove(path) }
}
