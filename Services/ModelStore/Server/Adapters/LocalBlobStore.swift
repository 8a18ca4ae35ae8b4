import Digests
import DurableFiles
import Glibc
import ModelStoreCore
import Primitives
import RPCRuntime
import Synchronization

/// Blobs on the local disk, by digest: `blobs/sha256/ab/abcd…`, and what accounts have sent of
/// others: `uploads/abcd…-ACCOUNT`. A blob appears by a rename, after its bytes are synced; the
/// folder is synced before anybody hears of it.
///
/// One process owns the folder: nobody else writes in it.
final class LocalBlobStore: BlobStore {
  struct State {
    var claims: UploadClaims
    var turns = BlobTurns()
    var blobCount = 0
    var blobBytes: UInt64 = 0
  }

  let executor: BlockingExecutor
  let uploads: String
  private let shards: [String]
  let state: Mutex<State>
  /// Held while names of blobs change, so that they are counted right; only by threads that may
  /// block.
  let naming = Mutex(())
  /// Held while room is looked up and promised; only by threads that may block.
  let promising = Mutex(())
  /// What uploads leave free on the disk.
  let reserveBytes: UInt64
  private let freeBytesNow: @Sendable (String) throws(FileError) -> UInt64

  /// Makes what is missing, and counts what is here: about a second for 200 000 blobs. Blocks.
  /// - Parameters:
  ///   - uploadIdle: How long an upload may be silent before another may take its place.
  ///   - freeBytes: Of the file system with this path.
  init(
    folder: String,
    uploadIdle: Duration,
    reserveBytes: UInt64,
    executor: BlockingExecutor,
    freeBytes: @escaping @Sendable (String) throws(FileError) -> UInt64 = Folder.freeBytes
  ) throws(FileError) {
    self.executor = executor
    self.reserveBytes = reserveBytes
    freeBytesNow = freeBytes
    uploads = "\(folder)/uploads"
    let addressed = "\(folder)/blobs/sha256"
    for path in [folder, uploads, "\(folder)/blobs", addressed] { try Folder.make(path) }
    var shards: [String] = []
    var state = State(claims: UploadClaims(idleLimit: uploadIdle))
    for number in 0..<256 {
      let shard = "\(addressed)/\(number < 16 ? "0" : "")\(String(number, radix: 16))"
      try Folder.make(shard)
      // The process before this one may have died between a rename and its sync.
      try Folder.sync(shard)
      for file in try Folder.files(in: shard) where SHA256Digest(hex: file.name) != nil {
        state.blobCount += 1
        state.blobBytes += file.sizeBytes
      }
      shards.append(shard)
    }
    for path in [addressed, "\(folder)/blobs", uploads, folder] { try Folder.sync(path) }
    self.shards = shards
    self.state = Mutex(state)
  }

  var totals: BlobTotals {
    state.withLock { state in
      BlobTotals(
        blobCount: state.blobCount,
        blobBytes: state.blobBytes,
        uploadCount: state.claims.count,
        promisedBytes: state.claims.promisedBytes
      )
    }
  }

  func shard(of digest: SHA256Digest) -> String { shards[Int(digest.bytes[0])] }
  func blobPath(_ digest: SHA256Digest) -> String { "\(shard(of: digest))/\(digest.hex)" }
  func freeBytes() throws(FileError) -> UInt64 { try freeBytesNow(uploads) }

  /// An account's name has no character that a file's may not have.
  func uploadPath(_ digest: SHA256Digest, _ account: String) -> String {
    "\(uploads)/\(digest.hex)-\(account)"
  }

  /// The other way round; nil for what no upload of this release has written.
  private static func key(ofUpload name: String) -> BlobKey? {
    guard let digest = SHA256Digest(hex: name.prefix(64)), name.dropFirst(64).first == "-" else {
      return nil
    }
    let account = String(name.dropFirst(65))
    return ResourceName.problem(account) == nil
      ? BlobKey(account: account, sha256: Bytes(digest.bytes)) : nil
  }

  private static func digest(_ key: BlobKey) throws(StoreProblem) -> SHA256Digest {
    guard let digest = SHA256Digest(key.sha256.array) else {
      throw .invalid("sha256: has \(key.sha256.count) bytes; a digest has 32")
    }
    return digest
  }

  func beginning(of key: BlobKey) async throws -> UInt64 {
    let path = uploadPath(try LocalBlobStore.digest(key), key.account)
    return try await executor.run {
      guard let upload = try OpenFile.reading(path) else { return 0 }
      // In this order: what is written in between is not promised.
      let bytes = try upload.sizeBytes()
      if bytes == 0 { return 0 }
      try upload.sync()
      try Folder.sync(self.uploads)
      return bytes
    }
  }

  func beginUpload(of key: BlobKey) async throws -> any BlobUpload {
    let digest = try LocalBlobStore.digest(key)
    let claim = try state.withLock { state throws(StoreProblem) in
      try state.claims.claim(key, now: .now)
    }
    return LocalBlobUpload(store: self, digest: digest, claim: claim)
  }

  func contents(of digest: SHA256Digest) async throws -> (any BlobContents)? {
    try await executor.run {
      guard let file = try OpenFile.reading(self.blobPath(digest)) else { return nil }
      file.expectSequentialReading()
      return LocalBlobContents(file: file, sizeBytes: try file.sizeBytes())
    }
  }
}

extension LocalBlobStore {
  func remove(
    _ digest: SHA256Digest,
    release: () async throws -> BlobRemoval
  ) async throws -> BlobRemoval {
    let address = Bytes(digest.bytes)
    guard state.withLock({ $0.turns.beginRemoving(address) }) else { return .kept }
    defer { state.withLock { $0.turns.endRemoving(address) } }
    let removal = try await release()
    guard removal == .lastOwner else { return removal }
    let path = blobPath(digest)
    try await executor.run {
      try self.naming.withLock { _ throws(FileError) in
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        // Not synced: where a power cut brings the name back nobody has it, and it goes again.
        try Folder.remove(path)
        self.state.withLock { state in
          state.blobCount -= 1
          state.blobBytes -= min(state.blobBytes, UInt64(status.st_size))
        }
      }
    }
    return removal
  }

  func forEachPart(_ body: ([SHA256Digest]) async throws -> Void) async throws {
    for shard in shards {
      let digests = try await executor.run {
        try Folder.names(in: shard).compactMap { SHA256Digest(hex: $0) }
      }
      if !digests.isEmpty { try await body(digests) }
    }
  }

  func removeAbandoned(after idle: Duration) async throws -> Int {
    let before = WallClock.nowUnixMicroseconds / 1_000_000 - idle.wholeMicroseconds / 1_000_000
    return try await executor.run {
      var removed = 0
      for file in try Folder.files(in: self.uploads) where file.changedUnixSeconds < before {
        if try self.removeAbandoned(file.name) { removed += 1 }
      }
      if removed > 0 { try Folder.sync(self.uploads) }
      return removed
    }
  }

  private func removeAbandoned(_ name: String) throws(FileError) -> Bool {
    let path = "\(uploads)/\(name)"
    guard let key = LocalBlobStore.key(ofUpload: name) else {
      try Folder.remove(path)
      return true
    }
    // Nobody begins to write it while it goes.
    let claim = try? state.withLock { state throws(StoreProblem) in
      try state.claims.claim(key, now: .now)
    }
    guard let claim else { return false }
    defer { state.withLock { $0.claims.release(claim) } }
    try Folder.remove(path)
    return true
  }
}

/// A blob on the local disk.
private struct LocalBlobContents: BlobContents {
  let file: OpenFile
  let sizeBytes: UInt64

  func read(at offset: UInt64, count: Int) throws -> Bytes {
    try file.read(at: offset, count: count)
  }

  func mapped() throws -> Bytes { try file.mapped(byteCount: Int(clamping: sizeBytes)) }
}
