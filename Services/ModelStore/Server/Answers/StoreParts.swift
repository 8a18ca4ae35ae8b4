import ModelStoreCore
import Primitives
import RPC
import RPCRuntime
import Synchronization

/// What the store's answers stand on.
struct StoreParts: Sendable {
  let blobs: any BlobStore
  let catalog: any VersionCatalog
  /// Where blobs are read.
  let executor: BlockingExecutor
  /// The size of a blob that is taken at most.
  let maximumBlobBytes: UInt64
  /// What endpoints serve.
  let endpoints: EndpointDirectory
  /// How long a blob must be unused before it is collected.
  let garbageGrace: Duration
  let metrics: StoreMetrics

  /// What an account has of a blob. What is present stays for three quarters of the grace at
  /// least, so that a caller can refer to it.
  func presence(of key: BlobKey) async throws -> BlobPresence {
    let now = WallClock.nowUnixMicroseconds
    let size = try await catalog.acknowledgeBlob(
      key,
      renewedBefore: now - garbageGrace.wholeMicroseconds / 4,
      nowUnixMicroseconds: now
    )
    // Where the file is lost, or damaged so that all see it, sending it again heals it.
    if let size,
      try await blobs.contents(of: ModelStoreAnswers.digest(key.sha256))?.sizeBytes == size
    {
      return .present(sizeBytes: size)
    }
    let bytes = try await blobs.beginning(of: key)
    return bytes == 0 ? .absent : .partial(bytes: bytes)
  }
}

/// Holds the parts from when they are open; calls come only after that, and end before.
final class StoreHolder: Sendable {
  private let opened = Mutex<StoreParts?>(nil)

  func set(_ parts: StoreParts?) { opened.withLock { $0 = parts } }

  /// - Throws: UNAVAILABLE before the start and after the end.
  func parts() throws(RPCError) -> StoreParts {
    guard let parts = opened.withLock({ $0 }) else {
      throw RPCError(.unavailable, "the store is not open", retryAfter: .seconds(1))
    }
    return parts
  }
}
