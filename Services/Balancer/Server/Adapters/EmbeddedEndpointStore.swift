import BalancerCore
import Foundation
import GRDB
import Persistence
import Primitives
import RPC

/// Endpoints in SQLite: one machine's side of the seam.
public struct EmbeddedEndpointStore: EndpointStore {
  private let database: EmbeddedDatabase

  /// Opens or makes the file; blocks.
  /// - Throws: `StorageError` when it cannot be used.
  public init(path: String) throws(StorageError) {
    database = try EmbeddedDatabase(path: path, migrations: EmbeddedEndpointStore.migrations)
  }

  /// In memory, for tests.
  public init() throws(StorageError) {
    database = try EmbeddedDatabase(inMemoryWith: EmbeddedEndpointStore.migrations)
  }

  private static let migrations = [
    EmbeddedDatabase.Migration("1 endpoints and plan") { database in
      try database.execute(
        sql: """
          CREATE TABLE endpoints (
            account TEXT NOT NULL,
            name TEXT NOT NULL UNIQUE,
            id TEXT NOT NULL,
            kind INTEGER NOT NULL,
            policy INTEGER NOT NULL,
            variant TEXT NOT NULL,
            model TEXT NOT NULL,
            model_version INTEGER NOT NULL,
            replica_count INTEGER NOT NULL,
            asked_version INTEGER NOT NULL,
            asked_alias TEXT NOT NULL,
            manifest BLOB NOT NULL,
            phase INTEGER NOT NULL,
            created_unix_us INTEGER NOT NULL,
            updated_unix_us INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (account, name)
          ) STRICT;
          CREATE TABLE assignments (
            host TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            variant TEXT NOT NULL,
            PRIMARY KEY (host, endpoint, variant)
          ) STRICT;
          CREATE TABLE plan (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            revision INTEGER NOT NULL
          ) STRICT;
          INSERT INTO plan (one, revision) VALUES (1, 0);
          """
      )
    },
    // Names are an account's own, and the plan goes by ids: it is made anew. Endpoints that were
    // being deleted (phase 6) are gone.
    EmbeddedDatabase.Migration("2 names by account, places by id") { database in
      try database.execute(
        sql: """
          CREATE TABLE endpoints_by_account (
            account TEXT NOT NULL,
            name TEXT NOT NULL,
            id TEXT NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            policy INTEGER NOT NULL,
            variant TEXT NOT NULL,
            model TEXT NOT NULL,
            model_version INTEGER NOT NULL,
            replica_count INTEGER NOT NULL,
            asked_version INTEGER NOT NULL,
            asked_alias TEXT NOT NULL,
            manifest BLOB NOT NULL,
            phase INTEGER NOT NULL,
            created_unix_us INTEGER NOT NULL,
            updated_unix_us INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (account, name)
          ) STRICT;
          INSERT INTO endpoints_by_account SELECT * FROM endpoints WHERE phase <> 6;
          DROP TABLE endpoints;
          ALTER TABLE endpoints_by_account RENAME TO endpoints;
          DROP TABLE assignments;
          CREATE TABLE assignments (
            host TEXT NOT NULL,
            endpoint_id TEXT NOT NULL,
            variant TEXT NOT NULL,
            PRIMARY KEY (host, endpoint_id, variant)
          ) STRICT;
          """
      )
    },
  ]

  public func load() async throws -> StoredState {
    try await database.read { database in
      var state = StoredState()
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM endpoints ORDER BY account, name")
      state.endpoints = try rows.map(EmbeddedEndpointStore.record)
      let revision = try Int64.fetchOne(database, sql: "SELECT revision FROM plan") ?? 0
      state.planRevision = UInt64(clamping: revision)
      let places = try Row.fetchAll(database, sql: "SELECT * FROM assignments")
      for row in places {
        let key = ReplicaKey(endpointID: row["endpoint_id"], variant: row["variant"])
        state.assignments[row["host"], default: []].insert(key)
      }
      return state
    }
  }

  public func create(_ record: EndpointRecord, limit: Int) async throws -> OnCreate {
    try await database.write { database in
      let taken = try Row.fetchOne(
        database,
        sql: "SELECT * FROM endpoints WHERE account = ? AND name = ?",
        arguments: [record.key.account, record.key.name]
      )
      if let taken { return .existing(try EmbeddedEndpointStore.record(taken)) }
      let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM endpoints") ?? 0
      guard count < limit else { return .full }
      try EmbeddedEndpointStore.insert(record, database)
      return .created
    }
  }

  public func setPhase(
    _ phase: EndpointPhase,
    of record: EndpointRecord,
    unixMicroseconds: Int64
  ) async throws -> OnChange {
    var changed = record
    changed.phase = phase
    changed.updatedUnixMicroseconds = unixMicroseconds
    changed.revision += 1
    let new = changed
    return try await database.write { database in
      try database.execute(
        sql: """
          UPDATE endpoints SET phase = ?, updated_unix_us = ?, revision = ?
          WHERE id = ? AND revision = ?
          """,
        arguments: [
          phase.rawValue, unixMicroseconds, Int64(clamping: new.revision), record.id,
          Int64(clamping: record.revision),
        ]
      )
      if database.changesCount == 1 { return .now(new) }
      let row = try Row.fetchOne(
        database,
        sql: "SELECT * FROM endpoints WHERE id = ?",
        arguments: [record.id]
      )
      return try row.map { .now(try EmbeddedEndpointStore.record($0)) } ?? .gone
    }
  }

  public func remove(_ record: EndpointRecord) async throws -> Bool {
    try await database.write { database in
      try database.execute(sql: "DELETE FROM endpoints WHERE id = ?", arguments: [record.id])
      return database.changesCount == 1
    }
  }

  public func savePlan(revision: UInt64, assignments: [String: Set<ReplicaKey>]) async throws {
    try await database.write { database in
      try database.execute(
        sql: "UPDATE plan SET revision = ?",
        arguments: [Int64(clamping: revision)]
      )
      try database.execute(sql: "DELETE FROM assignments")
      for (host, keys) in assignments {
        for key in keys {
          try database.execute(
            sql: "INSERT INTO assignments (host, endpoint_id, variant) VALUES (?, ?, ?)",
            arguments: [host, key.endpointID, key.variant]
          )
        }
      }
    }
  }

  // MARK: Rows

  private static func insert(_ record: EndpointRecord, _ database: Database) throws {
    let spec = record.spec
    try database.execute(
      sql: """
        INSERT INTO endpoints (
          account, name, id, kind, policy, variant, model, model_version, replica_count,
          asked_version, asked_alias, manifest, phase, created_unix_us, updated_unix_us, revision
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        record.key.account, record.key.name, record.id, spec.kind.rawValue, spec.policy.rawValue,
        spec.variant, spec.model, Int64(spec.modelVersion), spec.replicaCount,
        Int64(record.wish.version), record.wish.alias, blob(record.manifest),
        record.phase.rawValue, record.createdUnixMicroseconds, record.updatedUnixMicroseconds,
        Int64(clamping: record.revision),
      ]
    )
  }

  private static func blob(_ bytes: Bytes) -> Data { bytes.withUnsafeBytes { Data($0) } }

  private static func record(_ row: Row) throws -> EndpointRecord {
    let name: String = row["name"]
    guard let kind = HostingKind(rawValue: row["kind"]),
      let policy = RoutingChoice(rawValue: row["policy"]),
      let phase = EndpointPhase(rawValue: row["phase"])
    else {
      throw RPCError(
        .dataLoss,
        "the row of endpoint \(name) makes no sense; restore a backup of the database"
      )
    }
    let manifest: Data = row["manifest"]
    let revision: Int64 = row["revision"]
    return EndpointRecord(
      key: EndpointKey(account: row["account"], name: name),
      id: row["id"],
      spec: EndpointSpec(
        kind: kind,
        policy: policy,
        variant: row["variant"],
        model: row["model"],
        modelVersion: row["model_version"],
        replicaCount: row["replica_count"]
      ),
      wish: VersionWish(version: row["asked_version"], alias: row["asked_alias"]),
      manifest: Bytes(manifest),
      phase: phase,
      createdUnixMicroseconds: row["created_unix_us"],
      updatedUnixMicroseconds: row["updated_unix_us"],
      revision: UInt64(clamping: revision)
    )
  }
}
