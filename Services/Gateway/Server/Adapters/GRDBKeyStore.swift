import Digests
import GRDB
import GatewayCore
import Persistence
import Primitives
import RPC

/// Keys in the gateway's SQLite database.
public struct GRDBKeyStore: KeyStore {
  public static let migrations = [
    EmbeddedDatabase.Migration("keys") { database in
      try database.execute(
        sql: """
          CREATE TABLE keys (
            account TEXT NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            actions TEXT NOT NULL,
            endpoints TEXT NOT NULL,
            expires_unix_us INTEGER NOT NULL,
            created_unix_us INTEGER NOT NULL,
            revoked_unix_us INTEGER NOT NULL,
            updated_unix_us INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (account, id)
          ) STRICT, WITHOUT ROWID;
          CREATE UNIQUE INDEX keys_by_id ON keys (id);
          CREATE UNIQUE INDEX keys_in_use_by_name ON keys (account, name)
            WHERE revoked_unix_us = 0;
          """
      )
    }
  ]

  private let database: EmbeddedDatabase
  private let limits: KeyLimits
  /// What holds of a key that was revoked or has expired at `:now`.
  private static let isEnded =
    "(revoked_unix_us > 0 OR (expires_unix_us > 0 AND expires_unix_us <= :now))"
  private static let endedAt =
    "(CASE WHEN revoked_unix_us > 0 THEN revoked_unix_us ELSE expires_unix_us END)"

  /// `database` has this type's migrations.
  public init(_ database: EmbeddedDatabase, limits: KeyLimits = KeyLimits()) {
    self.database = database
    self.limits = limits
  }

  @discardableResult
  public func insert(
    _ stored: StoredKey,
    nowUnixMicroseconds now: Int64
  ) async throws -> [String] {
    try await database.write { [limits] database in
      let key = stored.key
      let forgotten = try Self.forget(database, account: key.account, limits, now)
      let count =
        try Int.fetchOne(
          database,
          sql: "SELECT count(*) FROM keys WHERE account = :account AND NOT \(Self.isEnded)",
          arguments: ["account": key.account, "now": now]
        ) ?? 0
      guard count < limits.inUseCount else {
        throw RPCError(
          .resourceExhausted,
          "the account has \(count) keys in use, which is the limit: revoke some"
        )
      }
      try Self.free(key.name, database, account: key.account, now)
      try database.execute(
        sql: """
          INSERT INTO keys (account, id, name, digest, actions, endpoints, expires_unix_us,
            created_unix_us, revoked_unix_us, updated_unix_us, revision)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          key.account, key.id, key.name, stored.digest.hex,
          key.actions.map(\.rawValue).sorted().joined(separator: " "),
          key.endpoints.sorted().joined(separator: " "), key.expiresUnixMicroseconds,
          key.createdUnixMicroseconds, key.revokedUnixMicroseconds, key.updatedUnixMicroseconds,
          key.revision,
        ]
      )
      return forgotten
    }
  }

  public func forgetEnded(nowUnixMicroseconds now: Int64) async throws {
    try await database.write { [limits] database in
      _ = try Self.forget(database, account: nil, limits, now)
    }
  }

  /// Deletes keys that ended long ago: of one account, or of all. Of one account also the first
  /// that ended when there are too many.
  private static func forget(
    _ database: Database,
    account: String?,
    _ limits: KeyLimits,
    _ now: Int64
  ) throws -> [String] {
    let old = try String.fetchAll(
      database,
      sql: """
        DELETE FROM keys WHERE (:account IS NULL OR account = :account)
          AND \(isEnded) AND \(endedAt) < :oldest RETURNING id
        """,
      arguments: [
        "account": account, "now": now, "oldest": now - limits.endedKept.wholeMicroseconds,
      ]
    )
    guard let account else { return old }
    let surplus = try String.fetchAll(
      database,
      sql: """
        DELETE FROM keys WHERE account = :account AND id IN (
          SELECT id FROM keys WHERE account = :account AND \(isEnded)
          ORDER BY \(endedAt) DESC, id DESC LIMIT -1 OFFSET :kept) RETURNING id
        """,
      arguments: ["account": account, "now": now, "kept": limits.endedCount]
    )
    return old + surplus
  }

  /// Sees that no key in use has the name. One that has expired is revoked at that time.
  private static func free(
    _ name: String,
    _ database: Database,
    account: String,
    _ now: Int64
  ) throws {
    try database.execute(
      sql: """
        UPDATE keys SET revoked_unix_us = expires_unix_us, updated_unix_us = :now,
          revision = revision + 1
        WHERE account = :account AND name = :name AND revoked_unix_us = 0 AND \(isEnded)
        """,
      arguments: ["account": account, "name": name, "now": now]
    )
    let isTaken = try Bool.fetchOne(
      database,
      sql: "SELECT 1 FROM keys WHERE account = ? AND name = ? AND revoked_unix_us = 0",
      arguments: [account, name]
    )
    guard isTaken == nil else {
      throw RPCError(
        .alreadyExists,
        "a key of the name \(name) is in use: revoke it first, or take another name"
      )
    }
  }

  public func revoke(
    account: String,
    idOrName: String,
    nowUnixMicroseconds now: Int64
  ) async throws -> StoredKey {
    try await database.write { database in
      // The one in use comes first among those of a name, then the one revoked last.
      let found = try Row.fetchOne(
        database,
        sql: """
          SELECT * FROM keys WHERE account = ? AND (id = ? OR name = ?)
          ORDER BY id = ? DESC, revoked_unix_us = 0 DESC, revoked_unix_us DESC LIMIT 1
          """,
        arguments: [account, idOrName, idOrName, idOrName]
      )
      guard let found else {
        throw RPCError(
          .notFound,
          "there is no key \(idOrName.prefix(128)): `martlet keys list` shows them"
        )
      }
      var stored = try Self.stored(found)
      guard stored.key.revokedUnixMicroseconds == 0 else { return stored }
      stored.key.revokedUnixMicroseconds = now
      stored.key.updatedUnixMicroseconds = now
      stored.key.revision += 1
      try database.execute(
        sql: """
          UPDATE keys SET revoked_unix_us = ?, updated_unix_us = ?, revision = ?
          WHERE account = ? AND id = ?
          """,
        arguments: [now, now, stored.key.revision, account, stored.key.id]
      )
      return stored
    }
  }

  public func list(account: String, afterID: String?, limit: Int) async throws -> [AccessKey] {
    try await database.read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM keys WHERE account = ? AND id > ? ORDER BY id LIMIT ?",
        arguments: [account, afterID ?? "", limit]
      ).map { try Self.stored($0).key }
    }
  }

  public func all() async throws -> [StoredKey] {
    try await database.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM keys").map { try Self.stored($0) }
    }
  }

  private static func stored(_ row: Row) throws -> StoredKey {
    let id: String = row["id"]
    guard let digest = SHA256Digest(hex: row["digest"] as String) else {
      throw RPCError(.dataLoss, "the digest of key \(id) is damaged: restore a backup")
    }
    let actions: String = row["actions"]
    let endpoints: String = row["endpoints"]
    return StoredKey(
      key: AccessKey(
        id: id,
        name: row["name"],
        account: row["account"],
        // An action of a later release, which this one does not know, allows nothing here.
        actions: Set(actions.split(separator: " ").compactMap { KeyAction(rawValue: String($0)) }),
        endpoints: Set(endpoints.split(separator: " ").map(String.init)),
        expiresUnixMicroseconds: row["expires_unix_us"],
        createdUnixMicroseconds: row["created_unix_us"],
        revokedUnixMicroseconds: row["revoked_unix_us"],
        updatedUnixMicroseconds: row["updated_unix_us"],
        revision: row["revision"]
      ),
      digest: digest
    )
  }
}
