import Digests
import Glibc
import InferenceCore
import Logging
import Primitives
import Protocols
import RPCRuntime
import Synchronization

/// The model files that this host has fetched, by digest, in one folder: `FOLDER/<64 hex digits>`.
/// A file has its name only once it is whole, its digest right, and on disk.
final class ModelCache: Sendable {
  private let folder: String
  private let index: Mutex<CacheIndex>
  private let executor: BlockingExecutor
  private let source: BlobSource
  private let gate = KeyedGate()
  private let logger = Logger(label: "martlet.inference.cache")

  /// Parts of files that nobody asked for during a day are not waited for any more.
  private static let partAge = 86_400

  init(folder: String, budgetBytes: UInt64, source: BlobSource, executor: BlockingExecutor) {
    self.folder = folder
    self.source = source
    self.executor = executor
    index = Mutex(CacheIndex(budgetBytes: budgetBytes))
  }

  var usedBytes: UInt64 { index.withLock { $0.usedBytes } }

  /// Where a file is, or will be.
  func path(_ digest: SHA256Digest) -> String { "\(folder)/\(digest.hex)" }

  /// Makes the folder and looks what lies in it. Blocks.
  func open() throws(FolderError) {
    try Folder.make(folder)
    var files: [(digest: String, status: stat)] = []
    for name in try Folder.names(folder) {
      var status = stat()
      guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      if SHA256Digest(hex: name) != nil {
        files.append((name, status))
      } else if name.hasSuffix(".part"), time(nil) - status.st_mtim.tv_sec > ModelCache.partAge {
        unlink("\(folder)/\(name)")
      }
    }
    files.sort { $0.status.st_atim.tv_sec < $1.status.st_atim.tv_sec }
    for file in files {
      let evicted = index.withLock {
        $0.found(file.digest, byteCount: UInt64(max(0, file.status.st_size)))
      }
      remove(evicted)
    }
  }

  /// Keeps a file's room, and the file, until `release`. Removes others for it; blocks for that.
  func use(_ digest: SHA256Digest, byteCount: UInt64) throws(CacheIndex.Full) {
    let evicted = try index.withLock { (index) throws(CacheIndex.Full) in
      try index.use(digest.hex, byteCount: byteCount)
    }
    remove(evicted)
  }

  /// Lets go of a file. It stays as long as there is room; room that was kept for one which never
  /// came is free again. Blocks.
  func release(_ digest: SHA256Digest) {
    let isHere = access(path(digest), F_OK) == 0
    index.withLock { index in
      index.release(digest.hex)
      if !isHere { index.lost(digest.hex) }
    }
  }

  /// The file was damaged: it is removed and will be fetched again.
  func discard(_ digest: SHA256Digest) { unlink(path(digest)) }

  /// Sees to it that the file is here.
  /// - Returns: True when it was just fetched, so its digest has just been compared.
  /// - Throws: `RPCError`, `BlobError` or `CancellationError`. What came is kept, and the next
  ///   attempt goes on from there.
  func fetch(_ digest: SHA256Digest, byteCount: UInt64) async throws -> Bool {
    try await gate.enter(digest.hex)
    defer { gate.leave(digest.hex) }
    let path = path(digest)
    let isHere = try await executor.run {
      var status = stat()
      return stat(path, &status) == 0 && UInt64(max(0, status.st_size)) == byteCount
    }
    if isHere { return false }
    try await source.fetch(digest, byteCount: byteCount, to: path)
    return true
  }

  private func remove(_ digests: [String]) {
    for digest in digests {
      unlink("\(folder)/\(digest)")
      logger.info("a cached file makes room", metadata: ["sha256": "\(digest)"])
    }
  }
}
