import Digests
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Brings blobs from the model store to this host's disk.
struct BlobSource: Sendable {
  private let client: ModelStoreClient
  private let executor: BlockingExecutor

  init(_ client: ModelStoreClient, executor: BlockingExecutor) {
    self.client = client
    self.executor = executor
  }

  /// What has come of a file that is not whole yet lies under its name with this behind it.
  static let partSuffix = ".part"

  /// Fetches a blob, which belongs to `account`, to `path`, which appears whole or not at all. What
  /// came before a failure lies at `path.part`, and the next call goes on from its end.
  func fetch(
    _ digest: SHA256Digest,
    byteCount: UInt64,
    account: String,
    to path: String
  ) async throws {
    let part = try await executor.run {
      try PartFile(path + BlobSource.partSuffix, maximumBytes: byteCount)
    }
    var options = CallOptions()
    if account != ReplicaDescription.defaultAccount {
      options.principal = Principal(account: account, keyID: "")
    }
    if part.byteCount < byteCount {
      let request = DownloadBlobRequest(sha256: Bytes(digest.bytes), offset: part.byteCount)
      try await client.downloadBlob(request, options: options) { chunks in
        for try await response in chunks {
          let chunk = response.chunk
          guard part.byteCount + UInt64(chunk.count) <= byteCount else {
            throw BlobError(
              description: "the store sends more of \(digest.hex) than the manifest's "
                + "\(byteCount) bytes"
            )
          }
          try await executor.run { try part.append(chunk) }
        }
      }
    }
    guard part.byteCount == byteCount else {
      throw BlobError(
        description:
          "the store ended after \(part.byteCount) of \(byteCount) bytes of \(digest.hex)"
      )
    }
    try await executor.run {
      let found = try FileDigest.sha256(path: part.path)
      guard found.digest == digest else {
        unlink(part.path)
        throw BlobError(
          description: "what came of \(digest.hex) has the digest \(found.digest.hex); "
            + "it was thrown away"
        )
      }
      try part.finish(as: path)
    }
  }
}

/// Why a blob did not come, in words.
struct BlobError: Error, Equatable, CustomStringConvertible {
  let description: String
}
