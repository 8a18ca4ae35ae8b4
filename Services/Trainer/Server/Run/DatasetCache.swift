import Digests
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
  ) throws(DiskError) {
    self.folder = folder
    self.budgetBytes = UInt64(max(0, budgetBytes))
    self.executor = executor
    self.metrics = metrics
    for name in try DurableFiles.names(in: folder) where name.hasSuffix(".part") {
      try DurableFiles.remove("\(folder)/\(name)")
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
        return DurableFiles.sizeBytes(path)
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
    let part = try await executor.run { try PartialFile("\(path).\(job).part") }
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
    try await executor.run { try part.finish(as: path) }
  }

  /// Removes what is over the budget; blocks.
  func trim() throws(DiskError) {
    var files: [(name: String, bytes: UInt64, used: Int)] = []
    for name in try DurableFiles.names(in: folder) where !name.hasSuffix(".part") {
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      files.append((name, UInt64(status.st_size), status.st_mtim.tv_sec))
    }
    var total = files.reduce(0) { $0 + $1.bytes }
    for file in files.sorted(by: { ($0.used, $0.name) < ($1.used, $1.name) }) {
      guard total > budgetBytes else { return }
      let isUsed = users.withLock { $0[file.name] != nil }
      guard !isUsed else { continue }
      try DurableFiles.remove("\(folder)/\(file.name)")
      total -= file.bytes
    }
  }

  /// The hasher is used by one task at a time, under a lock.
  // `@unchecked`: only the lock around it is ever shared.
  private struct ConfinedHasher: @unchecked Sendable {
    let hasher = SHA256Hasher()
  }
}
