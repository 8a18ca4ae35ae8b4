import Digests
import DurableFiles
import Glibc
import InferenceCore
import Logging
import Primitives
import Protocols
import RPCRuntime
import Synchronization

/// The model files that this host has fetched, by digest, in one folder: `FOLDER/<64 hex digits>`.
/// A file has its name only once it is whole, its digest right, and on disk; until then what has
/// come lies at `<64 hex digits>.part`, within the budget as well.
final class ModelCache: Sendable {
  private let folder: String
  private let index: Mutex<CacheIndex>
  /// Held while files are looked at and removed, so that nobody finds a file that is about to go.
  /// Only threads that may block wait for it.
  private let disk = Mutex<Void>(())
  private let executor: BlockingExecutor
  private let source: BlobSource
  private let gate = KeyedGate()
  private let logger = Logger(label: "martlet.inference.cache")

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
  func open() throws(FileError) {
    try Folder.make(folder, makingParents: true)
    var files: [(digest: String, byteCount: UInt64, lastUse: Int)] = []
    for name in try Folder.names(in: folder) {
      let digest =
        name.hasSuffix(BlobSource.partSuffix)
        ? String(name.dropLast(BlobSource.partSuffix.count)) : name
      guard SHA256Digest(hex: digest) != nil, let status = status("\(folder)/\(name)") else {
        continue
      }
      // Names come sorted, so a whole file comes before its part, which nobody needs then.
      guard files.last?.digest != digest else {
        unlink("\(folder)/\(name)")
        continue
      }
      files.append((digest, UInt64(max(0, status.st_size)), status.st_atim.tv_sec))
    }
    disk.withLock { _ in
      for file in files.sorted(by: { $0.lastUse < $1.lastUse }) {
        remove(index.withLock { $0.found(file.digest, byteCount: file.byteCount) })
      }
    }
  }

  /// Keeps a file's room, and the file, until `release`. Removes others for it; blocks for that.
  func use(_ digest: SHA256Digest, byteCount: UInt64) throws(CacheIndex.Full) {
    try disk.withLock { (_) throws(CacheIndex.Full) in
      remove(
        try index.withLock { (index) throws(CacheIndex.Full) in
          try index.use(digest.hex, byteCount: byteCount)
        }
      )
    }
  }

  /// Lets go of a file. It stays as long as there is room, and so does what has come of one that is
  /// not whole; room that was kept for the rest is free again. Blocks.
  func release(_ digest: SHA256Digest) {
    disk.withLock { _ in
      let whole = status(path(digest))
      let part = status(path(digest) + BlobSource.partSuffix)
      let byteCount = UInt64(max(0, (whole ?? part)?.st_size ?? 0))
      index.withLock { $0.release(digest.hex, remainingBytes: byteCount) }
    }
  }

  /// The file was damaged: it is removed and will be fetched again.
  func discard(_ digest: SHA256Digest) { unlink(path(digest)) }

  /// Sees to it that the file, whose room is kept, is here.
  /// - Parameter account: Whose model it belongs to, and so who may read it in the store.
  /// - Returns: True when it was just fetched, so its digest has just been compared.
  /// - Throws: `RPCError`, `BlobError` or `CancellationError`. What came is kept, and the next
  ///   attempt goes on from there.
  func fetch(_ digest: SHA256Digest, byteCount: UInt64, account: String) async throws -> Bool {
    try await gate.enter(digest.hex)
    defer { gate.leave(digest.hex) }
    let path = path(digest)
    let isHere = try await executor.run {
      var status = stat()
      return stat(path, &status) == 0 && UInt64(max(0, status.st_size)) == byteCount
    }
    if isHere { return false }
    try await source.fetch(digest, byteCount: byteCount, account: account, to: path)
    return true
  }

  /// Of a regular file; nil for anything else.
  private func status(_ path: String) -> stat? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status
  }

  private func remove(_ digests: [String]) {
    for digest in digests {
      unlink("\(folder)/\(digest)")
      unlink("\(folder)/\(digest)\(BlobSource.partSuffix)")
      logger.info("a cached file makes room", metadata: ["sha256": "\(digest)"])
    }
  }
}
