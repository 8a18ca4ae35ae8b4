import DurableFiles
import Persistence
import Primitives
import Protocols
import RPCRuntime
import Telemetry
import TestKit
import Testing
import TrainerCore

@testable import Processes
@testable import TrainerServer

@Suite("The runner of jobs", .timeLimit(.minutes(3)))
struct JobRunnerTests {
  /// A runner whose model store is away, so that its jobs try again and again, and whose clock is
  /// the test's.
  private struct World {
    static let step = Duration.seconds(2)

    let store = MisbehavingStore()
    let clock = ManualClock()
    let jobs: SQLiteJobStore

    init() throws {
      jobs = SQLiteJobStore(
        database: try EmbeddedDatabase(inMemoryWith: SQLiteJobStore.migrations)
      )
    }

    /// One process of the service: takes up its jobs, and ends in order after `body`.
    func process(
      concurrency: Int = 1,
      limit: Duration = .seconds(60),
      _ body: (JobRunner) async throws -> Void
    ) async throws {
      try await store.serve { channel, folder in
        let metrics = TrainerMetrics(MetricsRegistry())
        let executor = BlockingExecutor()
        let parts = RunnerParts(
          store: jobs,
          signals: JobSignals(),
          metrics: metrics,
          executor: executor,
          cache: try DatasetCache(
            folder: folder,
            budgetBytes: 0,
            executor: executor,
            metrics: metrics
          ),
          modelStore: channel,
          startWorker: { () throws(ProcessError) in
            throw ProcessError("worker", "no job comes so far")
          },
          jobsFolder: folder,
          maximumDuration: limit,
          codeVersion: "tests",
          clock: clock.clock
        )
        let runner = JobRunner(parts, concurrency: concurrency)
        try await runner.recover()
        let running = Task { await runner.run() }
        try await body(runner)
        running.cancel()
        await running.value
      }
    }

    func create(_ name: String) async throws -> String {
      let spec = TrainingSpec(dataset: "d", datasetVersion: 1)
      let job = NewJob(
        key: JobKey(account: "default", name: name),
        id: TimeOrderedID.make(),
        requested: spec,
        spec: spec,
        nowUnixMicroseconds: 1
      )
      return try await jobs.create(job).record.id
    }

    func record(_ name: String) async throws -> JobRecord {
      try await jobs.job(JobKey(account: "default", name: name))
    }

    /// Moves the clock by small steps, each when the job sleeps, until it is over or `limit` has
    /// passed; answers how long that was.
    func pass(_ limit: Duration, for name: String) async throws -> Duration {
      var passed = Duration.zero
      while passed < limit {
        // The wait for the next try, and that for the end of the job's time.
        try await eventually("the job sleeps, or is over") {
          if clock.sleeperCount == 2 { return true }
          return try await record(name).machine.state.isOver
        }
        if try await record(name).machine.state.isOver { return passed }
        clock.advance(by: World.step)
        passed += World.step
      }
      return passed
    }
  }

  @Test("a job fails when it has run as long as it may, by a clock that nobody sets")
  func endsByRunningTime() async throws {
    let world = try World()
    let id = try await world.create("a")
    try await world.process { runner in
      let passed = try await world.pass(.seconds(200), for: "a")
      #expect(passed >= .seconds(60))
      #expect(passed <= .seconds(66))
      let record = try await world.record("a")
      guard case .failed(let words) = record.machine.state else {
        Issue.record("\(record.machine.state)")
        return
      }
      #expect(words.contains("jobs.max-duration"))
      #expect(record.running >= .seconds(55))
      #expect(TrainingJob(record, runner.standing(of: id)).waitsFor == "")
    }
  }

  @Test("time in which the service was down does not count, and time before it does")
  func countsOverRestarts() async throws {
    let world = try World()
    _ = try await world.create("a")
    try await world.process { _ in
      let passed = try await world.pass(.seconds(40), for: "a")
      #expect(passed == .seconds(40))
      // Also without an end in order, most of it is kept: all but an interval and a step.
      let running = try await world.record("a").running
      #expect(running >= .seconds(40) - RunningTime.keepingInterval - World.step)
    }
    #expect(try await world.record("a").running == .seconds(40))
    world.clock.advance(by: .seconds(1_000_000))
    #expect(try await !world.record("a").machine.state.isOver)
    try await world.process { _ in
      let passed = try await world.pass(.seconds(200), for: "a")
      #expect(passed >= .seconds(20))
      #expect(passed <= .seconds(26))
    }
    #expect(try await world.record("a").machine.state.isOver)
  }

  @Test("a job in the queue says its place and what it waits for, and uses up no time")
  func tellsPlaces() async throws {
    let world = try World()
    var ids: [String] = []
    for name in ["a", "b", "c"] { ids.append(try await world.create(name)) }
    try await world.process { runner in
      _ = try await world.pass(.seconds(10), for: "a")
      let first = runner.standing(of: ids[0])
      #expect(first.queuePlace == 0)
      #expect(first.waitsFor.hasPrefix("the next try, since dataset d: the store is away"))
      #expect(runner.standing(of: ids[1]).queuePlace == 1)
      let last = TrainingJob(try await world.record("c"), runner.standing(of: ids[2]))
      #expect(last.stage == .pending)
      #expect(last.queuePlace == 2)
      #expect(
        last.waitsFor == "its turn: 1 job runs, which is as many as may (jobs.concurrency), "
          + "and 1 waits before it"
      )
      #expect(last.runningUs == 0)
      _ = try await runner.stop(JobKey(account: "default", name: "b"))
      #expect(runner.standing(of: ids[2]).queuePlace == 1)
      let stopped = TrainingJob(try await world.record("b"), runner.standing(of: ids[1]))
      #expect(stopped.queuePlace == 0)
      _ = try await runner.stop(JobKey(account: "default", name: "a"))
      try await eventually("the last one has its turn") {
        runner.standing(of: ids[2]).queuePlace == 0
      }
    }
  }
}
