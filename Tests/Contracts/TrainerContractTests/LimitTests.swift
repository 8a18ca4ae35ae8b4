import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("What a trainer offers and what bounds its jobs", .serialized, .timeLimit(.minutes(4)))
struct LimitTests {
  @Test("the catalogue names the algorithms with hyperparameters that a job takes as they stand")
  func catalogue() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 50))
      for caller in ["operator", "gateway"] {
        let answer = try await world.trainerClient(caller).listAlgorithms(
          ListAlgorithmsRequest(),
          options: TrainerWorld.timeout
        )
        #expect(answer.algorithms.map(\.name) == ["linear-learner", "kmeans"])
        #expect(answer.algorithms.map(\.needsLabel) == [true, false])
        let parameters = answer.algorithms.flatMap(\.hyperparameters)
        #expect(parameters.allSatisfy { !$0.doc.isEmpty && !$0.defaultValue.isEmpty })
        let k = parameters.first { $0.name == "k" }
        #expect(k?.type == .integer)
        #expect(k?.minimum == 1)
        #expect(k?.maximum == 4096)
        #expect(parameters.first { $0.name == "init" }?.choices == ["k-means++"])
      }
      let algorithms = try await world.trainerClient().listAlgorithms(
        ListAlgorithmsRequest(),
        options: TrainerWorld.timeout
      ).algorithms
      for algorithm in algorithms {
        var spec = TrainerWorld.clustering(restarts: 1)
        spec.algorithm = algorithm.name
        if algorithm.needsLabel {
          spec.label = "price"
          spec.ignoredColumns = []
        }
        spec.hyperparameters = [:]
        for parameter in algorithm.hyperparameters {
          spec.hyperparameters[parameter.name] = parameter.defaultValue
        }
        _ = try await world.create(algorithm.name, spec)
      }
    }
  }

  @Test("a job that waits for its turn says so with its place, until it has it")
  func queue() async throws {
    try await TrainerWorld.run(["--jobs-concurrency", "1"]) { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 400))
      _ = try await world.create("long", TrainerWorld.clustering(restarts: 900))
      try await eventually("the first one trains") {
        try await world.describe("long").stage == .training
      }
      _ = try await world.create("next", TrainerWorld.regression())
      let last = try await world.create("last", TrainerWorld.regression(model: "others")).job
      #expect(last?.status == .inProgress)
      #expect(last?.stage == .pending)
      #expect(last?.queuePlace == 2)
      #expect(last?.waitsFor.contains("jobs.concurrency") == true)
      #expect(last?.runningUs == 0)
      let client = try world.trainerClient()
      let watching = Task { try await TrainerWorld.watch("last", through: client) }
      _ = try await client.stopTrainingJob(.init(name: "long"), options: TrainerWorld.timeout)
      let places = try await watching.value.compactMap { event -> UInt32? in
        guard case .job(let job) = event else { return nil }
        return job.queuePlace
      }
      #expect(places.first == 2 || places.first == 1)
      #expect(places.last == 0)
      #expect(places == places.sorted(by: >))
      let done = try await world.ended("last")
      #expect(done.status == .completed)
      #expect(done.waitsFor == "")
      #expect(done.runningUs > 0)
    }
  }

  @Test("a dataset that is too large for a worker's memory fails once, with the figures")
  func memory() async throws {
    try await TrainerWorld.run(["--worker-address-space", "2GiB"]) { world in
      // A small file, of whose 1000 words each becomes eight bytes of every row: 3 GiB.
      let rows = (0..<400_000).map { "w\($0 % 1000)\n" }.joined()
      try await world.addDataset("words", "word\n" + rows)
      var spec = TrainerWorld.clustering("words", restarts: 1)
      spec.ignoredColumns = []
      _ = try await world.create("wide", spec)
      let wide = try await world.ended("wide")
      #expect(wide.status == .failed)
      #expect(wide.attemptCount == 1)
      #expect(wide.failure.contains("400000 rows of 1000 encoded elements"), "\(wide.failure)")
      #expect(wide.failure.contains("worker.address-space"), "\(wide.failure)")
      // And one whose rows alone are too many, by the word of its schema.
      try await world.addDataset("long", TrainerWorld.houses(rowCount: 50)) {
        $0.rowCount = 60_000_000
      }
      _ = try await world.create("long", TrainerWorld.regression("long"))
      let long = try await world.ended("long")
      #expect(long.attemptCount == 1)
      #expect(long.failure.contains("a table of 60000000 rows"), "\(long.failure)")
      // The service goes on.
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 50))
      _ = try await world.create("small", TrainerWorld.regression())
      #expect(try await world.ended("small").status == .completed)
      #expect(try await world.metric("martlet_trainer_worker_deaths_total") == 0)
    }
  }
}
