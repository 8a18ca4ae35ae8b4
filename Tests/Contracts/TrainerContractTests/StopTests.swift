import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("Jobs that are stopped or take too long", .serialized, .timeLimit(.minutes(4)))
struct StopTests {
  private func stop(_ world: TrainerWorld, _ name: String) async throws -> TrainingJob? {
    try await world.trainerClient().stopTrainingJob(
      StopTrainingJobRequest(name: name),
      options: TrainerWorld.timeout
    ).job
  }

  @Test("one that trains and one that waits stop long before their end, and stay what they are")
  func stops() async throws {
    try await TrainerWorld.run(["--jobs-concurrency", "1"]) { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      _ = try await world.create("long", TrainerWorld.clustering(restarts: 1000))
      _ = try await world.create("waits", TrainerWorld.clustering(restarts: 999))
      try await eventually("it trains") { try await world.describe("long").stage == .training }
      #expect(try await world.metric("martlet_trainer_jobs_running") == 1)
      #expect(try await world.metric("martlet_trainer_jobs_waiting") == 1)

      #expect(try await stop(world, "waits")?.status == .stopped)
      #expect(try await world.describe("waits").startedUnixUs == 0)
      let watcher = try world.trainerClient()
      async let seen = TrainerWorld.watch("long", through: watcher)
      let stopping = try await stop(world, "long")
      #expect(stopping?.status == .stopping)
      #expect(try await world.ended("long").status == .stopped)
      try await eventually("its worker has ended") { try world.workers().isEmpty }
      guard case .job(let last)? = try await seen.last else {
        Issue.record("the watch did not end with the job")
        return
      }
      #expect(last.status == .stopped)
      // Stopping again, and a restart, change nothing.
      #expect(try await stop(world, "long")?.revision == last.revision)
      try await world.killTrainer()
      try await world.startTrainer()
      #expect(try await world.describe("long").status == .stopped)
      #expect(try await world.describe("long").modelVersion == 0)
      #expect(await failure { _ = try await stop(world, "nobody") }?.code == .notFound)
    }
  }

  @Test(
    "a service that is asked to end does so at once, and goes on with the job at its next start"
  )
  func drains() async throws {
    try await TrainerWorld.run(["--drain-timeout", "20s"]) { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      _ = try await world.create("long", TrainerWorld.clustering(restarts: 1000))
      try await eventually("it is in the middle") {
        let job = try await world.describe("long")
        return job.stage == .training && job.progress > 0
      }
      let worker = try #require(try world.workers().first)
      let watcher = try world.trainerClient()
      async let watched = failure { _ = try await TrainerWorld.watch("long", through: watcher) }
      try await world.endTrainer()
      // The watch has ended with it, and did not keep it from ending.
      #expect(await watched?.code == .unavailable)
      try await eventually("its worker has ended") { !Processes.isAlive(worker) }
      try await world.startTrainer()
      try await eventually("it trains again") {
        let job = try await world.describe("long")
        return job.stage == .training && job.attemptCount == 2
      }
    }
  }

  @Test("one that takes longer than the limit fails with the words of the limit")
  func tooLong() async throws {
    try await TrainerWorld.run(["--jobs-max-duration", "1s"]) { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      _ = try await world.create("long", TrainerWorld.clustering(restarts: 1000))
      let job = try await world.ended("long")
      #expect(job.status == .failed)
      #expect(job.failure.contains("jobs.max-duration"))
      try await eventually("its worker has ended") { try world.workers().isEmpty }
    }
  }

  @Test("data that cannot work fails once, with the words of what is wrong")
  func badData() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset(
        "houses",
        "rooms,price\n1,10\n2,twenty\n3,30\n",
        claimed: "rooms,price\n1,10\n2,20\n3,30\n"
      )
      _ = try await world.create("bad", TrainerWorld.regression())
      let job = try await world.ended("bad")
      #expect(job.attemptCount == 1)
      #expect(job.status == .failed)
      #expect(job.failure.contains("twenty") && job.failure.contains("line 3"))
    }
  }
}
