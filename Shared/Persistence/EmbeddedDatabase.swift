import GRDB
import Primitives
import RPC

/// A service's SQLite database: one file, in write-ahead mode, every commit on disk before it is
/// acknowledged, migrated from its first schema on when it is opened.
///
/// Reads and writes run on GRDB's own threads, never on a loop; writes one after the other.
public final class EmbeddedDatabase: Sendable {
  /// A step from one schema to the next. Never changed once released; the next one is added.
  public struct Migration: Sendable {
    let name: String
    let body: @Sendable (Database) throws -> Void

    public init(_ name: String, _ body: @escaping @Sendable (Database) throws -> Void) {
      self.name = name
      self.body = body
    }

    /// One that is statements alone.
    public init(_ name: String, sql: String) {
      self.init(name) { try $0.execute(sql: sql) }
    }
  }

  /// How long a statement waits for another process's lock, such as a backup's.
  public static let busyTimeout = Duration.seconds(5)
  private let pool: any DatabaseWriter

  /// Opens or makes the file; its folder must exist. Blocks.
  /// - Throws: `StorageError` when it cannot be opened, is damaged, or was written by a newer
  ///   release.
  public init(path: String, migrations: [Migration]) throws(StorageError) {
    do {
      pool = try DatabasePool(path: path, configuration: EmbeddedDatabase.configuration)
      // Not with the configuration: GRDB sets NORMAL when it switches to the write-ahead log, and
      // then a commit would be on disk at the next checkpoint only.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try EmbeddedDatabase.migrate(pool, migrations)
    } catch {
      throw StorageError(error, place: path)
    }
  }

  /// One in memory, for tests of what stands on it.
  public init(inMemoryWith migrations: [Migration]) throws(StorageError) {
    do {
      pool = try DatabaseQueue(configuration: EmbeddedDatabase.configuration)
      try EmbeddedDatabase.migrate(pool, migrations)
    } catch {
      throw StorageError(error, place: "a database in memory")
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    return configuration
  }

  private static func migrate(_ pool: any DatabaseWriter, _ migrations: [Migration]) throws {
    var migrator = DatabaseMigrator()
    for migration in migrations {
      migrator.registerMigration(migration.name, migrate: migration.body)
    }
    if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw Superseded() }
    try migrator.migrate(pool)
  }

  /// The file holds migrations that this program does not know.
  struct Superseded: Error {}

  /// Reads one consistent state. Throws what `body` throws if that is an `RPCError`, else INTERNAL.
  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw StorageError.translated(error)
    }
  }

  /// Changes in one transaction, which is on disk when this returns and undone when it throws.
  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.write(body)
    } catch {
      throw StorageError.translated(error)
    }
  }

  /// Closes the file; what is running ends first. Calls afterwards fail.
  public func close() throws { try pool.close() }
}
