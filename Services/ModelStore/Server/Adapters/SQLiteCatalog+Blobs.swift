import Digests
import FoundationEssentials
import GRDB
import ModelStoreCore
import Persistence
import Primitives

/// What refers to blobs.
struct BlobUser {
  enum Kind: String {
    case version
    case dataset
  }

  let kind: Kind
  let owner: ModelKey
  let version: UInt32
}

extension SQLiteCatalog {
  func addBlob(_ key: BlobKey, sizeBytes: UInt64, nowUnixMicroseconds: Int64) async throws {
    try await database.write { database in
      try SQLiteCatalog.add(key, sizeBytes: sizeBytes, now: nowUnixMicroseconds, database)
    }
  }

  static func add(
    _ key: BlobKey,
    sizeBytes: UInt64,
    now: Int64,
    _ database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO blobs VALUES (?, ?, ?, ?)
        ON CONFLICT (account, sha256) DO UPDATE SET size_bytes = excluded.size_bytes,
          renewed_unix_us = max(renewed_unix_us, excluded.renewed_unix_us)
        """,
      arguments: [key.account, key.sha256.databaseBlob, Int64(clamping: sizeBytes), now]
    )
  }

  func blobSize(_ key: BlobKey) async throws -> UInt64? {
    try await database.read { try SQLiteCatalog.blob(key, $0)?.sizeBytes }
  }

  private static func blob(_ key: BlobKey, _ database: Database) throws -> StoredBlob? {
    try Row.fetchOne(
      database,
      sql: "SELECT * FROM blobs WHERE account = ? AND sha256 = ?",
      arguments: [key.account, key.sha256.databaseBlob]
    ).map(blob)
  }

  private static func blob(_ row: Row) -> StoredBlob {
    StoredBlob(
      sha256: Bytes(blob: row["sha256"]),
      sizeBytes: UInt64(row["size_bytes"] as Int64),
      renewedUnixMicroseconds: row["renewed_unix_us"]
    )
  }

  func acknowledgeBlob(
    _ key: BlobKey,
    renewedBefore: Int64,
    nowUnixMicroseconds: Int64
  ) async throws -> UInt64? {
    let found = try await database.read { try SQLiteCatalog.blob(key, $0) }
    guard let found else { return nil }
    if found.renewedUnixMicroseconds >= renewedBefore { return found.sizeBytes }
    return try await database.write { database in
      try database.execute(
        sql: "UPDATE blobs SET renewed_unix_us = ? WHERE account = ? AND sha256 = ?",
        arguments: [nowUnixMicroseconds, key.account, key.sha256.databaseBlob]
      )
      // It may have been collected between the two.
      return database.changesCount > 0 ? found.sizeBytes : nil
    }
  }

  func blobSizes(_ digests: [Bytes], of account: String) async throws -> [Bytes: UInt64] {
    try await database.read { database in
      var sizes: [Bytes: UInt64] = [:]
      for sha256 in digests {
        let blob = try SQLiteCatalog.blob(BlobKey(account: account, sha256: sha256), database)
        if let blob { sizes[sha256] = blob.sizeBytes }
      }
      return sizes
    }
  }

  /// Notes that a version or dataset refers to its files.
  /// - Throws: `StoreProblem.notYet` when the account has not got one of them, or not any more.
  static func use(_ files: [FileRecord], by user: BlobUser, _ database: Database) throws {
    for file in files {
      let key = BlobKey(account: user.owner.account, sha256: file.sha256)
      guard let found = try blob(key, database), found.sizeBytes == file.sizeBytes else {
        throw StoreProblem.notYet("files: \(file.path) is not uploaded; do that first")
      }
      try database.execute(
        sql: "INSERT OR IGNORE INTO blob_uses VALUES (?, ?, ?, ?, ?)",
        arguments: [
          key.account, user.kind.rawValue, user.owner.name, user.version, key.sha256.databaseBlob,
        ]
      )
    }
  }

  /// What a version or dataset that is being deleted referred to: the grace of its blobs begins.
  static func release(_ user: BlobUser, now: Int64, _ database: Database) throws {
    let place: StatementArguments = [
      user.owner.account, user.kind.rawValue, user.owner.name, user.version,
    ]
    try database.execute(
      sql: """
        UPDATE blobs SET renewed_unix_us = max(renewed_unix_us, ?)
        WHERE (account, sha256) IN (
          SELECT account, sha256 FROM blob_uses
          WHERE account = ? AND kind = ? AND name = ? AND version = ?)
        """,
      arguments: [now] + place
    )
    try database.execute(
      sql: "DELETE FROM blob_uses WHERE account = ? AND kind = ? AND name = ? AND version = ?",
      arguments: place
    )
  }

  func unusedBlobs(
    of account: String,
    after: StoredBlob?,
    count: Int
  ) async throws -> [StoredBlob] {
    try await database.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM blobs AS b
          WHERE account = ? AND (renewed_unix_us, sha256) > (?, ?) AND NOT EXISTS (
            SELECT 1 FROM blob_uses AS u WHERE u.account = b.account AND u.sha256 = b.sha256)
          ORDER BY renewed_unix_us, sha256 LIMIT ?
          """,
        arguments: [
          account, after?.renewedUnixMicroseconds ?? .min,
          (after?.sha256 ?? Bytes()).databaseBlob, count,
        ]
      ).map(SQLiteCatalog.blob)
    }
  }

  func removeBlob(_ blob: StoredBlob, of account: String) async throws -> BlobRemoval {
    try await database.write { database in
      try database.execute(
        sql: """
          DELETE FROM blobs AS b WHERE account = ? AND sha256 = ? AND renewed_unix_us = ?
          AND NOT EXISTS (
            SELECT 1 FROM blob_uses AS u WHERE u.account = b.account AND u.sha256 = b.sha256)
          """,
        arguments: [account, blob.sha256.databaseBlob, blob.renewedUnixMicroseconds]
      )
      if database.changesCount == 0 { return .kept }
      return try SQLiteCatalog.hasOwner(blob.sha256, database) ? .sharedBytes : .lastOwner
    }
  }

  private static func hasOwner(_ sha256: Bytes, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: "SELECT EXISTS (SELECT 1 FROM blobs WHERE sha256 = ?)",
      arguments: [sha256.databaseBlob]
    ) ?? false
  }

  func unownedBlobs(_ digests: [SHA256Digest]) async throws -> [SHA256Digest] {
    try await database.read { database in
      try digests.filter { try !SQLiteCatalog.hasOwner(Bytes($0.bytes), database) }
    }
  }
}
