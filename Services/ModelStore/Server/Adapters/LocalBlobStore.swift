import Digests
import Glibc
import ModelStoreCore
import Primitives
import RPCRuntime
import Synchronization

/// Blobs on the local disk, by digest: `blobs/sha256/ab/abcd…`, and their beginnings in
/// `uploads/abcd…`. A blob appears by a rename, after its bytes are synced; the folder is synced
/// before anybody hears of it.
///
/// One process owns the folder: nobody else writes in it.
final class LocalBlobStore: BlobStore {
  struct State {
    var claims: UploadClaims
    var blobCount = 0
    var blobBytes: UInt64 = 0
  }

  let executor: BlockingExecutor
  let uploads: DiskFolder
  let shards: [DiskFolder]
  let state: Mutex<State>

  /// Makes what is missing, and counts what is here: about a second for 200 000 blobs. Blocks.
  /// - Parameter uploadIdle: How long an upload may be silent before another may take its place.
  init(
    folder: String,
    uploadIdle: Duration,
    executor: BlockingExecutor
  ) throws(DiskFailure) {
    self.executor = executor
    let root = try DiskFolder(making: folder)
    uploads = try DiskFolder(making: "\(folder)/uploads")
    let blobs = try DiskFolder(making: "\(folder)/blobs")
    let addressed = try DiskFolder(making: "\(folder)/blobs/sha256")
    var shards: [DiskFolder] = []
    var state = State(claims: UploadClaims(idleLimit: uploadIdle))
    for number in 0..<256 {
      let name = (number < 16 ? "0" : "") + String(number, radix: 16)
      let shard = try DiskFolder(making: "\(folder)/blobs/sha256/\(name)")
      // The process before this one may have died between a rename and its sync.
      try shard.sync()
      try shard.forEachFile { file in
        guard SHA256Digest(hex: file.name) != nil else { return }
        state.blobCount += 1
        state.blobBytes += file.sizeBytes
      }
      shards.append(shard)
    }
    for folder in [addressed, blobs, uploads, root] { try folder.sync() }
    self.shards = shards
    self.state = Mutex(state)
  }

  var totals: BlobTotals {
    state.withLock { state in
      BlobTotals(
        blobCount: state.blobCount,
        blobBytes: state.blobBytes,
        uploadCount: state.claims.count
      )
    }
  }

  func shard(of digest: SHA256Digest) -> DiskFolder { shards[Int(digest.bytes[0])] }
  func blobPath(_ digest: SHA256Digest) -> String { "\(shard(of: digest).path)/\(digest.hex)" }
  func uploadPath(_ digest: SHA256Digest) -> String { "\(uploads.path)/\(digest.hex)" }

  func presence(of digest: SHA256Digest) async throws -> BlobPresence {
    try await executor.run { try self.presenceNow(of: digest) }
  }

  /// Blocks.
  func presenceNow(of digest: SHA256Digest) throws(DiskFailure) -> BlobPresence {
    if let blob = try DiskFile.reading(blobPath(digest)) {
      return .present(sizeBytes: try blob.sizeBytes())
    }
    guard let upload = try DiskFile.reading(uploadPath(digest)) else { return .absent }
    // In this order: what is written in between is not promised.
    let bytes = try upload.sizeBytes()
    if bytes == 0 { return .absent }
    try upload.sync()
    try uploads.sync()
    return .partial(bytes: bytes)
  }

  func beginUpload(of digest: SHA256Digest) async throws -> any BlobUpload {
    let claim = try state.withLock { state throws(StoreProblem) in
      try state.claims.claim(Bytes(digest.bytes), now: .now)
    }
    do {
      let found = try await presence(of: digest)
      return LocalBlobUpload(store: self, digest: digest, claim: claim, found: found)
    } catch {
      state.withLock { $0.claims.release(claim) }
      throw error
    }
  }

  func contents(of digest: SHA256Digest) async throws -> any BlobContents {
    try await executor.run {
      guard let file = try DiskFile.reading(self.blobPath(digest)) else {
        throw StoreProblem.missing("blob \(digest) is not here; upload it")
      }
      file.expectSequentialReading()
      return LocalBlobContents(file: file, sizeBytes: try file.sizeBytes())
    }
  }

  func removeAbandoned(after idle: Duration) async throws -> Int {
    let before = WallClock.nowUnixMicroseconds / 1_000_000 - idle.wholeMicroseconds / 1_000_000
    return try await executor.run {
      var removed = 0
      try self.uploads.forEachFile { file throws(DiskFailure) in
        guard file.changedUnixSeconds < before, let digest = SHA256Digest(hex: file.name) else {
          return
        }
        // Nobody begins to write it while it goes.
        let claim = try? self.state.withLock { state throws(StoreProblem) in
          try state.claims.claim(Bytes(digest.bytes), now: .now)
        }
        guard let claim else { return }
        defer { self.state.withLock { $0.claims.release(claim) } }
        guard unlink(self.uploadPath(digest)) == 0 || errno == ENOENT else {
          throw DiskFailure("remove an upload")
        }
        removed += 1
      }
      if removed > 0 { try self.uploads.sync() }
      return removed
    }
  }
}

/// A blob on the local disk.
private struct LocalBlobContents: BlobContents {
  let file: DiskFile
  let sizeBytes: UInt64

  func read(at offset: UInt64, count: Int) throws -> Bytes {
    try file.read(at: offset, count: count)
  }

  func mapped() throws -> Bytes { try file.mapped(byteCount: Int(clamping: sizeBytes)) }
}
