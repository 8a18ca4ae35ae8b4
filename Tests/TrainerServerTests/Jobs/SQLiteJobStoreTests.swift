import Persistence
import Primitives
import Protocols
import RPC
import Testing
import TrainerCore

@testable import TrainerServer

@Suite("Jobs in SQLite")
struct SQLiteJobStoreTests {
  private func store() throws -> SQLiteJobStore {
    SQLiteJobStore(database: try EmbeddedDatabase(inMemoryWith: SQLiteJobStore.migrations))
  }

  private func new(
    _ name: String,
    _ spec: TrainingSpec = TrainingSpec(hyperparameters: ["k": "3", "n_init": "1"], seed: 5),
    account: String = "default",
    now: Int64 = 1
  ) -> NewJob {
    NewJob(
      key: JobKey(account: account, name: name),
      id: TimeOrderedID.make(),
      requested: spec,
      spec: spec,
      nowUnixMicroseconds: now
    )
  }

  private func point(_ name: String, _ step: UInt64, _ value: Double) -> JobReport.Content {
    .metric(MetricPoint(name: name, value: value, step: step, timeUnixUs: 9))
  }

  @Test("a repeated request is the same job, and another one under its name is refused")
  func idempotent() async throws {
    let store = try store()
    let (first, existed) = try await store.create(new("a"))
    #expect(!existed)
    #expect(first.revision == 1)
    let (second, existedThen) = try await store.create(new("a", now: 2))
    #expect(existedThen)
    #expect(second == first)
    let other = TrainingSpec(seed: 6)
    let error = await #expect(throws: RPCError.self) { try await store.create(new("a", other)) }
    #expect(error?.code == .alreadyExists)
    #expect(try await store.create(new("a", other, account: "other")).existed == false)
    let missing = await #expect(throws: RPCError.self) {
      try await store.job(JobKey(account: "default", name: "b"))
    }
    #expect(missing?.code == .notFound)
  }

  @Test("every state comes back as it was kept")
  func states() async throws {
    let paths: [[JobEvent]] = [
      [], [.admitted], [.admitted, .downloaded], [.admitted, .downloaded, .progressed(0.5)],
      [.admitted, .downloaded, .finished],
      [.admitted, .downloaded, .finished, .failed(words: "w", isRetryable: true)],
      [.admitted, .downloaded, .finished, .uploaded(version: 4)],
      [.admitted, .downloaded, .workerDied(words: "w")],
      [.admitted, .failed(words: "ü '; --", isRetryable: false)], [.admitted, .stopRequested],
      [.stopRequested],
    ]
    let store = try store()
    for (index, path) in paths.enumerated() {
      let id = try await store.create(new("j\(index)")).record.id
      var machine = JobMachine()
      for (step, event) in path.enumerated() {
        let expected = machine.arrived(event)
        let (record, effect) = try await store.arrived(
          event,
          at: id,
          nowUnixMicroseconds: Int64(100 + step)
        )
        #expect(effect == expected)
        #expect(record.machine == machine)
      }
      let kept = try await store.job(JobKey(account: "default", name: "j\(index)"))
      #expect(kept.machine == machine, "\(path)")
      #expect(kept.revision == UInt64(path.count + 1))
      #expect((kept.endedUnixMicroseconds != 0) == machine.state.isOver)
      #expect(kept.startedUnixMicroseconds == (path.first == .admitted ? 100 : 0))
    }
    #expect(try await store.unfinished().count == 8)
    #expect(try await store.counts()[.completed] == 1)
  }

  @Test("an event that changes nothing keeps the revision")
  func unchanged() async throws {
    let store = try store()
    let id = try await store.create(new("a")).record.id
    let (record, effect) = try await store.arrived(.finished, at: id, nowUnixMicroseconds: 5)
    #expect(effect == .none)
    #expect(record.revision == 1)
  }

  @Test("jobs are listed newest first, after a token and by account")
  func listing() async throws {
    let store = try store()
    for number in 0..<5 { _ = try await store.create(new("j\(number)")) }
    _ = try await store.create(new("x", account: "other"))
    let all = try await store.jobs(of: "default", before: nil, count: 10)
    #expect(all.map(\.id) == all.map(\.id).sorted(by: >))
    #expect(Set(all.map(\.key.name)) == ["j0", "j1", "j2", "j3", "j4"])
    let rest = try await store.jobs(of: "default", before: all[1].id, count: 2)
    #expect(rest == Array(all[2...3]))
  }

  @Test("reports come back in their order, and a point that is told again replaces the old one")
  func reports() async throws {
    let store = try store()
    let id = try await store.create(new("a")).record.id
    let line = JobReport.Content.line(LogLine(text: "hello", timeUnixUs: 3))
    let first = ReportBatch(contents: [point("loss", 1, 4), line, point("loss", 2, 3)])
    try await store.append(first, to: id, nowUnixMicroseconds: 1)
    let seen = try await store.reports(of: id, after: 0, count: 10)
    #expect(seen.map(\.content) == first.contents)
    #expect(try await store.reports(of: id, after: seen[0].sequence, count: 1) == [seen[1]])

    // An attempt that goes on from a checkpoint says step 2 again.
    let second = ReportBatch(contents: [point("loss", 2, 3), point("loss", 3, 2)])
    try await store.append(second, to: id, nowUnixMicroseconds: 1)
    let all = try await store.reports(of: id, after: 0, count: 10)
    #expect(all.map(\.content) == [point("loss", 1, 4), line] + second.contents)
    let record = try await store.job(JobKey(account: "default", name: "a"))
    #expect(record.newestMetrics.map(\.step) == [3])
  }

  @Test("progress is kept with the reports, for a job that trains")
  func progress() async throws {
    let store = try store()
    let id = try await store.create(new("a")).record.id
    for event in [JobEvent.admitted, .downloaded] {
      _ = try await store.arrived(event, at: id, nowUnixMicroseconds: 1)
    }
    try await store.append(ReportBatch(progress: 0.25), to: id, nowUnixMicroseconds: 2)
    let record = try await store.job(JobKey(account: "default", name: "a"))
    #expect(record.machine.state == .training(progress: 0.25))
    #expect(record.revision == 4)
  }

  @Test("the newest 10 000 points and 1 000 lines stay")
  func bounded() async throws {
    let store = try store()
    let id = try await store.create(new("a")).record.id
    for block in 0..<6 {
      var batch = ReportBatch()
      for step in 0..<2000 { batch.contents.append(point("loss", UInt64(block * 2000 + step), 1)) }
      for number in 0..<300 {
        batch.contents.append(.line(LogLine(text: "\(block * 300 + number)", timeUnixUs: 1)))
      }
      try await store.append(batch, to: id, nowUnixMicroseconds: 1)
    }
    let all = try await store.reports(of: id, after: 0, count: 20_000)
    let points = all.compactMap { if case .metric(let point) = $0.content { point } else { nil } }
    let lines = all.compactMap { if case .line(let line) = $0.content { line } else { nil } }
    #expect(points.map(\.step) == (2000..<12_000).map { UInt64($0) })
    #expect(lines.map(\.text) == (800..<1800).map { "\($0)" })
  }

  @Test("no more than a thousand jobs may wait and run")
  func bound() async throws {
    let store = try store()
    for number in 0..<JobQueue.unfinishedLimit { _ = try await store.create(new("j\(number)")) }
    let error = await #expect(throws: RPCError.self) { try await store.create(new("more")) }
    #expect(error?.code == .resourceExhausted)
    #expect(try await store.create(new("j5")).existed)
    let first = try await store.unfinished()[0]
    _ = try await store.arrived(.stopRequested, at: first, nowUnixMicroseconds: 1)
    #expect(try await store.create(new("more")).existed == false)
  }
}
