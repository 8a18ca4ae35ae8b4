import Digests
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Brings a blob from the store into a file, and checks it: the file is whole and right when this
/// returns, and its bytes are on disk.
struct BlobDownload: Sendable {
  let store: ModelStoreClient
  let options: CallOptions
  let patience: Patience

  /// - Parameter path: a file that does not exist yet; its folder does.
  /// - Throws: `RPCError`, DATA_LOSS when the bytes are not those of the digest; `CommandError`.
  func fetch(
    _ entry: FileEntry,
    into path: String,
    progress: (UInt64) -> Void
  ) async throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandError.file(path, errno) }
    defer { close(descriptor) }
    let hasher = SHA256Hasher()
    var received: UInt64 = 0
    try await patience.repeating {
      guard received < entry.sizeBytes else { return }
      try await store.downloadBlob(
        DownloadBlobRequest(sha256: entry.sha256, offset: received),
        options: options
      ) { chunks in
        for try await piece in chunks {
          patience.reached()
          received += UInt64(piece.chunk.count)
          guard received <= entry.sizeBytes else { throw wrong(entry) }
          hasher.update(piece.chunk)
          try FileWriting.writeAll(piece.chunk, to: descriptor, path)
          progress(received)
        }
      }
      guard received == entry.sizeBytes else {
        throw RPCError(
          .unavailable,
          "the store sent \(received) of \(entry.sizeBytes) bytes of \(entry.path)"
        )
      }
    }
    guard hasher.finish().bytes == entry.sha256.array else { throw wrong(entry) }
    guard fsync(descriptor) == 0 else { throw CommandError.file(path, errno) }
  }

  private func wrong(_ entry: FileEntry) -> RPCError {
    RPCError(
      .dataLoss,
      "what the store sent for \(entry.path) does not have the digest of the manifest; try "
        + "again, and if it stays so, the store's disk is damaged"
    )
  }
}
