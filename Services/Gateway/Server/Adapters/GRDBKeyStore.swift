import Digests
import GRDB
import GatewayCore
import Persistence
import Primitives
import RPC

/// Keys in the gateway's SQLite database.
public struct GRDBKeyStore: KeyStore {
  /// Keys of one account, revoked ones included.
  public static let maximumKeyCount = 10_000

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

  /// `database` has this type's migrations.
  public init(_ database: EmbeddedDatabase) { self.database = database }

  public func insert(_ stored: StoredKey) async throws {
    try await database.write { database in
      let key = stored.key
      let count =
        try Int.fetchOne(
          database,
          sql: "SELECT count(*) FROM keys WHERE account = ?",
          arguments: [key.account]
        ) ?? 0
      guard count < Self.maximumKeyCount else {
        throw RPCError(
          .resourceExhausted,
          "the account has \(count) keys, which is the limit, revoked ones included"
        )
      }
      let isTaken = try Bool.fetchOne(
        database,
        sql: "SELECT 1 FROM keys WHERE account = ? AND name = ? AND revoked_unix_us = 0",
        arguments: [key.account, key.name]
      )
      guard isTaken == nil else {
        throw RPCError(
          .alreadyExists,
          "a key of the name \(key.name) is in use: revoke it first, or take another name"
        )
      }
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
