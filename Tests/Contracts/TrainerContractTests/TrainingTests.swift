import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("A real trainer with a real model store", .serialized, .timeLimit(.minutes(4)))
struct TrainingTests {
  @Test("a job becomes a version with its files, lineage and aliases, and a watcher sees all of it")
  func regression() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 500))
      let created = try await world.create("first", TrainerWorld.regression())
      #expect(created.existed == false)
      #expect(created.job?.spec?.datasetVersion == 1)
      #expect(created.job?.spec?.hyperparameters["l2"] == "0")
      let events = try await world.watch("first")
      guard case .job? = events.first, case .job(let last)? = events.last else {
        Issue.record("the first and the last event are no jobs")
        return
      }
      #expect(last.status == .completed)
      #expect(last.failure == "")
      #expect(last.modelVersion == 1)
      #expect(last.attemptCount == 1)
      #expect(last.metrics.contains { $0.name == "validation:rmse" && $0.value < 40 })
      let metrics = events.compactMap { event -> MetricPoint? in
        guard case .metric(let point) = event else { return nil }
        return point
      }
      #expect(Set(metrics.map(\.name)) == Set(last.metrics.map(\.name)))
      #expect(events.contains { if case .line = $0 { true } else { false } })

      let version = try await world.version("prices", 1)
      #expect(version.aliases == ["champion", "latest"])
      #expect(version.manifest?.entryPath == "model.onnx")
      #expect(version.manifest?.files.map(\.path) == ["model.onnx"])
      #expect(version.manifest?.preprocessing != nil)
      #expect(version.manifest?.lineage?.job == "first")
      #expect(version.manifest?.lineage?.dataset == "houses")
      #expect(version.manifest?.lineage?.datasetVersion == 1)
      #expect(version.manifest?.lineage?.datasetSha256.count == 32)
      #expect(try await world.metric("martlet_trainer_jobs{status=\"completed\"}") == 1)
      #expect(try await world.metric("martlet_trainer_jobs_running") == 0)
      #expect(try world.workers() == [])
      // A watch of a job that is over tells the same and ends.
      #expect(try await world.watch("first").count <= events.count)
    }
  }

  @Test("a repeated request is the same job, another one under its name is refused")
  func idempotent() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 200))
      let first = try await world.create("a", TrainerWorld.regression())
      let second = try await world.create("a", TrainerWorld.regression())
      #expect(second.existed)
      #expect(second.job?.id == first.job?.id)
      var other = TrainerWorld.regression()
      other.seed = 2
      let error = await failure { _ = try await world.create("a", other) }
      #expect(error?.code == .alreadyExists)
      let unnamed = try await world.create("", TrainerWorld.regression())
      #expect(unnamed.job?.name.hasPrefix("linear-learner-") == true)
      // The same work twice makes the same bytes.
      let one = try await world.ended("a")
      let two = try await world.ended(try #require(unnamed.job?.name))
      let files = try await [one, two].map { $0.modelVersion }.asyncMap {
        try await world.version("prices", $0).manifest?.files
      }
      #expect(files[0] == files[1])
      #expect(one.modelVersion != two.modelVersion)
    }
  }

  @Test("a dataset is fetched once, and stays within its budget of the disk")
  func cache() async throws {
    let text = TrainerWorld.houses(rowCount: 300)
    for budget in ["1GiB", "0"] {
      try await TrainerWorld.run(["--datasets-cache", budget]) { world in
        try await world.addDataset("houses", text)
        for name in ["a", "b"] {
          _ = try await world.create(name, TrainerWorld.regression())
          #expect(try await world.ended(name).status == .completed)
          try await eventually("its place is free") {
            try await world.metric("martlet_trainer_jobs_running") == 0
          }
        }
        let fetched = try await world.metric("martlet_trainer_downloaded_bytes_total")
        #expect(fetched == Double(text.utf8.count * (budget == "0" ? 2 : 1)))
        let state = world.folder.appending(path: "state-trainer")
        let kept = try FileManager.default.contentsOfDirectory(
          atPath: state.appending(path: "datasets").path
        )
        #expect(kept.count == (budget == "0" ? 0 : 1))
        let jobs = try FileManager.default.contentsOfDirectory(
          atPath: state.appending(path: "jobs").path
        )
        #expect(jobs == [], "folders of jobs that are over")
      }
    }
  }

  @Test("what cannot work is refused with words that say what there is")
  func refusals() async throws {
    try await TrainerWorld.run { world in
      try await world.addDataset("houses", TrainerWorld.houses(rowCount: 50))
      func words(_ change: (inout TrainingSpec) -> Void) async -> String {
        var spec = TrainerWorld.regression()
        change(&spec)
        let error = await failure { _ = try await world.create("x", spec) }
        #expect(error?.code == .invalidArgument || error?.code == .notFound)
        return error?.message ?? "accepted"
      }
      #expect(await words { $0.label = "prize" }.contains("'rooms', 'area', 'quarter', 'price'"))
      #expect(await words { $0.label = "quarter" }.contains("words"))
      #expect(await words { $0.label = "" }.contains("label"))
      #expect(await words { $0.ignoredColumns = ["garden"] }.contains("'garden'"))
      #expect(await words { $0.algorithm = "linear-leaner" }.contains("linear-learner"))
      #expect(await words { $0.hyperparameters = ["l3": "1"] }.contains("l2"))
      #expect(await words { $0.hyperparameters = ["l2": "-1"] }.contains("l2"))
      #expect(await words { $0.dataset = "castles" }.contains("castles"))
      #expect(await words { $0.dataset = "no name" }.contains("dataset"))
      #expect(await words { $0.model = "-" }.contains("model"))
      #expect(await words { $0.validationFraction = 0.9 }.contains("0.5"))
      #expect(await words { $0.aliases = ["latest"] }.contains("latest"))
      let missing = await failure { _ = try await world.describe("x") }
      #expect(missing?.code == .notFound)
      let list = try await world.trainerClient().listTrainingJobs(
        ListTrainingJobsRequest(),
        options: TrainerWorld.timeout
      )
      #expect(list.jobs.isEmpty)
    }
  }

  @Test("jobs are listed newest first, in pages, and belong to their account")
  func listing() async throws {
    try await TrainerWorld.run { world in
      let text = TrainerWorld.houses(rowCount: 60)
      try await world.addDataset("houses", text)
      for number in 1...5 { _ = try await world.create("j\(number)", TrainerWorld.regression()) }
      let client = try world.trainerClient()
      var names: [String] = []
      var token = ""
      repeat {
        let page = try await client.listTrainingJobs(
          ListTrainingJobsRequest(pageSize: 2, pageToken: token),
          options: TrainerWorld.timeout
        )
        names += page.jobs.map(\.name)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(names == ["j5", "j4", "j3", "j2", "j1"])

      // A gateway speaks for an account, whose datasets, jobs and models are its own.
      let gateway = try world.trainerClient("gateway")
      var options = TrainerWorld.timeout
      options.principal = Principal(account: "other", keyID: "k")
      let request = CreateTrainingJobRequest(name: "j1", spec: TrainerWorld.regression())
      let error = await failure {
        _ = try await gateway.createTrainingJob(request, options: options)
      }
      #expect(error?.code == .notFound)
      try await world.addDataset("houses", text, options: options, caller: "gateway")
      let made = try await gateway.createTrainingJob(request, options: options)
      #expect(made.existed == false)
      try await eventually("the other account's job is done") {
        let job = try await gateway.describeTrainingJob(.init(name: "j1"), options: options).job
        return job?.status == .completed
      }
      let version = try await world.storeClient("gateway").describeVersion(
        DescribeVersionRequest(model: "prices", version: 1),
        options: options
      )
      #expect(version.version?.manifest?.lineage?.job == "j1")
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(
    _ body: (Element) async throws -> Result
  ) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}
