import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("Models and datasets of a real store", .serialized, .timeLimit(.minutes(2)))
struct CatalogTests {
  private let timeout = Blob.timeout

  /// A version whose manifest has one file with this text.
  private func create(
    _ client: ModelStoreClient,
    _ model: String,
    _ text: String,
    aliases: [String] = []
  ) async throws -> CreateVersionResponse {
    let blob = Blob(text)
    try await blob.upload(to: client)
    let manifest = Manifest(
      format: .onnx,
      framework: "martlet",
      task: "regression",
      files: [blob.entry("model.onnx")],
      entryPath: "model.onnx",
      metrics: [Metric(name: "validation:rmse", value: 0.25)]
    )
    return try await client.createVersion(
      CreateVersionRequest(model: model, manifest: manifest, aliases: aliases),
      options: timeout
    )
  }

  @Test("the same manifest is the same version, and another one the next")
  func idempotent() async throws {
    try await StoreWorld.run { world in
      let client = try world.client("trainer")
      let first = try await create(client, "pulse", "one", aliases: ["champion"])
      #expect(first.version?.version == 1)
      #expect(first.version?.aliases == ["champion", "latest"])
      #expect(first.version?.approval == .pendingManualApproval)
      #expect(first.existed == false)
      let second = try await create(client, "pulse", "two", aliases: ["champion"])
      #expect(second.version?.version == 2)
      #expect(second.version?.aliases == ["champion", "latest"])
      // A repeat takes what is free, and does not take what has moved.
      let again = try await create(client, "pulse", "one", aliases: ["champion", "first"])
      #expect(again.existed)
      #expect(again.version?.version == 1)
      #expect(again.version?.aliases == ["first"])
      #expect(again.version?.manifestSha256 == first.version?.manifestSha256)
      let other = try await create(client, "other", "one")
      #expect(other.version?.version == 1)
    }
  }

  @Test("an alias moves only from the revision that its mover saw")
  func compareAndSet() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      _ = try await create(client, "pulse", "one")
      _ = try await create(client, "pulse", "two")
      func set(_ version: UInt32, _ revision: UInt64) async throws -> Alias? {
        try await client.setAlias(
          SetAliasRequest(
            model: "pulse",
            alias: "champion",
            version: version,
            expectedRevision: revision
          ),
          options: timeout
        ).alias
      }
      #expect(try await set(1, 0) == Alias(name: "champion", version: 1, revision: 1))
      #expect(await failure { _ = try await set(2, 0) } == .aborted)
      #expect(await failure { _ = try await set(2, 7) } == .aborted)
      #expect(await failure { _ = try await set(3, 1) } == .notFound)
      #expect(try await set(2, 1) == Alias(name: "champion", version: 2, revision: 2))
      let described = try await client.describeVersion(
        DescribeVersionRequest(model: "pulse", alias: "champion"),
        options: timeout
      )
      #expect(described.version?.version == 2)
      let latest = SetAliasRequest(model: "pulse", alias: "latest", version: 1)
      #expect(await failure { _ = try await client.setAlias(latest) } == .invalidArgument)
    }
  }

  @Test("approval changes by compare-and-set, and nothing else of a version does")
  func approval() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let created = try await create(client, "pulse", "one").version
      func set(_ approval: Approval, _ revision: UInt64) async throws -> ModelVersion? {
        try await client.setApproval(
          SetApprovalRequest(
            model: "pulse",
            version: 1,
            approval: approval,
            expectedRevision: revision
          ),
          options: timeout
        ).version
      }
      let approved = try await set(.approved, 1)
      #expect(approved?.approval == .approved)
      #expect(approved?.revision == 2)
      #expect(approved?.manifest == created?.manifest)
      #expect(await failure { _ = try await set(.rejected, 1) } == .aborted)
      #expect(await failure { _ = try await set(.unspecified, 2) } == .invalidArgument)
      #expect(try await set(.rejected, 2)?.revision == 3)
    }
  }

  @Test("lists come in pages, each thing once and in order, and a strange token is refused")
  func paging() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      for number in 1...7 {
        _ = try await create(client, "model-\(number)", "x")
        _ = try await create(client, "pulse", "version \(number)")
      }
      var names: [String] = []
      var token = ""
      repeat {
        let page = try await client.listModels(
          ListModelsRequest(pageSize: 3, pageToken: token),
          options: timeout
        )
        #expect(page.models.count <= 3)
        names += page.models.map(\.model)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(names == (1...7).map { "model-\($0)" } + ["pulse"])

      var versions: [UInt32] = []
      repeat {
        let page = try await client.listVersions(
          ListVersionsRequest(model: "pulse", pageSize: 2, pageToken: token),
          options: timeout
        )
        versions += page.versions.map(\.version)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(versions == [7, 6, 5, 4, 3, 2, 1])
      let strange = ListVersionsRequest(model: "pulse", pageToken: "zz")
      #expect(await failure { _ = try await client.listVersions(strange) } == .invalidArgument)
      let summary = try await client.listModels(ListModelsRequest(), options: timeout).models.last
      #expect(summary?.latestVersion == 7)
      #expect(summary?.versionCount == 7)
      #expect(summary?.aliases == [Alias(name: "latest", version: 7, revision: 7)])
      #expect(summary?.format == .onnx)
      #expect(summary?.task == "regression")
    }
  }

  @Test("a dataset has versions by its files, and the newest is found without a number")
  func datasets() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      func create(_ texts: [String: String]) async throws -> CreateDatasetResponse {
        var files: [FileEntry] = []
        for (path, text) in texts {
          try await Blob(text).upload(to: client)
          files.append(Blob(text).entry(path))
        }
        return try await client.createDataset(
          CreateDatasetRequest(
            name: "pulses",
            files: files,
            schema_: TableSchema(columns: [ColumnSchema(name: "age", type: .number)], rowCount: 3),
            description_: "CC0"
          ),
          options: timeout
        )
      }
      let first = try await create(["b.csv": "2", "a.csv": "1"])
      #expect(first.dataset?.version == 1)
      #expect(first.dataset?.files.map(\.path) == ["a.csv", "b.csv"])
      #expect(first.dataset?.schema_?.rowCount == 3)
      #expect(first.dataset?.description_ == "CC0")
      let same = try await create(["a.csv": "1", "b.csv": "2"])
      #expect(same.existed)
      #expect(same.dataset == first.dataset)
      let next = try await create(["a.csv": "3"])
      #expect(next.dataset?.version == 2)
      #expect(next.dataset?.sha256 != first.dataset?.sha256)
      // Back to the files of the first: a version of its own.
      #expect(try await create(["a.csv": "1", "b.csv": "2"]).dataset?.version == 3)
      let trainer = try world.client("trainer")
      let newest = try await trainer.describeDataset(DescribeDatasetRequest(name: "pulses"))
      #expect(newest.dataset?.version == 3)
      let old = try await trainer.describeDataset(
        DescribeDatasetRequest(name: "pulses", version: 2)
      )
      #expect(old.dataset == next.dataset)
      let missing = DescribeDatasetRequest(name: "pulses", version: 4)
      #expect(await failure { _ = try await trainer.describeDataset(missing) } == .notFound)
      let listed = try await client.listDatasets(ListDatasetsRequest(), options: timeout)
      #expect(listed.datasets.map(\.version) == [3])
    }
  }

  /// What becomes of a version with this manifest.
  private func code(
    _ client: ModelStoreClient,
    path: String = "model.onnx",
    entryPath: String? = nil,
    sizeBytes: UInt64? = nil,
    card: String = ""
  ) async -> StatusCode? {
    var entry = Blob("weights").entry(path)
    if let sizeBytes { entry.sizeBytes = sizeBytes }
    let manifest = Manifest(
      format: .onnx,
      files: [entry],
      entryPath: entryPath ?? path,
      card: card
    )
    do {
      _ = try await client.createVersion(
        CreateVersionRequest(model: "pulse", manifest: manifest),
        options: timeout
      )
      return nil
    } catch {
      return error.code
    }
  }

  @Test("a version of files that are not here, or lie outside of their folder, is refused")
  func hostile() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      #expect(await code(client) == .failedPrecondition)
      try await Blob("weights").upload(to: client)
      for path in ["../model.onnx", "/etc/passwd", "a//b", "a/./b", "", "a\\b", "manifest.binpb"] {
        #expect(await code(client, path: path) == .invalidArgument, "\(path)")
      }
      #expect(await code(client, sizeBytes: 3) == .invalidArgument)
      #expect(await code(client, entryPath: "other") == .invalidArgument)
      let long = String(repeating: "x", count: 300_000)
      #expect(await code(client, card: long) == .invalidArgument)
      let nameless = CreateVersionRequest(model: "-pulse")
      let refused = await failure { _ = try await client.createVersion(nameless) }
      #expect(refused == .invalidArgument)
      #expect(await code(client) == nil)
    }
  }

  @Test("what belongs to one account is not there for another")
  func accounts() async throws {
    try await StoreWorld.run { world in
      let gateway = try world.client("gateway")
      _ = try await create(try world.client(), "pulse", "one")
      var other = timeout
      other.principal = Principal(account: "other", keyID: "1")
      let request = DescribeVersionRequest(model: "pulse")
      let code = await failure {
        _ = try await gateway.describeVersion(request, options: other)
      }
      #expect(code == .notFound)
      #expect(try await gateway.listModels(ListModelsRequest(), options: other).models.isEmpty)
      var own = timeout
      own.principal = Principal(account: "default", keyID: "1")
      #expect(try await gateway.listModels(ListModelsRequest(), options: own).models.count == 1)
    }
  }
}
