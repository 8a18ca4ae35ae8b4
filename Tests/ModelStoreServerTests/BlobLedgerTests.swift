import Digests
import ModelStoreCore
import Persistence
import Primitives
import Protocols
import Testing
import WireCodec

@testable import ModelStoreServer

@Suite("Whose blobs are whose")
struct BlobLedgerTests {
  private let folder: TemporaryFolder
  private let catalog: SQLiteCatalog
  private let pulse = ModelKey(account: "default", name: "pulse")

  init() throws {
    folder = try TemporaryFolder()
    catalog = try folder.catalog()
  }

  private func file(_ text: String) -> FileRecord {
    FileRecord(
      path: text,
      sizeBytes: UInt64(text.utf8.count),
      sha256: Bytes(SHA256Hasher.digest(text).bytes)
    )
  }

  private func add(_ text: String, to account: String = "default", at now: Int64 = 1) async throws {
    try await catalog.addBlob(
      BlobKey(account: account, sha256: file(text).sha256),
      sizeBytes: file(text).sizeBytes,
      nowUnixMicroseconds: now
    )
  }

  @discardableResult
  private func create(_ texts: [String], _ model: ModelKey? = nil) async throws -> UInt32 {
    try await catalog.createVersion(
      NewVersion(
        model: model ?? pulse,
        manifest: Bytes(texts.joined()),
        manifestSHA256: Bytes(SHA256Hasher.digest(texts.joined()).bytes),
        files: texts.map(file),
        format: 1,
        task: "",
        approval: 1,
        aliases: [],
        nowUnixMicroseconds: 100
      )
    ).record.version
  }

  @discardableResult
  private func createDataset(_ texts: [String], schema: String = "") async throws -> UInt32 {
    try await catalog.createDataset(
      NewDataset(
        dataset: pulse,
        content: Bytes(texts.joined() + schema),
        sha256: Bytes(SHA256Hasher.digest(texts.joined()).bytes),
        files: texts.map(file),
        description: "",
        nowUnixMicroseconds: 100
      )
    ).record.version
  }

  private func delete(
    _ version: UInt32?,
    isForced: Bool = false,
    endpoints: [UInt32: [String]] = [:]
  ) async throws -> DeletedVersions {
    try await catalog.deleteVersions(
      VersionDeletion(
        model: pulse,
        version: version,
        isForced: isForced,
        endpoints: endpoints,
        nowUnixMicroseconds: 500
      )
    )
  }

  private func unused(_ account: String = "default") async throws -> [Bytes] {
    try await catalog.unusedBlobs(of: account, after: nil, count: 100).map(\.sha256)
  }

  private func digests(_ texts: String...) -> [Bytes] { texts.map { file($0).sha256 } }

  @Test("an account makes versions and datasets of its own blobs alone")
  func owners() async throws {
    try await add("a", to: "other")
    let key = BlobKey(account: "default", sha256: file("a").sha256)
    #expect(try await catalog.blobSize(key) == nil)
    #expect(try await catalog.blobSizes([key.sha256], of: "other") == [key.sha256: 1])
    await #expect(throws: StoreProblem.self) { try await create(["a"]) }
    await #expect(throws: StoreProblem.self) { try await createDataset(["a"]) }
    // What was refused left nothing behind.
    #expect(try await catalog.totals() == CatalogTotals())
    try await add("a")
    #expect(try await catalog.blobSize(key) == 1)
    #expect(try await create(["a"]) == 1)
    #expect(try await createDataset(["a"]) == 1)
  }

  @Test("a blob is unused until something refers to it, and again when the last of that is deleted")
  func uses() async throws {
    for text in ["a", "b", "c"] { try await add(text) }
    try await add("a", to: "other", at: 7)
    #expect(Set(try await unused()) == Set(digests("a", "b", "c")))
    try await create(["a", "b"])
    try await create(["b"])
    try await createDataset(["c"])
    #expect(try await unused().isEmpty)
    #expect(try await unused("other") == digests("a"))
    #expect(try await delete(1).count == 1)
    #expect(try await unused() == digests("a"))
    // Its grace begins with the deletion.
    let freed = try await catalog.unusedBlobs(of: "default", after: nil, count: 1)
    #expect(freed.map(\.renewedUnixMicroseconds) == [500])
    _ = try await catalog.deleteDataset(pulse, version: nil, nowUnixMicroseconds: 600)
    #expect(try await unused() == digests("a", "c"))
    let rest = try await catalog.unusedBlobs(of: "default", after: freed[0], count: 100)
    #expect(rest.map(\.sha256) == digests("c"))
  }

  @Test("only a blob that is as it was seen, and still unused, is taken from its account")
  func removal() async throws {
    for text in ["a", "b", "c"] { try await add(text) }
    try await add("a", to: "other")
    let seen = try await catalog.unusedBlobs(of: "default", after: nil, count: 100)
    func remove(_ text: String) async throws -> BlobRemoval {
      let blob = try #require(seen.first { $0.sha256 == file(text).sha256 })
      return try await catalog.removeBlob(blob, of: "default")
    }
    try await create(["b"])
    #expect(try await remove("b") == .kept)
    let key = BlobKey(account: "default", sha256: file("c").sha256)
    func acknowledge(_ before: Int64) async throws -> UInt64? {
      try await catalog.acknowledgeBlob(key, renewedBefore: before, nowUnixMicroseconds: 9)
    }
    // Renewed lately enough: nothing changes.
    #expect(try await acknowledge(1) == 1)
    #expect(try await acknowledge(2) == 1)
    #expect(try await remove("c") == .kept)
    #expect(try await remove("a") == .sharedBytes)
    let unowned = try #require(SHA256Digest(file("a").sha256.array))
    #expect(try await catalog.unownedBlobs([unowned]).isEmpty)
    let theirs = try await catalog.unusedBlobs(of: "other", after: nil, count: 1)
    #expect(try await catalog.removeBlob(theirs[0], of: "other") == .lastOwner)
    #expect(try await catalog.unownedBlobs([unowned]) == [unowned])
    #expect(try await catalog.removeBlob(theirs[0], of: "other") == .kept)
  }

  @Test("aliases and endpoints hold a version, unless it is forced; all versions go or none")
  func deletion() async throws {
    for text in ["a", "b", "c"] {
      try await add(text)
      try await create([text])
    }
    _ = try await catalog.setAlias(
      AliasChange(
        model: pulse,
        alias: "champion",
        version: 2,
        expectedRevision: 0,
        nowUnixMicroseconds: 1
      )
    )
    await #expect(throws: StoreProblem.self) { _ = try await delete(2) }
    await #expect(throws: StoreProblem.self) { _ = try await delete(3, endpoints: [3: ["heart"]]) }
    await #expect(throws: StoreProblem.self) { _ = try await delete(nil) }
    #expect(try await catalog.totals().versionCount == 3)
    #expect(try await delete(3) == DeletedVersions(count: 1, aliases: []))
    #expect(try await catalog.version(.latest, of: pulse).version == 2)
    let summary = try await catalog.models(of: "default", after: nil, count: 9).records
    #expect(summary.map(\.latestVersion) == [2])
    #expect(summary.map(\.versionCount) == [2])
    await #expect(throws: StoreProblem.missing("model pulse has no version 3")) {
      _ = try await delete(3)
    }
    let rest = try await delete(nil, isForced: true, endpoints: [1: ["heart"]])
    #expect(rest == DeletedVersions(count: 2, aliases: ["champion"]))
    #expect(try await catalog.models(of: "default", after: nil, count: 9).records.isEmpty)
    await #expect(throws: StoreProblem.missing("there is no model pulse")) {
      _ = try await delete(nil)
    }
    #expect(try await create(["a"]) == 4)
    #expect(try await catalog.version(.latest, of: pulse).version == 4)
  }

  @Test("an alias is deleted by whoever saw it last")
  func aliases() async throws {
    try await add("a")
    try await create(["a"])
    let change = AliasChange(
      model: pulse,
      alias: "champion",
      version: 1,
      expectedRevision: 0,
      nowUnixMicroseconds: 1
    )
    _ = try await catalog.setAlias(change)
    func delete(_ revision: UInt64) async throws {
      try await catalog.deleteAlias(
        AliasDeletion(model: pulse, alias: "champion", expectedRevision: revision)
      )
    }
    await #expect(throws: StoreProblem.self) { try await delete(2) }
    try await delete(1)
    await #expect(throws: StoreProblem.missing("model pulse has no alias champion")) {
      try await delete(1)
    }
    #expect(try await self.delete(1).count == 1)
  }

  @Test("a dataset's versions go one by one or all, and its numbers are not given out again")
  func datasets() async throws {
    for text in ["a", "b", "c"] {
      try await add(text)
      try await createDataset([text])
    }
    func delete(_ version: UInt32?) async throws -> Int {
      try await catalog.deleteDataset(pulse, version: version, nowUnixMicroseconds: 1)
    }
    #expect(try await delete(3) == 1)
    let left = try await catalog.datasetVersions(of: pulse, before: nil, count: 1)
    #expect(left.records.map(\.version) == [2])
    #expect(left.continues)
    #expect(try await createDataset(["c"]) == 4)
    #expect(try await delete(nil) == 3)
    await #expect(throws: StoreProblem.missing("there is no dataset pulse")) {
      _ = try await delete(nil)
    }
    await #expect(throws: StoreProblem.missing("there is no version 2 of a dataset pulse")) {
      _ = try await delete(2)
    }
    #expect(try await createDataset(["a"]) == 5)
  }

  @Test("the same files read in another way are another version of a dataset")
  func schemas() async throws {
    try await add("a")
    #expect(try await createDataset(["a"]) == 1)
    #expect(try await createDataset(["a"]) == 1)
    #expect(try await createDataset(["a"], schema: "semicolons") == 2)
    #expect(try await createDataset(["a"], schema: "semicolons") == 2)
  }

  @Test("a catalog of the first release gets its blobs from what refers to them")
  func migrates() async throws {
    let old = try TemporaryFolder()
    func hex(_ bytes: Bytes) -> String {
      bytes.array.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    func entry(_ text: String) -> FileEntry {
      FileEntry(path: text, sizeBytes: file(text).sizeBytes, sha256: file(text).sha256)
    }
    let manifest = hex(Manifest(files: [entry("a"), entry("bb")]).encoded())
    let dataset = hex(Dataset(files: [entry("bb"), entry("ccc")]).encoded())
    let rows = """
      INSERT INTO models VALUES ('default', 'pulse', 1, 1, 10, 10, 1);
      INSERT INTO versions VALUES
        ('default', 'pulse', 1, x'\(manifest)', x'00', 1, '', 1, 10, 10, 1);
      INSERT INTO datasets VALUES ('default', 'pulse', 6, x'\(dataset)', x'00', '', 20, 20, 1);
      """
    let path = "\(old.path)/store.sqlite"
    try EmbeddedDatabase(
      path: path,
      migrations: [
        .init("1 models, versions, aliases, datasets", sql: SQLiteCatalog.firstSchema + rows)
      ]
    ).close()
    let catalog = try old.catalog()
    let sizes = try await catalog.blobSizes(digests("a", "bb", "ccc", "d"), of: "default")
    #expect(sizes == Dictionary(uniqueKeysWithValues: zip(digests("a", "bb", "ccc"), [1, 2, 3])))
    #expect(try await catalog.unusedBlobs(of: "default", after: nil, count: 9).isEmpty)
    _ = try await catalog.deleteDataset(pulse, version: 6, nowUnixMicroseconds: 30)
    let freed = try await catalog.unusedBlobs(of: "default", after: nil, count: 9)
    #expect(freed.map(\.sha256) == digests("ccc"))
    #expect(freed.map(\.renewedUnixMicroseconds) == [30])
    let next = try await catalog.createDataset(
      NewDataset(
        dataset: pulse,
        content: Bytes("x"),
        sha256: Bytes("x"),
        files: [file("a")],
        description: "",
        nowUnixMicroseconds: 40
      )
    )
    #expect(next.record.version == 7)
  }
}
