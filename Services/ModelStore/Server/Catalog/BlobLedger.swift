import Digests
import ModelStoreCore
import Primitives

/// Which account has which blobs, since when nothing refers to them: a part of the catalog, as
/// versions and datasets refer to blobs in the same step that makes them.
///
/// An account has a blob from when it has sent all its bytes, until a garbage collection.
protocol BlobLedger: Sendable {
  /// The account has the blob now; repeating it renews the grace in which it is not collected.
  func addBlob(_ key: BlobKey, sizeBytes: UInt64, nowUnixMicroseconds: Int64) async throws

  /// The size of a blob of the account, and nil for another's.
  func blobSize(_ key: BlobKey) async throws -> UInt64?

  /// The same for an answer on which an uploader relies: it renews the grace, when that has not
  /// been done since `renewedBefore`.
  func acknowledgeBlob(
    _ key: BlobKey,
    renewedBefore: Int64,
    nowUnixMicroseconds: Int64
  ) async throws -> UInt64?

  /// The sizes of those that the account has.
  func blobSizes(_ digests: [Bytes], of account: String) async throws -> [Bytes: UInt64]

  /// Blobs of an account that no version and no dataset refers to, longest unused first.
  /// - Parameter after: The last one of the page before.
  func unusedBlobs(
    of account: String,
    after: StoredBlob?,
    count: Int
  ) async throws -> [StoredBlob]

  /// Takes a blob from its account if it still is as it was seen, and nothing refers to it.
  func removeBlob(_ blob: StoredBlob, of account: String) async throws -> BlobRemoval

  /// Those of the digests that no account has.
  func unownedBlobs(_ digests: [SHA256Digest]) async throws -> [SHA256Digest]
}

/// What a removal has done.
enum BlobRemoval: Sendable, Equatable {
  /// Nothing: it was acknowledged or referred to meanwhile, or is being published.
  case kept
  /// Another account has the same bytes.
  case sharedBytes
  case lastOwner
}
