import Foundation
import GRDB
import Primitives
import RPC
import Testing

@testable import Persistence

@Suite("An embedded database")
struct EmbeddedDatabaseTests {
  private static let first = EmbeddedDatabase.Migration("1") {
    try $0.execute(sql: "CREATE TABLE things (name TEXT PRIMARY KEY, count INTEGER NOT NULL)")
  }
  private static let second = EmbeddedDatabase.Migration("2") {
    try $0.execute(sql: "ALTER TABLE things ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
  }

  private func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-database-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appending(path: "a.sqlite").path)
  }

  @Test("every commit is synced to the write-ahead log before it is acknowledged")
  func isDurable() async throws {
    try await inFolder { path in
      let database = try EmbeddedDatabase(
        path: path,
        migrations: [EmbeddedDatabaseTests.first]
      )
      let modes = try await database.write { database in
        [
          try String.fetchOne(database, sql: "PRAGMA journal_mode"),
          try Int.fetchOne(database, sql: "PRAGMA synchronous").map { "\($0)" },
          try Int.fetchOne(database, sql: "PRAGMA foreign_keys").map { "\($0)" },
        ]
      }
      // 2 is FULL.
      #expect(modes == ["wal", "2", "1"])
      try database.close()
    }
  }

  @Test("a change that throws has not happened, and a later release finds what was there")
  func migrates() async throws {
    try await inFolder { path in
      let database = try EmbeddedDatabase(
        path: path,
        migrations: [EmbeddedDatabaseTests.first]
      )
      try await database.write { try $0.execute(sql: "INSERT INTO things VALUES ('a', 1)") }
      await #expect(throws: RPCError(.aborted, "no")) {
        try await database.write { database in
          try database.execute(sql: "INSERT INTO things VALUES ('b', 2)")
          throw RPCError(.aborted, "no")
        }
      }
      try database.close()
      let later = try EmbeddedDatabase(
        path: path,
        migrations: [EmbeddedDatabaseTests.first, EmbeddedDatabaseTests.second]
      )
      let rows = try await later.read { database in
        try String.fetchAll(database, sql: "SELECT name || count || note FROM things")
      }
      #expect(rows == ["a1none"])
      try later.close()
      let problem = #expect(throws: StorageError.self) {
        _ = try EmbeddedDatabase(path: path, migrations: [EmbeddedDatabaseTests.first])
      }
      #expect(problem?.what.contains("newer release") == true)
      #expect(problem?.place == path)
    }
  }

  @Test("a file that is no database, or cannot be made, is named")
  func broken() async throws {
    try await inFolder { path in
      try Data(repeating: 7, count: 10_000).write(to: URL(filePath: path))
      let damaged = #expect(throws: StorageError.self) {
        _ = try EmbeddedDatabase(path: path, migrations: [])
      }
      #expect(damaged?.what.contains("damaged") == true)
      let lost = #expect(throws: StorageError.self) {
        _ = try EmbeddedDatabase(path: path + "/no/folder", migrations: [])
      }
      #expect(lost?.what.contains("cannot be opened") == true)
    }
  }

  @Test("a statement that fails is INTERNAL, and says what SQLite says")
  func statements() async throws {
    let database = try EmbeddedDatabase(inMemoryWith: [EmbeddedDatabaseTests.first])
    let error = await #expect(throws: RPCError.self) {
      try await database.write { try $0.execute(sql: "INSERT INTO things VALUES ('a', NULL)") }
    }
    #expect(error?.code == .internal)
    #expect(error?.message.contains("NOT NULL") == true)
  }

  @Test("a call that was cancelled before it began changes nothing")
  func cancelled() async throws {
    let database = try EmbeddedDatabase(inMemoryWith: [EmbeddedDatabaseTests.first])
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      try await database.write { try $0.execute(sql: "INSERT INTO things VALUES ('a', 1)") }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let count = try await database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM things")
    }
    #expect(count == 0)
  }
}
