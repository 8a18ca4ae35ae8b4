import Digests
import DurableFiles
import Glibc
import ModelStoreCore
import Primitives
import RPCRuntime
import Synchronization

/// An upload into a file of `uploads`. The digest is computed as the bytes come; what an earlier
/// upload left is read once, about 1 GB/s.
final class LocalBlobUpload: BlobUpload {
  private struct Writing {
    var file: OpenFile?
    let hasher = SHA256Hasher()
    var offset: UInt64 = 0
    var unsyncedBytes = 0
  }

  /// So much may wait for the disk: it bounds dirty memory, and what a power cut takes.
  static let syncIntervalBytes = 64 << 20
  /// What is read at once, and what one piece of blocking work reads.
  private static let bufferBytes = 1 << 20
  private static let pieceBytes: UInt64 = 64 << 20

  private let store: LocalBlobStore
  private let digest: SHA256Digest
  private let claim: UploadClaims.Claim
  /// Touched by one piece of work at a time; the lock only says so to the compiler.
  private let writing = Mutex(Writing())

  init(
    store: LocalBlobStore,
    digest: SHA256Digest,
    claim: UploadClaims.Claim
  ) {
    self.store = store
    self.digest = digest
    self.claim = claim
  }

  deinit { leave() }

  private var path: String { store.uploadPath(digest, claim.key.account) }

  func open(at offset: UInt64, sizeBytes: UInt64) async throws {
    try await work { writing in
      // First: a file that is cut for an upload which is refused would be lost for nothing.
      try self.promiseRoom(sizeBytes - offset)
      let file = try OpenFile.making(self.path)
      try file.truncate(toBytes: offset)
      writing.file = file
    }
    while try await digestPiece(upTo: offset) {}
  }

  private func promiseRoom(_ byteCount: UInt64) throws {
    try store.promising.withLock { _ in
      let promised = store.state.withLock { $0.claims.promisedBytes }
      let room = UploadClaims.Room(
        freeBytes: try store.freeBytes(),
        promisedBytes: promised,
        reserveBytes: store.reserveBytes
      )
      try store.state.withLock { state throws(StoreProblem) in
        try state.claims.promise(byteCount, to: claim, of: room)
      }
    }
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
      self.store.state.withLock { $0.claims.wrote(UInt64(bytes.count), self.claim) }
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

  func publish(
    _ record: @escaping @Sendable (UInt64) async throws -> Void
  ) async throws -> UInt64 {
    // A cancelled task goes through with it: half of it would be neither a blob nor an upload.
    try await Task.detached { try await self.publishAndRecord(record) }.value
  }

  private func publishAndRecord(
    _ record: @Sendable (UInt64) async throws -> Void
  ) async throws -> UInt64 {
    try store.state.withLock { state throws(StoreProblem) in
      try state.turns.beginPublishing(claim.key.sha256)
    }
    defer { store.state.withLock { $0.turns.endPublishing(claim.key.sha256) } }
    let byteCount = try await work { writing in
      guard let file = writing.file else { return writing.offset }
      try file.sync()
      try self.putInPlace(writing.offset)
      // Not before: an upload that is interrupted here must be writable for the next one.
      try file.setMode(0o400)
      try Folder.sync(self.store.shard(of: self.digest))
      try Folder.sync(self.store.uploads)
      return writing.offset
    }
    try await record(byteCount)
    leave()
    return byteCount
  }

  /// Another account may have the same bytes here; these were just checked, and take their place.
  private func putInPlace(_ byteCount: UInt64) throws(FileError) {
    let target = store.blobPath(digest)
    try store.naming.withLock { _ throws(FileError) in
      let isNew = access(target, F_OK) != 0
      guard rename(path, target) == 0 else { throw FileError(.rename, target, .system(errno)) }
      guard isNew else { return }
      store.state.withLock { state in
        state.blobCount += 1
        state.blobBytes += byteCount
      }
    }
  }

  func keep() async throws {
    try await shielded { writing in
      guard let file = writing.file else { return }
      try file.sync()
      try Folder.sync(self.store.uploads)
    }
    leave()
  }

  func discard() async throws {
    try await shielded { _ in
      try Folder.remove(self.path)
      try Folder.sync(self.store.uploads)
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
