import Digests
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Brings a file to the store: only what is not there yet, and on from where it broke.
struct BlobUpload: Sendable {
  /// Of one message of the stream.
  static let chunkBytes = 256 << 10

  let store: ModelStoreClient
  let options: CallOptions
  let patience: Patience

  /// Returns when the store has the whole file on disk.
  /// - Parameter progress: the bytes that the store has, as they rise; a new try may begin lower.
  /// - Throws: `RPCError`; `CommandError` when the file can no longer be read or became shorter.
  func send(
    _ file: LocalFile,
    _ digest: SHA256Digest,
    progress: (UInt64) -> Void
  ) async throws {
    try await patience.repeating { try await sendRest(file, digest, progress) }
    progress(file.sizeBytes)
  }

  private func sendRest(
    _ file: LocalFile,
    _ digest: SHA256Digest,
    _ progress: (UInt64) -> Void
  ) async throws {
    let address = Bytes(digest.bytes)
    let known = try await store.describeBlob(
      DescribeBlobRequest(sha256: address),
      options: options
    )
    patience.reached()
    if case .present = known.state { return }
    var offset: UInt64 = 0
    if case .partial = known.state { offset = min(known.receivedBytes, file.sizeBytes) }
    progress(offset)
    let answer = try await store.uploadBlob(options: options) { writer in
      try await writer.write(
        UploadBlobRequest(
          part: .begin(.init(sha256: address, sizeBytes: file.sizeBytes, offset: offset))
        )
      )
      while offset < file.sizeBytes {
        let chunk = try file.read(at: offset, upTo: BlobUpload.chunkBytes)
        guard !chunk.isEmpty else {
          throw CommandError.file(file.path, "became shorter while it was read; start again")
        }
        try await writer.write(UploadBlobRequest(part: .chunk(chunk)))
        offset += UInt64(chunk.count)
        // Who takes more is there: a transfer of minutes that breaks is waited for, too.
        patience.reached()
        progress(offset)
      }
    }
    guard answer.isComplete else {
      // The service went away between the last chunk and the commit; what it has is kept.
      throw RPCError(
        .unavailable,
        "the store has \(answer.receivedBytes) of \(file.sizeBytes) bytes of \(file.path)"
      )
    }
  }
}
