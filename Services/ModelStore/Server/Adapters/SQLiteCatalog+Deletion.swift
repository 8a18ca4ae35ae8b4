import GRDB
import ModelStoreCore
import Persistence
import Primitives

extension SQLiteCatalog {
  func deleteAlias(_ deletion: AliasDeletion) async throws {
    try await database.write { database in
      let model = deletion.model
      let current = try SQLiteCatalog.alias(deletion.alias, of: model, database)
      guard let current else {
        throw StoreProblem.missing("model \(model.name) has no alias \(deletion.alias)")
      }
      try VersionRules.checkRevision(
        current.revision,
        expected: deletion.expectedRevision,
        of: "alias \(deletion.alias) of \(model.name)"
      )
      try database.execute(
        sql: "DELETE FROM aliases WHERE account = ? AND model = ? AND name = ?",
        arguments: [model.account, model.name, deletion.alias]
      )
    }
  }

  func deleteVersions(_ deletion: VersionDeletion) async throws -> DeletedVersions {
    try await database.write { database in
      let numbers = try SQLiteCatalog.numbers(deletion, database)
      var aliases: [String] = []
      for number in numbers {
        let pointing = try SQLiteCatalog.aliases(of: deletion.model, number, database)
        if !deletion.isForced {
          try DeletionRules.check(
            "version \(number) of \(deletion.model.name)",
            aliases: pointing,
            endpoints: deletion.endpoints[number] ?? []
          )
        }
        aliases += pointing
        try SQLiteCatalog.deleteVersion(number, deletion, database)
      }
      // The model's row stays, with the last number that was given out.
      try database.execute(
        sql: """
          UPDATE models SET version_count = version_count - ?, updated_unix_us = ?,
            revision = revision + 1
          WHERE account = ? AND name = ?
          """,
        arguments: [
          numbers.count, deletion.nowUnixMicroseconds, deletion.model.account, deletion.model.name,
        ]
      )
      return DeletedVersions(count: numbers.count, aliases: aliases.sorted())
    }
  }

  /// The versions that a deletion is about, which are there.
  private static func numbers(_ deletion: VersionDeletion, _ database: Database) throws -> [UInt32]
  {
    if let number = deletion.version {
      return [try version(.number(number), of: deletion.model, database).version]
    }
    let numbers = try UInt32.fetchAll(
      database,
      sql: "SELECT version FROM versions WHERE account = ? AND model = ? ORDER BY version",
      arguments: [deletion.model.account, deletion.model.name]
    )
    guard !numbers.isEmpty else {
      throw StoreProblem.missing("there is no model \(deletion.model.name)")
    }
    return numbers
  }

  private static func aliases(
    of model: ModelKey,
    _ version: UInt32,
    _ database: Database
  ) throws -> [String] {
    try String.fetchAll(
      database,
      sql: "SELECT name FROM aliases WHERE account = ? AND model = ? AND version = ?",
      arguments: [model.account, model.name, version]
    )
  }

  private static func deleteVersion(
    _ number: UInt32,
    _ deletion: VersionDeletion,
    _ database: Database
  ) throws {
    let model = deletion.model
    let user = BlobUser(kind: .version, owner: model, version: number)
    try release(user, now: deletion.nowUnixMicroseconds, database)
    for table in ["aliases", "versions"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE account = ? AND model = ? AND version = ?",
        arguments: [model.account, model.name, number]
      )
    }
  }

  func deleteDataset(
    _ dataset: ModelKey,
    version: UInt32?,
    nowUnixMicroseconds: Int64
  ) async throws -> Int {
    try await database.write { database in
      let numbers = try UInt32.fetchAll(
        database,
        sql: """
          SELECT version FROM datasets
          WHERE account = ? AND name = ? AND version = ifnull(?, version)
          """,
        arguments: [dataset.account, dataset.name, version]
      )
      guard !numbers.isEmpty else {
        throw SQLiteCatalog.missing(dataset, version: version ?? 0)
      }
      for number in numbers {
        let user = BlobUser(kind: .dataset, owner: dataset, version: number)
        try SQLiteCatalog.release(user, now: nowUnixMicroseconds, database)
        try database.execute(
          sql: "DELETE FROM datasets WHERE account = ? AND name = ? AND version = ?",
          arguments: [dataset.account, dataset.name, number]
        )
      }
      return numbers.count
    }
  }
}
