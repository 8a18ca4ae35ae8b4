import Foundation
import ONNX
import Primitives
import Protocols
import RPC
import Synchronization
import Tabular
import TabularCoding
import Testing
import TrainerCore

@testable import TrainerServer

@Suite("kmeans", .timeLimit(.minutes(2)))
struct KMeansTrainingTests {
  private func spec(_ hyperparameters: [String: String], seed: UInt64 = 7) -> TrainingSpec {
    TrainingSpec(
      algorithm: "kmeans",
      ignoredColumns: ["price"],
      hyperparameters: hyperparameters,
      validationFraction: 0.2,
      seed: seed
    )
  }

  @Test("the inertia is at most 1.01 times scikit-learn's best of ten, for several seeds")
  func matchesReference() async throws {
    let reference = try TrainingReference.load()
    let folder = try TrainingFolder()
    let loaded = try folder.request([TrainingReference.tablePath], spec([:]))
    for start in [1, 2, 3] as [UInt64] {
      // The split stays the reference's; the first centres follow the seed of the plan.
      let spec = spec(["k": "\(reference.clusters.k)"], seed: reference.seed)
      let prepared = try await TrainingRun.prepare(
        AlgorithmCatalog.kMeans,
        spec,
        TableSummary(try #require(loaded.schema_)),
        loaded,
        "test",
        TrainingReport { _ in },
        StopFlag()
      )
      try? FileManager.default.removeItem(
        at: folder.url.appending(path: "checkpoint/kmeans.checkpoint")
      )
      let model = try await KMeansTraining(prepared: prepared.seeded(start)).run(
        TrainingReport { _ in }
      )
      let inertia = model.metrics.first { $0.name == "train:inertia" }?.value ?? .infinity
      #expect(inertia <= 1.01 * reference.clusters.inertia, "seed \(start)")
      #expect(inertia >= 0.9 * reference.clusters.inertia, "seed \(start)")
    }
  }

  @Test("a run streams the inertia of every iteration and says what it made")
  func reportsRun() async throws {
    let folder = try TrainingFolder()
    let log = ReportLog()
    let request = try folder.request(
      [TrainingReference.tablePath],
      spec(["k": "4", "n_init": "3"])
    )
    try await TrainingRun.run(request) { log.add($0) }
    let manifest = try #require(log.manifest)
    #expect(manifest.task == "clustering")
    #expect(manifest.lineage?.hyperparameters["tolerance"] == "1e-4")
    #expect(manifest.signature?.outputs.map(\.name) == ["cluster", "distances"])
    let steps = log.metrics("train:inertia").map(\.step)
    #expect(steps.count > 3)
    #expect(steps == steps.sorted())
    #expect(log.progress == log.progress.sorted())
    #expect(manifest.metrics.contains { $0.name == "validation:mean_squared_distance" })
    let model = try ONNXModel(reading: Bytes(try folder.artifact()))
    #expect(model.outputs.map(\.name) == ["cluster", "distances"])
  }

  @Test("runs of one seed give the same bytes, and another seed gives others")
  func repeatsBytes() async throws {
    var artifacts: [Data] = []
    for seed in [5, 5, 6] as [UInt64] {
      let folder = try TrainingFolder()
      let spec = spec(["k": "5", "n_init": "2"], seed: seed)
      let request = try folder.request([TrainingReference.tablePath], spec)
      try await TrainingRun.run(request) { _ in }
      artifacts.append(try folder.artifact())
    }
    #expect(artifacts[0] == artifacts[1])
    #expect(artifacts[0] != artifacts[2])
  }

  @Test("a run that is cut off anywhere goes on from its checkpoint to the same bytes")
  func resumesAnywhere() async throws {
    struct Cut: Error {}
    let spec = spec(["k": "5", "n_init": "3"])
    let whole = try TrainingFolder()
    let log = ReportLog()
    let request = try whole.request([TrainingReference.tablePath], spec)
    try await TrainingRun.run(request) { log.add($0) }
    let wanted = try whole.artifact()
    var resumedCount = 0
    for cut in stride(from: 3, to: log.all.count, by: 3) {
      let folder = try TrainingFolder()
      let request = try folder.request([TrainingReference.tablePath], spec)
      let first = ReportLog()
      await #expect(throws: Cut.self) {
        try await TrainingRun.run(request) { if first.add($0) == cut { throw Cut() } }
      }
      let second = ReportLog()
      try await TrainingRun.run(request) { second.add($0) }
      if second.lines.contains(where: { $0.hasPrefix("going on") }) { resumedCount += 1 }
      #expect(try folder.artifact() == wanted, "cut at event \(cut)")
      #expect(second.manifest == log.manifest, "cut at event \(cut)")
    }
    #expect(resumedCount > 0)
  }

  @Test("every single checkpoint leads to the same bytes")
  func resumesFromEveryCheckpoint() async throws {
    let folder = try TrainingFolder()
    let spec = spec(["k": "5", "n_init": "2"])
    let request = try folder.request([TrainingReference.tablePath], spec)
    let prepared = try await TrainingRun.prepare(
      AlgorithmCatalog.kMeans,
      spec,
      TableSummary(try #require(request.schema_)),
      request,
      "test",
      TrainingReport { _ in },
      StopFlag()
    )
    let file = folder.url.appending(path: "checkpoint/kmeans.checkpoint")
    let checkpoints = Mutex<[Data]>([])
    let report = TrainingReport { _ in
      guard let data = try? Data(contentsOf: file) else { return }
      checkpoints.withLock { if $0.last != data { $0.append(data) } }
    }
    let every = KMeansTraining(prepared: prepared, checkpointInterval: .zero)
    let wanted = try await every.run(report)
    let found = checkpoints.withLock { $0 }
    #expect(found.count > 6)
    for checkpoint in found {
      try checkpoint.write(to: file)
      let model = try await KMeansTraining(prepared: prepared).run(TrainingReport { _ in })
      #expect(model.artifact == wanted.artifact)
    }
    try Data("not a checkpoint".utf8).write(to: file)
    let log = ReportLog()
    let model = try await KMeansTraining(prepared: prepared).run(TrainingReport { log.add($0) })
    #expect(model.artifact == wanted.artifact)
    #expect(log.lines.contains { $0.contains("not of this training") })
  }

  @Test("a cancelled run ends soon, in the middle of an iteration")
  func cancels() async throws {
    let folder = try TrainingFolder()
    var generator = SeededGenerator(seed: 1)
    let lines = (0..<4000).map { _ in
      (0..<3).map { _ in "\(Double.random(in: 0...1, using: &generator))" }.joined(separator: ",")
    }
    let path = try folder.write("a,b,price\n" + lines.joined(separator: "\n"), as: "big.csv")
    let slow = spec(["k": "40", "n_init": "1000", "tolerance": "0"])
    let request = try folder.request([path], slow)
    let log = ReportLog()
    let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
    let run = Task {
      try await TrainingRun.run(request) { response in
        log.add(response)
        if case .metric = response.event { continuation.yield() }
      }
    }
    for await _ in begun { break }
    // A thousand restarts of it would take minutes: that it ends at all within the suite's time is
    // the cancellation's doing.
    run.cancel()
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(log.manifest == nil)
    #expect(log.manifest == nil)
  }

  @Test("a centre without rows takes the farthest row, and no row is counted twice")
  func relocates() throws {
    let pass = KMeansPass(data: [0, 0.1, 0.2, 9, 10], width: 1)
    let found = try pass.run([0.1, 9.5, 50, 60], StopFlag())
    #expect(found.counts == [3, 2, 0, 0])
    #expect(abs(found.inertia - (0.01 + 0 + 0.01 + 0.25 + 0.25)) < 1e-12)
    let means = found.means
    // Farthest are 9 and 10, but 10 is then alone with its centre; next is 0.
    #expect(means[2] == 9)
    #expect(means[1] == 10)
    #expect(means[3] == 0)
    #expect(abs(means[0] - 0.15) < 1e-12)
  }
}

extension PreparedTraining {
  /// The same with other first centres.
  func seeded(_ seed: UInt64) -> PreparedTraining {
    PreparedTraining(
      table: table,
      split: split,
      fitted: fitted,
      encoder: encoder,
      hyperparameters: hyperparameters,
      seed: seed,
      checkpointFolder: checkpointFolder,
      codeVersion: codeVersion,
      memory: memory,
      executor: executor,
      stop: stop
    )
  }
}
