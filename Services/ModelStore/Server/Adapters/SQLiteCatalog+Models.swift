import GRDB
import ModelStoreCore
import Persistence
import Primitives

extension SQLiteCatalog {
  func models(
    of account: String,
    after: String?,
    count: Int
  ) async throws -> CatalogPage<ModelRecord> {
    try await database.read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT m.*, v.version AS newest, v.format, v.task FROM models AS m
          JOIN versions AS v ON v.account = m.account AND v.model = m.name AND v.version = (
            SELECT max(version) FROM versions WHERE account = m.account AND model = m.name)
          WHERE m.account = ? AND m.name > ? ORDER BY m.name LIMIT ?
          """,
        arguments: [account, after ?? "", count + 1]
      )
      return try SQLiteCatalog.page(rows, count: count) { row in
        let record = try SQLiteCatalog.model(row, database)
        return (record, 512 + 160 * record.aliases.count)
      }
    }
  }

  private static func model(_ row: Row, _ database: Database) throws -> ModelRecord {
    let last: UInt32 = row["newest"]
    var aliases = try Row.fetchAll(
      database,
      sql: "SELECT name, version, revision FROM aliases WHERE account = ? AND model = ?",
      arguments: [row["account"] as String, row["name"] as String]
    ).map { row in
      AliasRecord(
        name: row["name"],
        version: row["version"],
        revision: UInt64(row["revision"] as Int64)
      )
    }
    // Its revision rises with it, as that of any alias does.
    aliases.append(AliasRecord(name: AliasRules.latest, version: last, revision: UInt64(last)))
    return ModelRecord(
      name: row["name"],
      latestVersion: last,
      versionCount: row["version_count"],
      aliases: aliases.sorted { $0.name < $1.name },
      format: row["format"],
      task: row["task"],
      createdUnixMicroseconds: row["created_unix_us"],
      updatedUnixMicroseconds: row["updated_unix_us"]
    )
  }

  func setAlias(_ change: AliasChange) async throws -> AliasRecord {
    try await database.write { database in
      // The version must be there, whatever the alias says.
      _ = try SQLiteCatalog.version(.number(change.version), of: change.model, database)
      let state = try AliasRules.moved(
        try SQLiteCatalog.alias(change.alias, of: change.model, database),
        named: change.alias,
        to: change.version,
        expectedRevision: change.expectedRevision
      )
      try SQLiteCatalog.write(
        state,
        of: change.alias,
        of: change.model,
        at: change.nowUnixMicroseconds,
        database
      )
      return AliasRecord(name: change.alias, version: state.version, revision: state.revision)
    }
  }

  static func alias(
    _ name: String,
    of model: ModelKey,
    _ database: Database
  ) throws -> AliasRules.State? {
    try Row.fetchOne(
      database,
      sql: "SELECT version, revision FROM aliases WHERE account = ? AND model = ? AND name = ?",
      arguments: [model.account, model.name, name]
    ).map { row in
      AliasRules.State(version: row["version"], revision: UInt64(row["revision"] as Int64))
    }
  }

  static func write(
    _ state: AliasRules.State,
    of name: String,
    of model: ModelKey,
    at now: Int64,
    _ database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO aliases VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (account, model, name) DO UPDATE SET version = excluded.version,
          updated_unix_us = excluded.updated_unix_us, revision = excluded.revision
        """,
      arguments: [
        model.account, model.name, name, state.version, now, now, Int64(state.revision),
      ]
    )
    let count = try Int.fetchOne(
      database,
      sql: "SELECT count(*) FROM aliases WHERE account = ? AND model = ?",
      arguments: [model.account, model.name]
    )
    // Thrown here, it undoes what was just written.
    try AliasRules.checkCount(count ?? 0)
  }
}
