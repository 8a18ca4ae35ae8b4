import ModelStoreCore
import Persistence
import Primitives
import Testing

@testable import ModelStoreServer

/// What any catalog must do; run here against SQLite in memory and on disk.
@Suite("The catalog")
struct CatalogTests {
  private let catalog: SQLiteCatalog
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    catalog = try folder.catalog()
  }

  private let pulse = ModelKey(account: "default", name: "pulse")

  private func new(
    _ model: ModelKey,
    _ content: String,
    aliases: [String] = [],
    manifestBytes: Int = 10
  ) -> NewVersion {
    NewVersion(
      model: model,
      manifest: Bytes([UInt8](repeating: 7, count: manifestBytes)),
      manifestSHA256: Bytes(content),
      files: [],
      format: 1,
      task: "regression",
      approval: 1,
      aliases: aliases,
      nowUnixMicroseconds: 1000
    )
  }

  @Test("versions are numbered without a gap, also when many come at once")
  func numbers() async throws {
    let numbers = try await withThrowingTaskGroup(of: UInt32.self) { group in
      for index in 0..<20 {
        group.addTask {
          try await catalog.createVersion(new(pulse, "content \(index % 10)")).record.version
        }
      }
      return try await group.reduce(into: [UInt32]()) { $0.append($1) }
    }
    #expect(numbers.sorted() == (1...10).flatMap { [$0, $0] })
    #expect(try await catalog.totals().versionCount == 10)
  }

  @Test("accounts do not see each other's things")
  func accounts() async throws {
    let other = ModelKey(account: "other", name: "pulse")
    _ = try await catalog.createVersion(new(pulse, "a"))
    let theirs = try await catalog.createVersion(new(other, "a"))
    #expect(theirs.existed == false)
    #expect(theirs.record.version == 1)
    #expect(try await catalog.models(of: "default", after: nil, count: 10).records.count == 1)
    #expect(try await catalog.models(of: "nobody", after: nil, count: 10).records.isEmpty)
    await #expect(throws: StoreProblem.missing("there is no model pulse")) {
      _ = try await catalog.version(.latest, of: ModelKey(account: "nobody", name: "pulse"))
    }
  }

  @Test("a create that is refused leaves nothing behind")
  func atomic() async throws {
    for group in 0..<6 {
      let names = (0..<16).map { "alias-\(group)-\($0)" }
      _ = try await catalog.createVersion(new(pulse, "content \(group)", aliases: names))
    }
    // 96 aliases are there; the next one would make more than 100.
    let names = (0..<5).map { "more-\($0)" }
    await #expect(throws: StoreProblem.self) {
      _ = try await catalog.createVersion(new(pulse, "refused", aliases: names))
    }
    #expect(try await catalog.version(.latest, of: pulse).version == 6)
    await #expect(throws: StoreProblem.missing("model pulse has no alias more-0")) {
      _ = try await catalog.version(.alias("more-0"), of: pulse)
    }
  }

  @Test("a page of large manifests ends early and says that it continues")
  func largePages() async throws {
    for index in 0..<5 {
      _ = try await catalog.createVersion(new(pulse, "\(index)", manifestBytes: 900_000))
    }
    let first = try await catalog.versions(of: pulse, before: nil, count: 100)
    #expect(first.records.map(\.version) == [5, 4])
    #expect(first.continues)
    let last = try await catalog.versions(of: pulse, before: 3, count: 100)
    #expect(last.records.map(\.version) == [2, 1])
    #expect(!last.continues)
  }

  @Test("of many who move one alias at once, one does")
  func race() async throws {
    for index in 0..<4 { _ = try await catalog.createVersion(new(pulse, "\(index)")) }
    let moved = await withTaskGroup(of: Bool.self) { group in
      for version in UInt32(1)...4 {
        group.addTask {
          let change = AliasChange(
            model: pulse,
            alias: "champion",
            version: version,
            expectedRevision: 0,
            nowUnixMicroseconds: 1
          )
          return (try? await catalog.setAlias(change)) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(moved == 1)
  }

  @Test("what was written is there when the file is opened again")
  func reopens() async throws {
    let created = try await catalog.createVersion(new(pulse, "a", aliases: ["champion"])).record
    try catalog.database.close()
    let again = try folder.catalog()
    #expect(try await again.version(.alias("champion"), of: pulse) == created)
  }
}
