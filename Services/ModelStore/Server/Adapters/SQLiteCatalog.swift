import FoundationEssentials
import GRDB
import ModelStoreCore
import Persistence
import Primitives

/// The catalog in SQLite. Decisions are the Core's; each is made and carried out in one
/// transaction.
struct SQLiteCatalog: VersionCatalog {
  let database: EmbeddedDatabase

  static let migrations: [EmbeddedDatabase.Migration] = [
    .init("1 models, versions, aliases, datasets", sql: firstSchema),
    .init("2 blobs belong to accounts", SQLiteCatalog.addBlobs),
  ]

  static let firstSchema = """
    CREATE TABLE models (
      account TEXT NOT NULL, name TEXT NOT NULL,
      last_version INTEGER NOT NULL, version_count INTEGER NOT NULL,
      created_unix_us INTEGER NOT NULL, updated_unix_us INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      PRIMARY KEY (account, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE versions (
      account TEXT NOT NULL, model TEXT NOT NULL, version INTEGER NOT NULL,
      manifest BLOB NOT NULL, manifest_sha256 BLOB NOT NULL,
      format INTEGER NOT NULL, task TEXT NOT NULL, approval INTEGER NOT NULL,
      created_unix_us INTEGER NOT NULL, updated_unix_us INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      PRIMARY KEY (account, model, version),
      UNIQUE (account, model, manifest_sha256),
      FOREIGN KEY (account, model) REFERENCES models (account, name)
    ) STRICT;
    CREATE TABLE aliases (
      account TEXT NOT NULL, model TEXT NOT NULL, name TEXT NOT NULL,
      version INTEGER NOT NULL,
      created_unix_us INTEGER NOT NULL, updated_unix_us INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      PRIMARY KEY (account, model, name),
      FOREIGN KEY (account, model, version) REFERENCES versions (account, model, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE datasets (
      account TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,
      content BLOB NOT NULL, sha256 BLOB NOT NULL, description TEXT NOT NULL,
      created_unix_us INTEGER NOT NULL, updated_unix_us INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      PRIMARY KEY (account, name, version)
    ) STRICT;
    """

  func totals() async throws -> CatalogTotals {
    try await database.read { database in
      let counts = try Row.fetchOne(
        database,
        sql: """
          SELECT (SELECT count(*) FROM models), (SELECT count(*) FROM versions),
            (SELECT count(*) FROM datasets)
          """
      )
      return CatalogTotals(
        modelCount: counts?[0] ?? 0,
        versionCount: counts?[1] ?? 0,
        datasetVersionCount: counts?[2] ?? 0
      )
    }
  }
}

extension Bytes {
  /// As SQLite takes it.
  var databaseBlob: DatabaseValue { withUnsafeBytes { Data($0) }.databaseValue }

  init(blob: Data) { self = blob.withUnsafeBytes { Bytes(copying: $0) } }
}
