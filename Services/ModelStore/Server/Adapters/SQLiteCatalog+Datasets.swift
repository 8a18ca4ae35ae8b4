import GRDB
import ModelStoreCore
import Persistence
import Primitives

extension SQLiteCatalog {
  func createDataset(
    _ new: NewDataset
  ) async throws -> (record: DatasetRecord, existed: Bool) {
    try await database.write { database in
      let newest = try SQLiteCatalog.dataset(new.dataset, version: 0, database)
      let last = try UInt32.fetchOne(
        database,
        sql: "SELECT last_version FROM dataset_names WHERE account = ? AND name = ?",
        arguments: [new.dataset.account, new.dataset.name]
      )
      let decision = try VersionRules.onCreateDataset(
        // The same bytes read in another way are another dataset.
        newest: newest.map { ($0.version, $0.sha256 == new.sha256 && $0.content == new.content) },
        last: last ?? 0
      )
      switch (decision, newest) {
      case (.existing, .some(let record)): return (record, true)
      case (.existing(let version), .none), (.create(let version), _):
        try SQLiteCatalog.insert(new, version, database)
        let record = try SQLiteCatalog.dataset(new.dataset, version: version, database)
        guard let record else { throw SQLiteCatalog.missing(new.dataset, version: version) }
        return (record, false)
      }
    }
  }

  private static func insert(_ new: NewDataset, _ version: UInt32, _ database: Database) throws {
    let now = new.nowUnixMicroseconds
    try database.execute(
      sql: """
        INSERT INTO dataset_names VALUES (?, ?, ?)
        ON CONFLICT (account, name) DO UPDATE SET last_version = excluded.last_version
        """,
      arguments: [new.dataset.account, new.dataset.name, version]
    )
    try database.execute(
      sql: "INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
      arguments: [
        new.dataset.account, new.dataset.name, version, new.content.databaseBlob,
        new.sha256.databaseBlob, new.description, now, now,
      ]
    )
    let user = BlobUser(kind: .dataset, owner: new.dataset, version: version)
    try use(new.files, by: user, database)
  }

  func dataset(_ name: ModelKey, version: UInt32) async throws -> DatasetRecord {
    try await database.read { database in
      let record = try SQLiteCatalog.dataset(name, version: version, database)
      guard let record else { throw SQLiteCatalog.missing(name, version: version) }
      return record
    }
  }

  static func missing(_ name: ModelKey, version: UInt32) -> StoreProblem {
    .missing(
      version == 0
        ? "there is no dataset \(name.name)"
        : "there is no version \(version) of a dataset \(name.name)"
    )
  }

  private static func dataset(
    _ name: ModelKey,
    version: UInt32,
    _ database: Database
  ) throws -> DatasetRecord? {
    try Row.fetchOne(
      database,
      sql: """
        SELECT * FROM datasets WHERE account = ? AND name = ? AND (version = ? OR ? = 0)
        ORDER BY version DESC LIMIT 1
        """,
      arguments: [name.account, name.name, version, version]
    ).map(record)
  }

  private static func record(_ row: Row) -> DatasetRecord {
    DatasetRecord(
      name: row["name"],
      version: row["version"],
      content: Bytes(blob: row["content"]),
      sha256: Bytes(blob: row["sha256"]),
      description: row["description"],
      createdUnixMicroseconds: row["created_unix_us"],
      updatedUnixMicroseconds: row["updated_unix_us"],
      revision: UInt64(row["revision"] as Int64)
    )
  }

  func datasets(
    of account: String,
    after: String?,
    count: Int
  ) async throws -> CatalogPage<DatasetRecord> {
    try await database.read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT * FROM datasets AS d WHERE account = ? AND name > ? AND version = (
            SELECT max(version) FROM datasets WHERE account = d.account AND name = d.name)
          ORDER BY name LIMIT ?
          """,
        arguments: [account, after ?? "", count + 1]
      )
      return try SQLiteCatalog.page(rows, count: count) { row in
        let record = SQLiteCatalog.record(row)
        return (record, record.content.count + record.description.utf8.count + 256)
      }
    }
  }

  func datasetVersions(
    of dataset: ModelKey,
    before: UInt32?,
    count: Int
  ) async throws -> CatalogPage<DatasetRecord> {
    try await database.read { database in
      guard try SQLiteCatalog.dataset(dataset, version: 0, database) != nil else {
        throw SQLiteCatalog.missing(dataset, version: 0)
      }
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT * FROM datasets WHERE account = ? AND name = ? AND version < ?
          ORDER BY version DESC LIMIT ?
          """,
        arguments: [dataset.account, dataset.name, before.map(Int64.init) ?? .max, count + 1]
      )
      return try SQLiteCatalog.page(rows, count: count) { row in
        let record = SQLiteCatalog.record(row)
        return (record, record.content.count + record.description.utf8.count + 256)
      }
    }
  }
}
