import Digests
import DurableFiles
import ModelStoreCore
import Primitives

/// Where the bytes of blobs lie: the seam between the store and a disk, or an object store when one
/// machine is outgrown. Whose they are says the catalog.
///
/// Blobs are addressed by their digest, whole or not there, and never change. Errors are
/// `StoreProblem`, `FileError` and `RPCError`.
protocol BlobStore: Sendable {
  /// How many bytes the account has sent of a blob that it has not sent whole; durable.
  func beginning(of key: BlobKey) async throws -> UInt64

  /// Becomes the only writer of an account's blob, until the upload is ended by one of its methods.
  /// - Throws: `StoreProblem.conflict` while somebody else is.
  func beginUpload(of key: BlobKey) async throws -> any BlobUpload

  /// Nil when the blob is not here whole.
  func contents(of digest: SHA256Digest) async throws -> (any BlobContents)?

  /// Takes a blob from its owner by `release`, and removes its bytes when that was the last one.
  /// Nobody publishes the blob meanwhile; while somebody does, it is kept and `release` not called.
  /// A reader that has begun reads on.
  func remove(
    _ digest: SHA256Digest,
    release: () async throws -> BlobRemoval
  ) async throws -> BlobRemoval

  /// Calls `body` with the digests of all blobs that are here, in parts.
  func forEachPart(_ body: ([SHA256Digest]) async throws -> Void) async throws

  /// Removes beginnings of blobs that nobody has added to for so long; answers how many.
  func removeAbandoned(after idle: Duration) async throws -> Int

  var totals: BlobTotals { get }
}

/// A blob that is being written, by one task at a time. `keep`, `publish` and `discard` end it; so
/// does `leave`, which touches nothing.
protocol BlobUpload: Sendable {
  /// Makes ready to write at `offset`, with what is in front of it kept and the rest cut off; reads
  /// all that is kept, for the digest.
  /// - Throws: `StoreProblem.exhausted` when the disk has no room for the rest.
  func open(at offset: UInt64, sizeBytes: UInt64) async throws

  /// Adds bytes at the end. At most so many as `StoreLimits.chunkBytes`.
  func append(_ bytes: Bytes) async throws

  func hasRightDigest() async throws -> Bool

  /// Puts the blob into its place, which is durable when `record` is called with its size. Until
  /// `record` has returned nobody removes it. Also in a cancelled task.
  func publish(_ record: @escaping @Sendable (UInt64) async throws -> Void) async throws -> UInt64

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
  /// What uploads in work will still write.
  var promisedBytes: UInt64 = 0
}
