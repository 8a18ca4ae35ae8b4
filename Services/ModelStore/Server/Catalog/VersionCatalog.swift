import ModelStoreCore
import Primitives

/// What is known of models, versions, aliases and datasets: the seam between the store and a
/// database.
///
/// Everything belongs to an account, which is part of its key. A change is durable and whole when
/// its method returns, and has not happened when it throws. What is refused is a `StoreProblem`.
/// Numbers of versions are never given out again, also after what had them was deleted.
protocol VersionCatalog: BlobLedger {
  /// Makes a version, or finds the one with the same manifest. Its files are blobs of the account.
  func createVersion(_ new: NewVersion) async throws -> (record: VersionRecord, existed: Bool)

  func version(
    _ selector: VersionRules.Selector,
    of model: ModelKey
  ) async throws -> VersionRecord

  /// Models by name.
  /// - Parameter after: The last name of the page before.
  func models(of account: String, after: String?, count: Int) async throws -> CatalogPage<
    ModelRecord
  >

  /// Versions of a model, newest first.
  /// - Parameter before: The last number of the page before.
  func versions(of model: ModelKey, before: UInt32?, count: Int) async throws -> CatalogPage<
    VersionRecord
  >

  func setAlias(_ change: AliasChange) async throws -> AliasRecord
  func setApproval(_ change: ApprovalChange) async throws -> VersionRecord

  func deleteAlias(_ deletion: AliasDeletion) async throws

  /// Deletes one version of a model, or all of them.
  func deleteVersions(_ deletion: VersionDeletion) async throws -> DeletedVersions

  /// Makes a version of a dataset, or finds that the newest one has the same files.
  func createDataset(_ new: NewDataset) async throws -> (record: DatasetRecord, existed: Bool)

  /// - Parameter version: 0 = the newest.
  func dataset(_ name: ModelKey, version: UInt32) async throws -> DatasetRecord

  /// The newest version of each dataset, by name.
  func datasets(of account: String, after: String?, count: Int) async throws -> CatalogPage<
    DatasetRecord
  >

  /// Versions of a dataset, newest first.
  func datasetVersions(of dataset: ModelKey, before: UInt32?, count: Int) async throws
    -> CatalogPage<DatasetRecord>

  /// Deletes one version of a dataset, or all of them; answers how many.
  /// - Parameter version: Nil = all.
  func deleteDataset(
    _ dataset: ModelKey,
    version: UInt32?,
    nowUnixMicroseconds: Int64
  ) async throws -> Int

  func totals() async throws -> CatalogTotals
}

/// A model or dataset: whose, and its name.
struct ModelKey: Sendable, Hashable {
  let account: String
  let name: String
}

/// A part of a list; `continues` when there is more behind its last thing.
struct CatalogPage<Record: Sendable>: Sendable {
  var records: [Record] = []
  var continues = false
}

struct CatalogTotals: Sendable, Equatable {
  var modelCount = 0
  var versionCount = 0
  var datasetVersionCount = 0
}

struct AliasRecord: Sendable, Equatable {
  let name: String
  let version: UInt32
  let revision: UInt64
}

struct ModelRecord: Sendable, Equatable {
  let name: String
  let latestVersion: UInt32
  let versionCount: UInt32
  var aliases: [AliasRecord] = []
  let format: Int32
  let task: String
  let createdUnixMicroseconds: Int64
  let updatedUnixMicroseconds: Int64
}

struct VersionRecord: Sendable, Equatable {
  let model: String
  let version: UInt32
  /// The wire's message, encoded.
  let manifest: Bytes
  let manifestSHA256: Bytes
  let approval: Int32
  /// Sorted; `latest` among them when it points here.
  let aliases: [String]
  let createdUnixMicroseconds: Int64
  let updatedUnixMicroseconds: Int64
  let revision: UInt64
}

struct DatasetRecord: Sendable, Equatable {
  let name: String
  let version: UInt32
  /// The wire's message with files and schema alone, encoded.
  let content: Bytes
  let sha256: Bytes
  let description: String
  let createdUnixMicroseconds: Int64
  let updatedUnixMicroseconds: Int64
  let revision: UInt64
}

struct NewVersion: Sendable {
  let model: ModelKey
  let manifest: Bytes
  let manifestSHA256: Bytes
  let files: [FileRecord]
  let format: Int32
  let task: String
  let approval: Int32
  /// Checked, each once.
  let aliases: [String]
  let nowUnixMicroseconds: Int64
}

struct AliasChange: Sendable {
  let model: ModelKey
  let alias: String
  let version: UInt32
  let expectedRevision: UInt64
  let nowUnixMicroseconds: Int64
}

struct ApprovalChange: Sendable {
  let model: ModelKey
  let version: UInt32
  let approval: Int32
  let expectedRevision: UInt64
  let nowUnixMicroseconds: Int64
}

struct NewDataset: Sendable {
  let dataset: ModelKey
  let content: Bytes
  let sha256: Bytes
  let files: [FileRecord]
  let description: String
  let nowUnixMicroseconds: Int64
}

struct AliasDeletion: Sendable {
  let model: ModelKey
  let alias: String
  let expectedRevision: UInt64
}

struct VersionDeletion: Sendable {
  let model: ModelKey
  /// Nil = all versions.
  let version: UInt32?
  /// Whatever refers to it; its aliases go along.
  let isForced: Bool
  /// What the account's endpoints serve of the model: their names, by version.
  let endpoints: [UInt32: [String]]
  let nowUnixMicroseconds: Int64
}

struct DeletedVersions: Sendable, Equatable {
  let count: Int
  /// Sorted.
  let aliases: [String]
}
