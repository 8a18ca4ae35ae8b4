import FoundationEssentials
import GRDB
import ModelStoreCore
import Persistence
import Primitives

extension SQLiteCatalog {
  func createVersion(
    _ new: NewVersion
  ) async throws -> (record: VersionRecord, existed: Bool) {
    try await database.write { database in
      let same = try UInt32.fetchOne(
        database,
        sql: """
          SELECT version FROM versions WHERE account = ? AND model = ? AND manifest_sha256 = ?
          """,
        arguments: [new.model.account, new.model.name, new.manifestSHA256.databaseBlob]
      )
      let last = try UInt32.fetchOne(
        database,
        sql: "SELECT last_version FROM models WHERE account = ? AND name = ?",
        arguments: [new.model.account, new.model.name]
      )
      let number: UInt32
      let existed: Bool
      switch try VersionRules.onCreateVersion(withSameManifest: same, last: last ?? 0) {
      case .existing(let version):
        (number, existed) = (version, true)
      case .create(let version):
        (number, existed) = (version, false)
        try SQLiteCatalog.insert(new, version, database)
      }
      for alias in new.aliases {
        let current = try SQLiteCatalog.alias(alias, of: new.model, database)
        switch AliasRules.onCreate(of: number, existed: existed, current: current) {
        case .leave: break
        case .set(let state):
          try SQLiteCatalog.write(
            state,
            of: alias,
            of: new.model,
            at: new.nowUnixMicroseconds,
            database
          )
        }
      }
      let record = try SQLiteCatalog.version(.number(number), of: new.model, database)
      return (record, existed)
    }
  }

  private static func insert(
    _ new: NewVersion,
    _ version: UInt32,
    _ database: Database
  ) throws {
    let now = new.nowUnixMicroseconds
    try database.execute(
      sql: """
        INSERT INTO models VALUES (?, ?, ?, 1, ?, ?, 1)
        ON CONFLICT (account, name) DO UPDATE SET last_version = excluded.last_version,
          version_count = version_count + 1, updated_unix_us = excluded.updated_unix_us,
          revision = revision + 1
        """,
      arguments: [new.model.account, new.model.name, version, now, now]
    )
    try database.execute(
      sql: "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
      arguments: [
        new.model.account, new.model.name, version, new.manifest.databaseBlob,
        new.manifestSHA256.databaseBlob, new.format, new.task, new.approval, now, now,
      ]
    )
    let user = BlobUser(kind: .version, owner: new.model, version: version)
    try use(new.files, by: user, database)
  }

  func version(
    _ selector: VersionRules.Selector,
    of model: ModelKey
  ) async throws -> VersionRecord {
    try await database.read { try SQLiteCatalog.version(selector, of: model, $0) }
  }

  static func version(
    _ selector: VersionRules.Selector,
    of model: ModelKey,
    _ database: Database
  ) throws -> VersionRecord {
    guard let last = try newest(of: model, database) else {
      throw StoreProblem.missing("there is no model \(model.name)")
    }
    let number: UInt32? =
      switch selector {
      case .number(let number): number
      case .latest: last
      case .alias(let name): try alias(name, of: model, database)?.version
      }
    let row = try number.flatMap { number in
      try Row.fetchOne(
        database,
        sql: "SELECT * FROM versions WHERE account = ? AND model = ? AND version = ?",
        arguments: [model.account, model.name, number]
      )
    }
    guard let row else {
      throw StoreProblem.missing("model \(model.name) has no \(selector.text)")
    }
    return try record(row, last: last, database)
  }

  /// The highest version that is there; nil when there is none, or none any more.
  static func newest(of model: ModelKey, _ database: Database) throws -> UInt32? {
    try UInt32.fetchOne(
      database,
      sql: "SELECT max(version) FROM versions WHERE account = ? AND model = ?",
      arguments: [model.account, model.name]
    )
  }

  private static func record(
    _ row: Row,
    last: UInt32,
    _ database: Database
  ) throws -> VersionRecord {
    let number: UInt32 = row["version"]
    var aliases = try String.fetchAll(
      database,
      sql: "SELECT name FROM aliases WHERE account = ? AND model = ? AND version = ?",
      arguments: [row["account"] as String, row["model"] as String, number]
    )
    if number == last { aliases.append(AliasRules.latest) }
    return VersionRecord(
      model: row["model"],
      version: number,
      manifest: Bytes(blob: row["manifest"]),
      manifestSHA256: Bytes(blob: row["manifest_sha256"]),
      approval: row["approval"],
      aliases: aliases.sorted(),
      createdUnixMicroseconds: row["created_unix_us"],
      updatedUnixMicroseconds: row["updated_unix_us"],
      revision: UInt64(row["revision"] as Int64)
    )
  }

  func versions(
    of model: ModelKey,
    before: UInt32?,
    count: Int
  ) async throws -> CatalogPage<VersionRecord> {
    try await database.read { database in
      let last = try SQLiteCatalog.version(.latest, of: model, database).version
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT * FROM versions WHERE account = ? AND model = ? AND version < ?
          ORDER BY version DESC LIMIT ?
          """,
        arguments: [model.account, model.name, before.map(Int64.init) ?? .max, count + 1]
      )
      return try SQLiteCatalog.page(rows, count: count) { row in
        let record = try SQLiteCatalog.record(row, last: last, database)
        return (record, record.manifest.count + 128 * record.aliases.count)
      }
    }
  }

  /// Fills a page from the rows of a query for one more than its count.
  static func page<Record>(
    _ rows: RowCursor,
    count: Int,
    _ read: (Row) throws -> (record: Record, byteCount: Int)
  ) throws -> CatalogPage<Record> {
    var budget = PageBudget(count: count)
    var page = CatalogPage<Record>()
    while let row = try rows.next() {
      let (record, byteCount) = try read(row)
      guard budget.takes(byteCount: byteCount) else {
        page.continues = true
        break
      }
      page.records.append(record)
    }
    return page
  }

  func setApproval(_ change: ApprovalChange) async throws -> VersionRecord {
    try await database.write { database in
      let number = VersionRules.Selector.number(change.version)
      let current = try SQLiteCatalog.version(number, of: change.model, database)
      try VersionRules.checkRevision(
        current.revision,
        expected: change.expectedRevision,
        of: "version \(change.version) of \(change.model.name)"
      )
      try database.execute(
        sql: """
          UPDATE versions SET approval = ?, updated_unix_us = ?, revision = revision + 1
          WHERE account = ? AND model = ? AND version = ?
          """,
        arguments: [
          change.approval, change.nowUnixMicroseconds, change.model.account, change.model.name,
          change.version,
        ]
      )
      return try SQLiteCatalog.version(number, of: change.model, database)
    }
  }
}
