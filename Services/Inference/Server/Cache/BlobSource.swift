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

  /// Fetches a blob to `path`, which appears whole or not at all. What came before a failure lies
  /// at `path.part`, and the next call goes on from its end.
  func fetch(_ digest: SHA256Digest, byteCount: UInt64, to path: String) async throws {
    let part = try await executor.run { try PartFile("\(path).part", maximumBytes: byteCount) }
    if part.byteCount < byteCount {
      let request = DownloadBlobRequest(sha256: Bytes(digest.bytes), offset: part.byteCount)
      try await client.downloadBlob(request) { chunks in
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

/// A file that grows until it is whole. For one piece of work at a time, which its owner sees to.
// `@unchecked`: its owner awaits each piece of work before it begins the next.
private final class PartFile: @unchecked Sendable {
  let path: String
  private(set) var byteCount: UInt64
  private let descriptor: CInt

  /// Opens what is there of it; begins anew when that is more than there can be.
  init(_ path: String, maximumBytes: UInt64) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FolderError(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FolderError(path, code)
    }
    byteCount = UInt64(max(0, status.st_size))
    if byteCount > maximumBytes {
      byteCount = 0
      guard ftruncate(descriptor, 0) == 0 else {
        let code = errno
        close(descriptor)
        throw FolderError(path, code)
      }
    }
    lseek(descriptor, off_t(byteCount), SEEK_SET)
  }

  deinit { close(descriptor) }

  func append(_ chunk: Bytes) throws {
    try chunk.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let now = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(descriptor, now.baseAddress, now.count)
        if count < 0 {
          if errno == EINTR { continue }
          throw FolderError(path, errno)
        }
        rest = rest.dropFirst(count)
        byteCount += UInt64(count)
      }
    }
  }

  /// Brings it to disk and gives it its name.
  func finish(as name: String) throws {
    guard fsync(descriptor) == 0 else { throw FolderError(path, errno) }
    guard rename(path, name) == 0 else { throw FolderError(name, errno) }
    guard let slash = name.lastIndex(of: "/") else { return }
    try Folder.sync(String(name[..<slash]))
  }
}
