import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Whatever is killed with -9, the job ends well, and its model has the bytes of one that was left
/// alone.
@Suite("A training job whose processes are killed", .serialized, .timeLimit(.minutes(5)))
struct CrashTests {
  private static let spec = TrainerWorld.clustering(restarts: 40)

  /// Waits until the job has trained for a while; answers the worker's process.
  private func inTheMiddle(_ world: TrainerWorld, _ name: String) async throws -> pid_t {
    try await eventually("\(name) is in the middle") {
      let job = try await world.describe(name)
      try #require(job.status == .inProgress, "it was over too early: \(job)")
      return job.stage == .training && job.progress > 0.1 && !job.metrics.isEmpty
    }
    return try #require(try world.workers().first)
  }

  /// The files of the version that a job made, which hold the digests of its bytes.
  private func files(_ world: TrainerWorld, _ name: String) async throws -> [FileEntry] {
    let job = try await world.ended(name)
    try #require(job.status == .completed, "\(job)")
    let version = try await world.version("groups", job.modelVersion)
    return try #require(version.manifest?.files)
  }

  @Test("worker and service may die in the middle: the model's bytes are the same")
  func sameBytes() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      _ = try await world.create("calm", CrashTests.spec)
      let calm = try await files(world, "calm")

      _ = try await world.create("worker-killed", CrashTests.spec)
      let worker = try await inTheMiddle(world, "worker-killed")
      kill(worker, SIGKILL)
      #expect(try await files(world, "worker-killed") == calm)
      let job = try await world.describe("worker-killed")
      #expect(job.attemptCount == 2)
      #expect(try await world.metric("martlet_trainer_worker_deaths_total") == 1)

      _ = try await world.create("service-killed", CrashTests.spec)
      let orphan = try await inTheMiddle(world, "service-killed")
      try await world.killTrainer()
      try await eventually("no worker outlives its service") { !Processes.isAlive(orphan) }
      try await world.startTrainer()
      #expect(try await files(world, "service-killed") == calm)
      let events = try await world.watch("service-killed")
      let steps = events.compactMap { event -> String? in
        guard case .metric(let point) = event else { return nil }
        return "\(point.name) \(point.step)"
      }
      #expect(Set(steps).count == steps.count, "a point was told twice")
      #expect(try await world.describe("service-killed").attemptCount == 2)
      #expect(try world.workers() == [])
    }
  }

  @Test("killed at any instants, again and again, the service brings the job to the same bytes")
  func anyInstant() async throws {
    let seed: UInt64 = 11
    var generator = SeededGenerator(seed: seed)
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      _ = try await world.create("calm", CrashTests.spec)
      let calm = try await files(world, "calm")
      _ = try await world.create("shaken", CrashTests.spec)
      for _ in 0..<8 {
        // From the first steps after a start to some way into the training.
        for _ in 0..<Int.random(in: 0...200, using: &generator) {
          _ = try await world.describe("shaken")
        }
        try await world.killTrainer()
        try await world.startTrainer()
      }
      #expect(try await files(world, "shaken") == calm, "seed \(seed)")
      #expect(try await world.metric("martlet_trainer_worker_deaths_total") == 0)
    }
  }

  @Test("a job whose worker dies again and again fails with words, and the next one runs")
  func diesAgainAndAgain() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      var spec = CrashTests.spec
      spec.hyperparameters["n_init"] = "1000"
      _ = try await world.create("doomed", spec)
      _ = try await world.create("next", TrainerWorld.regression())
      var killed: Set<pid_t> = []
      try await eventually("the job gives up", within: .seconds(60)) {
        for worker in try world.workers() where !killed.contains(worker) {
          // Only a worker that trains: one that is being started is not told of the job yet.
          guard try await world.describe("doomed").stage == .training else { continue }
          kill(worker, SIGKILL)
          killed.insert(worker)
        }
        return try await world.describe("doomed").status == .failed
      }
      let job = try await world.describe("doomed")
      #expect(job.attemptCount == 5)
      #expect(job.failure.contains("signal 9"))
      #expect(job.failure.contains("5 times"))
      #expect(try await world.ended("next").status == .completed)
    }
  }

  @Test("the store may be away while a job starts and while it ends")
  func storeAway() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 1500))
      _ = try await world.create("patient", CrashTests.spec)
      _ = try await inTheMiddle(world, "patient")
      try await world.killStore()
      try await eventually("the artifact waits for the store", within: .seconds(60)) {
        try await world.describe("patient").stage == .uploading
      }
      // A repetition is answered without the store; a new job cannot be checked.
      #expect(try await world.create("patient", CrashTests.spec).existed)
      let error = await failure { _ = try await world.create("new", CrashTests.spec) }
      #expect(error?.code == .unavailable)
      // The complete artifact survives the service, too.
      try await world.killTrainer()
      try await world.startTrainer()
      #expect(try await world.describe("patient").stage == .uploading)
      try await world.startStore()
      let job = try await world.ended("patient")
      #expect(job.status == .completed)
      #expect(job.attemptCount == 1)
    }
  }
}
