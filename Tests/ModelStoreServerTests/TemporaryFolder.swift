import Digests
import Foundation
import ModelStoreCore
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

  func blobStore(uploadIdle: Duration = .seconds(60)) throws -> LocalBlobStore {
    try LocalBlobStore(
      folder: path,
      uploadIdle: uploadIdle,
      executor: BlockingExecutor(threadCount: 2, queueLimit: 64)
    )
  }
}

extension LocalBlobStore {
  /// Makes a blob in one go.
  @discardableResult
  func add(_ bytes: Bytes) async throws -> SHA256Digest {
    let digest = SHA256Hasher.digest(bytes)
    let upload = try await beginUpload(of: digest)
    if case .present = upload.found {
      upload.leave()
      return digest
    }
    try await upload.open(at: 0, sizeBytes: UInt64(bytes.count))
    if bytes.count > 0 { try await upload.append(bytes) }
    _ = try await upload.publish()
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
