import Digests
import ModelStoreCore
import Primitives

/// Where the bytes of blobs lie: the seam between the store and a disk, or an object store when one
/// machine is outgrown.
///
/// Blobs are addressed by their digest, whole or not there, and never change. What `presence` calls
/// partial or present is durable. Errors are `StoreProblem`, `DiskFailure` and `RPCError`.
protocol BlobStore: Sendable {
  func presence(of digest: SHA256Digest) async throws -> BlobPresence

  /// Becomes the only writer of a blob, until the upload is ended by one of its methods.
  /// - Throws: `StoreProblem.conflict` while somebody else is.
  func beginUpload(of digest: SHA256Digest) async throws -> any BlobUpload

  /// - Throws: `StoreProblem.missing` when the blob is not here whole.
  func contents(of digest: SHA256Digest) async throws -> any BlobContents

  /// Removes beginnings of blobs that nobody has added to for so long; answers how many.
  func removeAbandoned(after idle: Duration) async throws -> Int

  var totals: BlobTotals { get }
}

/// A blob that is being written, by one task at a time. `keep`, `publish` and `discard` end it; so
/// does `leave`, which touches nothing.
protocol BlobUpload: Sendable {
  /// What was here when the upload began.
  var found: BlobPresence { get }

  /// Makes ready to write at `offset`, with what is in front of it kept and the rest cut off; reads
  /// all that is kept, for the digest.
  func open(at offset: UInt64, sizeBytes: UInt64) async throws

  /// Adds bytes at the end. At most so many as `StoreLimits.chunkBytes`.
  func append(_ bytes: Bytes) async throws

  func hasRightDigest() async throws -> Bool

  /// The blob is whole and durable when this returns; its size.
  func publish() async throws -> UInt64

  /// What came is durable when this returns. Also in a cancelled task.
  func keep() async throws

  /// Removes what came. Also in a cancelled task.
  func discard() async throws

  func leave()
}

/// A whole blob, open for reading. Reads block, and may come from any thread.
protocol BlobContents: Sendable {
  var sizeBytes: UInt64 { get }

  /// The bytes at `offset`; fewer than `count` only at the end of the blob.
  func read(at offset: UInt64, count: Int) throws -> Bytes

  /// All of it as memory that is filled where it is touched: an importer finds its way through a
  /// model of many gigabytes without reading the weights.
  func mapped() throws -> Bytes
}

struct BlobTotals: Sendable, Equatable {
  var blobCount = 0
  var blobBytes: UInt64 = 0
  var uploadCount = 0
}
