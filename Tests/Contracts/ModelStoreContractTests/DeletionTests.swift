import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import TestKit
import Testing

/// Deletion and garbage collection, beside a real balancer that knows the endpoints.
@Suite("What is deleted from a real store", .serialized, .timeLimit(.minutes(2)))
struct DeletionTests {
  private let timeout = Blob.timeout

  @discardableResult
  private func create(
    _ client: ModelStoreClient,
    _ texts: [String],
    aliases: [String] = [],
    options: CallOptions = Blob.timeout
  ) async throws -> UInt32 {
    var files: [FileEntry] = []
    for text in texts {
      try await Blob(text).upload(to: client, options: options)
      files.append(Blob(text).entry(text))
    }
    let manifest = Manifest(format: .onnx, files: files, entryPath: texts[0])
    let request = CreateVersionRequest(model: "pulse", manifest: manifest, aliases: aliases)
    return try await client.createVersion(request, options: options).version?.version ?? 0
  }

  private func delete(
    _ version: UInt32,
    _ client: ModelStoreClient,
    isForced: Bool = false
  ) async throws -> [String] {
    try await client.deleteVersion(
      DeleteVersionRequest(model: "pulse", version: version, isForced: isForced),
      options: timeout
    ).deletedAliases
  }

  /// What a call that must fail says.
  private func refusal(_ body: () async throws -> Void) async -> RPCError? {
    do {
      try await body()
      Issue.record("it was not refused")
      return nil
    } catch {
      return error as? RPCError
    }
  }

  @Test(
    "an alias or an endpoint holds a version and is named; forced, the endpoint keeps its files"
  )
  func holders() async throws {
    try await StoreWorld.run(hasBalancer: true, ["--garbage-grace", "0s"]) { world in
      let client = try world.client()
      try await create(client, ["a", "shared"], aliases: ["champion"])
      try await create(client, ["b", "shared"])
      try await create(client, ["c"])
      let endpoints = try world.endpoints()
      try await eventually("the endpoint is made") {
        let request = CreateEndpointRequest(
          name: "heart",
          kind: .selfHosted,
          variants: [Variant(model: "pulse", modelVersion: 2)]
        )
        return (try? await endpoints.createEndpoint(request, options: timeout)) != nil
      }
      let byAlias = await refusal { _ = try await delete(1, client) }
      #expect(byAlias?.code == .failedPrecondition)
      #expect(byAlias?.message.contains("the alias champion") == true)
      let byEndpoint = await refusal { _ = try await delete(2, client) }
      #expect(byEndpoint?.code == .failedPrecondition)
      #expect(byEndpoint?.message.contains("the endpoint heart") == true)
      let whole = await refusal {
        _ = try await client.deleteModel(DeleteModelRequest(model: "pulse"), options: timeout)
      }
      #expect(whole?.code == .failedPrecondition)

      #expect(try await delete(3, client).isEmpty)
      let rest = try await client.deleteModel(
        DeleteModelRequest(model: "pulse", isForced: true),
        options: timeout
      )
      #expect(rest == DeleteModelResponse(deletedVersionCount: 2, deletedAliases: ["champion"]))
      #expect(try await client.listModels(ListModelsRequest(), options: timeout).models.isEmpty)
      let plan = try await client.describeGarbage(DescribeGarbageRequest(), options: timeout)
      #expect(Set(plan.blobs.map(\.sha256)) == [Blob("a").sha256, Blob("c").sha256])
      #expect(plan.blobCount == 2 && plan.blobBytes == 2)
      let collected = try await client.collectGarbage(CollectGarbageRequest(), options: timeout)
      #expect(collected == CollectGarbageResponse(blobCount: 2, blobBytes: 2, freedBytes: 2))
      for text in ["b", "shared"] {
        #expect(try await Blob.download(Blob(text).sha256, from: client) == Array(text.utf8))
      }
      for text in ["a", "c"] {
        let gone = await failure { _ = try await Blob.download(Blob(text).sha256, from: client) }
        #expect(gone == .notFound)
      }
      _ = try await endpoints.deleteEndpoint(DeleteEndpointRequest(name: "heart"), options: timeout)
      try await eventually("nothing is served any more") {
        try await client.collectGarbage(CollectGarbageRequest(), options: timeout).blobCount > 0
      }
      #expect(try await world.metric("martlet_model_store_blobs") == 0)
      #expect(try await world.metric("martlet_model_store_collected_blobs_total") == 4)
      // Numbers are not given out again, and the bytes are sent anew.
      #expect(try await create(client, ["a"]) == 4)
    }
  }

  @Test("a key's call is as good as an operator's, and what another account has stays")
  func accounts() async throws {
    try await StoreWorld.run(hasBalancer: true, ["--garbage-grace", "0s"]) { world in
      let gateway = try world.client("gateway")
      let (ours, theirs) = (Blob.options(of: "ours"), Blob.options(of: "theirs"))
      try await create(gateway, ["a"], options: ours)
      try await create(gateway, ["a"], options: theirs)
      let request = DeleteModelRequest(model: "pulse")
      #expect(try await gateway.deleteModel(request, options: ours).deletedVersionCount == 1)
      let foreign = await failure { _ = try await gateway.deleteModel(request, options: ours) }
      #expect(foreign == .notFound)
      #expect(
        try await gateway.collectGarbage(CollectGarbageRequest(), options: theirs)
          == CollectGarbageResponse()
      )
      let collected = try await gateway.collectGarbage(CollectGarbageRequest(), options: ours)
      #expect(collected == CollectGarbageResponse(blobCount: 1, blobBytes: 1, freedBytes: 0))
      let bytes = try await Blob.download(Blob("a").sha256, from: gateway, options: theirs)
      #expect(bytes == [UInt8(ascii: "a")])
      let lost = await failure {
        _ = try await Blob.download(Blob("a").sha256, from: gateway, options: ours)
      }
      #expect(lost == .notFound)
    }
  }

  @Test("what was uploaded lately is shown and stays, so that a version can still be made of it")
  func grace() async throws {
    try await StoreWorld.run(hasBalancer: true) { world in
      let client = try world.client()
      try await Blob("fresh").upload(to: client)
      let plan = try await client.describeGarbage(DescribeGarbageRequest(), options: timeout)
      #expect(
        plan
          == DescribeGarbageResponse(
            recentBlobCount: 1,
            recentBlobBytes: 5,
            graceSeconds: 86_400
          )
      )
      #expect(
        try await client.collectGarbage(CollectGarbageRequest(), options: timeout)
          == CollectGarbageResponse()
      )
      #expect(try await Blob.download(Blob("fresh").sha256, from: client).count == 5)
    }
  }

  @Test("without the balancer nothing is collected, and a version goes only by force")
  func balancerAway() async throws {
    try await StoreWorld.run(["--garbage-grace", "0s"]) { world in
      let client = try world.client()
      try await create(client, ["a"], aliases: ["champion"])
      let deletion = await failure { _ = try await delete(1, client) }
      #expect(deletion == .unavailable)
      let plan = await failure {
        _ = try await client.describeGarbage(DescribeGarbageRequest(), options: timeout)
      }
      #expect(plan == .unavailable)
      let run = await failure {
        _ = try await client.collectGarbage(CollectGarbageRequest(), options: timeout)
      }
      #expect(run == .unavailable)
      let missing = DeleteVersionRequest(model: "pulse", version: 7)
      #expect(await failure { _ = try await client.deleteVersion(missing) } == .notFound)
      #expect(try await delete(1, client, isForced: true) == ["champion"])
      try await world.killAndRestart()
      let again = try world.client()
      #expect(try await again.listModels(ListModelsRequest(), options: timeout).models.isEmpty)
      #expect(try await Blob.download(Blob("a").sha256, from: again).count == 1)
      #expect(try await world.metric("martlet_model_store_versions") == 0)
      let denied = await failure {
        _ = try await world.client("trainer").collectGarbage(
          CollectGarbageRequest(),
          options: timeout
        )
      }
      #expect(denied == .permissionDenied)
    }
  }

  @Test("an alias goes by compare-and-set, a dataset by version or whole")
  func aliasesAndDatasets() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      try await create(client, ["a"], aliases: ["champion"])
      func unalias(_ revision: UInt64) async throws {
        let request = DeleteAliasRequest(
          model: "pulse",
          alias: "champion",
          expectedRevision: revision
        )
        _ = try await client.deleteAlias(request, options: timeout)
      }
      #expect(await failure { try await unalias(9) } == .aborted)
      try await unalias(1)
      #expect(await failure { try await unalias(1) } == .notFound)
      for text in ["1", "2", "3"] {
        try await Blob(text).upload(to: client)
        let request = CreateDatasetRequest(name: "pulses", files: [Blob(text).entry("a.csv")])
        _ = try await client.createDataset(request, options: timeout)
      }
      func delete(_ version: UInt32, all: Bool = false) async throws -> UInt32 {
        let request = DeleteDatasetRequest(name: "pulses", version: version, allVersions: all)
        return try await client.deleteDataset(request, options: timeout).deletedVersionCount
      }
      #expect(await failure { _ = try await delete(0) } == .invalidArgument)
      #expect(await failure { _ = try await delete(1, all: true) } == .invalidArgument)
      #expect(try await delete(2) == 1)
      #expect(await failure { _ = try await delete(2) } == .notFound)
      let left = try await client.listDatasetVersions(
        ListDatasetVersionsRequest(name: "pulses", pageSize: 1),
        options: timeout
      )
      #expect(left.datasets.map(\.version) == [3])
      let last = try await client.listDatasetVersions(
        ListDatasetVersionsRequest(name: "pulses", pageToken: left.nextPageToken),
        options: timeout
      )
      #expect(last.datasets.map(\.version) == [1])
      #expect(last.nextPageToken.isEmpty)
      #expect(try await delete(0, all: true) == 2)
      #expect(await failure { _ = try await delete(0, all: true) } == .notFound)
      #expect(
        try await client.listDatasets(ListDatasetsRequest(), options: timeout).datasets.isEmpty
      )
    }
  }

  private final class Round: Sendable {
    private let made = Atomic(0)
    private let ended = Atomic(false)

    var versionCount: Int { made.load(ordering: .relaxed) }
    var hasEnded: Bool { ended.load(ordering: .relaxed) }
    func madeVersion() { made.add(1, ordering: .relaxed) }
    func end() { ended.store(true, ordering: .relaxed) }
  }

  /// Uploads, makes and deletes versions, one after the other, until the round has ended. What is
  /// refused meanwhile is part of the game: files may be collected before a version is made of
  /// them.
  private func work(_ client: ModelStoreClient, _ seed: UInt64, _ round: Round) async {
    var generator = SeededGenerator(seed: seed)
    var number = 0
    while !round.hasEnded {
      number += 1
      // One that versions share, and that goes and comes again; and one that goes with its version.
      let texts = ["both \(Int.random(in: 0..<6, using: &generator))", "own \(seed)-\(number)"]
      guard let version = try? await create(client, texts) else { continue }
      round.madeVersion()
      if Bool.random(using: &generator) {
        _ = try? await delete(version, client, isForced: true)
      }
    }
  }

  @Test("collected and killed at any moment, no version is ever without its files")
  func neverWithoutFiles() async throws {
    try await StoreWorld.run(hasBalancer: true, ["--garbage-grace", "0s"]) { world in
      for number in UInt64(1)...3 {
        let client = try world.client()
        let round = Round()
        await withTaskGroup(of: Void.self) { group in
          for worker in UInt64(0)..<3 {
            group.addTask { await work(client, 100 * number + worker, round) }
          }
          group.addTask {
            // It may take a moment until the store has found the balancer.
            while !round.hasEnded {
              _ = try? await client.collectGarbage(CollectGarbageRequest(), options: Blob.once)
            }
          }
          await #expect(throws: Never.self) {
            try await eventually("versions are made, and files collected") {
              let series = "martlet_model_store_collected_blobs_total"
              let collected = try await world.metric(series)
              return round.versionCount >= 20 && collected >= 10
            }
            try await world.killAndRestart()
          }
          round.end()
        }
        let fresh = try world.client()
        let listed = try await fresh.listVersions(
          ListVersionsRequest(model: "pulse", pageSize: 1000),
          options: timeout
        )
        #expect(!listed.versions.isEmpty)
        for file in listed.versions.flatMap({ $0.manifest?.files ?? [] }) {
          #expect(try await Blob.download(file.sha256, from: fresh) == Array(file.path.utf8))
        }
      }
    }
  }
}
