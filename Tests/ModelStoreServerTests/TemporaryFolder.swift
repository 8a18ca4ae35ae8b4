import Digests
import DurableFiles
import Foundation
import ModelStoreCore
import Persistence
import Primitives
import RPCRuntime

@testable import ModelStoreServer

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "martlet-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func blobStore(
    uploadIdle: Duration = .seconds(60),
    freeBytes: @escaping @Sendable (String) throws(FileError) -> UInt64 = Folder.freeBytes
  ) throws -> LocalBlobStore {
    try LocalBlobStore(
      folder: path,
      uploadIdle: uploadIdle,
      reserveBytes: 1000,
      executor: BlockingExecutor(threadCount: 2, queueLimit: 64),
      freeBytes: freeBytes
    )
  }

  func catalog() throws -> SQLiteCatalog {
    SQLiteCatalog(
      database: try EmbeddedDatabase(
        path: "\(path)/store.sqlite",
        migrations: SQLiteCatalog.migrations
      )
    )
  }
}

extension LocalBlobStore {
  func beginUpload(of digest: SHA256Digest) async throws -> any BlobUpload {
    try await beginUpload(of: BlobKey(account: "default", sha256: Bytes(digest.bytes)))
  }

  /// What `default` has sent of a blob.
  func beginning(of digest: SHA256Digest) async throws -> UInt64 {
    try await beginning(of: BlobKey(account: "default", sha256: Bytes(digest.bytes)))
  }

  /// Makes a blob in one go.
  @discardableResult
  func add(_ bytes: Bytes) async throws -> SHA256Digest {
    let digest = SHA256Hasher.digest(bytes)
    let upload = try await beginUpload(of: digest)
    try await upload.open(at: 0, sizeBytes: UInt64(bytes.count))
    if bytes.count > 0 { try await upload.append(bytes) }
    _ = try await upload.publish { _ in }
    return digest
  }

  /// A file of a version, its bytes added.
  func file(_ path: String, _ bytes: Bytes) async throws -> FileRecord {
    let digest = try await add(bytes)
    return FileRecord(
      path: path,
      sizeBytes: UInt64(bytes.count),
      sha256: Bytes(digest.bytes)
    )
  }
}
