import Digests
import DurableFiles
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry

/// Files of datasets on this host, named by their digests: a second job on the same data does not
/// fetch it again. A file is there whole and checked, or not at all.
///
/// Files of running jobs stay; of the others the least recently used go when all together are more
/// than the budget.
final class DatasetCache: Sendable {
  private let folder: String
  private let budgetBytes: UInt64
  private let executor: BlockingExecutor
  private let metrics: TrainerMetrics
  /// How many jobs use a file right now.
  private let users = Mutex<[String: Int]>([:])

  /// `folder` exists. What an earlier process left half done is removed; blocks.
  init(
    folder: String,
    budgetBytes: Int,
    executor: BlockingExecutor,
    metrics: TrainerMetrics
  ) throws(FileError) {
    self.folder = folder
    self.budgetBytes = UInt64(max(0, budgetBytes))
    self.executor = executor
    self.metrics = metrics
    for name in try Folder.names(in: folder) where name.hasSuffix(".part") {
      try Folder.remove("\(folder)/\(name)")
    }
  }

  /// Brings the files here where they are not, and calls `body` with their paths, in their order;
  /// they stay for so long.
  func withFiles<Result>(
    _ files: [FileEntry],
    job: String,
    from store: ModelStoreClient,
    _ options: CallOptions,
    _ body: ([String]) async throws -> Result
  ) async throws -> Result {
    let names = try files.map { file in
      guard let digest = SHA256Digest(file.sha256.array) else {
        throw StepError("the dataset's file \(file.path) has no digest", isRetryable: false)
      }
      return digest.hex
    }
    users.withLock { users in for name in names { users[name, default: 0] += 1 } }
    defer {
      users.withLock { users in
        for name in names {
          let count = (users[name] ?? 1) - 1
          users[name] = count == 0 ? nil : count
        }
      }
    }
    for (file, name) in zip(files, names) {
      let path = "\(folder)/\(name)"
      let size = try await executor.run { () -> UInt64? in
        // The time of use, by which files are chosen to go.
        utimes(path, nil)
        return try OpenFile.reading(path)?.sizeBytes()
      }
      if size != file.sizeBytes { try await fetch(file, job: job, to: path, store, options) }
    }
    return try await body(names.map { "\(folder)/\($0)" })
  }

  private func fetch(
    _ file: FileEntry,
    job: String,
    to path: String,
    _ store: ModelStoreClient,
    _ options: CallOptions
  ) async throws {
    let part = try await executor.run { try DraftFile("\(path).\(job).part") }
    do {
      try await fetch(file, into: part, store, options)
      try await executor.run { try part.finish(as: path) }
    } catch {
      // Before anybody hears of it, so that what they look at has no part of a file.
      try? await executor.run { part.discard() }
      throw error
    }
  }

  private func fetch(
    _ file: FileEntry,
    into part: DraftFile,
    _ store: ModelStoreClient,
    _ options: CallOptions
  ) async throws {
    let hasher = Mutex(ConfinedHasher())
    var byteCount: UInt64 = 0
    byteCount = try await store.downloadBlob(
      DownloadBlobRequest(sha256: file.sha256),
      options: options
    ) { chunks in
      var count: UInt64 = 0
      for try await message in chunks {
        let chunk = message.chunk
        count += UInt64(chunk.count)
        guard count <= file.sizeBytes else { break }
        metrics.downloadedBytes.add(UInt64(chunk.count))
        try await executor.run {
          hasher.withLock { $0.hasher.update(chunk) }
          try part.append(chunk)
        }
      }
      return count
    }
    let digest = hasher.withLock { $0.hasher.finish() }
    guard byteCount == file.sizeBytes, digest.bytes == file.sha256.array else {
      throw StepError(
        "the model store sent other bytes for \(file.path) than the dataset names",
        isRetryable: true
      )
    }
  }

  /// Removes what is over the budget; blocks.
  func trim() throws(FileError) {
    let files = try Folder.files(in: folder).filter { !$0.name.hasSuffix(".part") }
    var total = files.reduce(0) { $0 + $1.sizeBytes }
    let byUse = files.sorted { left, right in
      (left.changedUnixSeconds, left.name) < (right.changedUnixSeconds, right.name)
    }
    for file in byUse {
      guard total > budgetBytes else { return }
      let isUsed = users.withLock { $0[file.name] != nil }
      guard !isUsed else { continue }
      try Folder.remove("\(folder)/\(file.name)")
      total -= file.sizeBytes
    }
  }

  /// The hasher is used by one task at a time, under a lock.
  // `@unchecked`: only the lock around it is ever shared.
  private struct ConfinedHasher: @unchecked Sendable {
    let hasher = SHA256Hasher()
  }
}
