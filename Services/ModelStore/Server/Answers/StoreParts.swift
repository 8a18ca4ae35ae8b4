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
  let metrics: StoreMetrics
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
