import Digests
import Glibc
import ModelStoreCore
import Primitives
import RPCRuntime
import Synchronization

/// An upload into a file of `uploads`. The digest is computed as the bytes come; what an earlier
/// upload left is read once, about 1 GB/s.
final class LocalBlobUpload: BlobUpload {
  private struct Writing {
    var file: DiskFile?
    let hasher = SHA256Hasher()
    var offset: UInt64 = 0
    var unsyncedBytes = 0
  }

  /// So much may wait for the disk: it bounds dirty memory, and what a power cut takes.
  static let syncIntervalBytes = 64 << 20
  /// What is read at once, and what one piece of blocking work reads.
  private static let bufferBytes = 1 << 20
  private static let pieceBytes: UInt64 = 64 << 20

  let found: BlobPresence
  private let store: LocalBlobStore
  private let digest: SHA256Digest
  private let claim: UploadClaims.Claim
  /// Touched by one piece of work at a time; the lock only says so to the compiler.
  private let writing = Mutex(Writing())

  init(
    store: LocalBlobStore,
    digest: SHA256Digest,
    claim: UploadClaims.Claim,
    found: BlobPresence
  ) {
    self.store = store
    self.digest = digest
    self.claim = claim
    self.found = found
  }

  deinit { leave() }

  func open(at offset: UInt64, sizeBytes: UInt64) async throws {
    try await work { writing in
      let file = try DiskFile.making(self.store.uploadPath(self.digest))
      try file.truncate(toBytes: offset)
      guard try file.freeBytes() >= sizeBytes - offset else {
        throw DiskFailure("take an upload of \(sizeBytes) bytes", code: ENOSPC)
      }
      writing.file = file
    }
    while try await digestPiece(upTo: offset) {}
  }

  /// Reads a piece of what is kept; false when all of it is read. In pieces, so that a caller who
  /// leaves does not keep a thread.
  private func digestPiece(upTo end: UInt64) async throws -> Bool {
    try await work { writing in
      guard let file = writing.file else { return false }
      let pieceEnd = min(end, writing.offset + LocalBlobUpload.pieceBytes)
      while writing.offset < pieceEnd {
        let count = min(UInt64(LocalBlobUpload.bufferBytes), pieceEnd - writing.offset)
        let bytes = try file.read(at: writing.offset, count: Int(count))
        guard bytes.count == Int(count) else {
          throw StoreProblem.damaged("the beginning of this blob has become shorter; start anew")
        }
        writing.hasher.update(bytes)
        writing.offset += count
      }
      return writing.offset < end
    }
  }

  func append(_ bytes: Bytes) async throws {
    try await work { writing in
      guard let file = writing.file else { return }
      try bytes.withUnsafeBytes { run in
        try file.write(run, at: writing.offset)
        writing.hasher.update(run)
      }
      writing.offset += UInt64(bytes.count)
      writing.unsyncedBytes += bytes.count
      if writing.unsyncedBytes >= LocalBlobUpload.syncIntervalBytes {
        try file.sync()
        writing.unsyncedBytes = 0
      }
    }
  }

  func hasRightDigest() async throws -> Bool {
    try await work { writing in writing.hasher.finish() == self.digest }
  }

  func publish() async throws -> UInt64 {
    let sizeBytes = try await shielded { writing in
      guard let file = writing.file else { return writing.offset }
      try file.sync()
      let path = self.store.blobPath(self.digest)
      guard rename(self.store.uploadPath(self.digest), path) == 0 else {
        throw DiskFailure("rename an upload")
      }
      // Not before: an upload that is interrupted here must be writable for the next one.
      try file.makeReadOnly()
      try self.store.shard(of: self.digest).sync()
      try self.store.uploads.sync()
      let byteCount = writing.offset
      self.store.state.withLock { state in
        state.blobCount += 1
        state.blobBytes += byteCount
      }
      return byteCount
    }
    leave()
    return sizeBytes
  }

  func keep() async throws {
    try await shielded { writing in
      guard let file = writing.file else { return }
      try file.sync()
      try self.store.uploads.sync()
    }
    leave()
  }

  func discard() async throws {
    try await shielded { _ in
      guard unlink(self.store.uploadPath(self.digest)) == 0 || errno == ENOENT else {
        throw DiskFailure("remove an upload")
      }
      try self.store.uploads.sync()
    }
    leave()
  }

  func leave() { store.state.withLock { $0.claims.release(claim) } }

  /// One piece of blocking work on the file, while the claim is this upload's.
  private func work<Value: Sendable>(
    _ body: @escaping @Sendable (inout Writing) throws -> Value
  ) async throws -> Value {
    try await store.executor.run { try self.workNow(body) }
  }

  /// The same in a task that may be cancelled already: what came is to be kept all the same.
  private func shielded<Value: Sendable>(
    _ body: @escaping @Sendable (inout Writing) throws -> Value
  ) async throws -> Value {
    try await Task.detached { try await self.work(body) }.value
  }

  private func workNow<Value: Sendable>(
    _ body: (inout Writing) throws -> Value
  ) throws -> Value {
    try store.state.withLock { state throws(StoreProblem) in try state.claims.beginWork(claim) }
    defer { store.state.withLock { $0.claims.endWork(claim, now: .now) } }
    return try writing.withLock { try body(&$0) }
  }
}
