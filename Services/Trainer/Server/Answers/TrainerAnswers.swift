import Persistence
import Primitives
import Protocols
import RPC
import RPCRuntime
import TrainerCore
import WireCodec

/// The answers of `martlet.training.v1.Trainer`. Safe from any task; nothing blocks the loop.
struct TrainerAnswers: TrainerService {
  let holder: TrainerHolder
  /// Bytes of a page of jobs, below what a message may measure (4 MiB); specs may be large.
  private static let pageBytes = 2 << 20

  func listAlgorithms(
    _ request: ListAlgorithmsRequest,
    context: CallContext
  ) async throws -> ListAlgorithmsResponse {
    ListAlgorithmsResponse(algorithms: AlgorithmCatalog.all.map { AlgorithmDescription($0) })
  }

  func createTrainingJob(
    _ request: CreateTrainingJobRequest,
    context: CallContext
  ) async throws -> CreateTrainingJobResponse {
    try await answer { parts in
      guard let spec = request.spec else { throw SpecProblem("spec", "is missing") }
      let now = WallClock.nowUnixMicroseconds
      let id = TimeOrderedID.make()
      let name = request.name.isEmpty ? TrainerAnswers.name(spec, id: id) : request.name
      let key = try TrainerAnswers.key(name, context)
      // A repetition is answered also when the model store is away.
      if let record = try await parts.store.existing(key, requested: spec) {
        return CreateTrainingJobResponse(job: parts.told(record), existed: true)
      }
      let completed = try await SpecCheck(modelStore: parts.modelStore).completed(spec)
      let (record, existed) = try await parts.store.create(
        NewJob(
          key: key,
          id: id,
          requested: spec,
          spec: completed,
          nowUnixMicroseconds: now
        )
      )
      if !existed {
        parts.runner.enqueue(record.id)
        // A gauge that is late is no reason to fail.
        try? await parts.runner.refreshCounts()
      }
      return CreateTrainingJobResponse(job: parts.told(record), existed: existed)
    }
  }

  func describeTrainingJob(
    _ request: DescribeTrainingJobRequest,
    context: CallContext
  ) async throws -> DescribeTrainingJobResponse {
    try await answer { parts in
      let record = try await parts.store.job(TrainerAnswers.key(request.name, context))
      return DescribeTrainingJobResponse(job: parts.told(record))
    }
  }

  func listTrainingJobs(
    _ request: ListTrainingJobsRequest,
    context: CallContext
  ) async throws -> ListTrainingJobsResponse {
    try await answer { parts in
      let size = PageToken.pageSize(request.pageSize)
      let records = try await parts.store.jobs(
        of: TrainerAnswers.account(context),
        before: try PageToken.key(request.pageToken),
        count: size + 1
      )
      var jobs: [TrainingJob] = []
      var byteCount = 0
      for record in records.prefix(size) {
        let job = parts.told(record)
        byteCount += job.encoded().count
        guard jobs.isEmpty || byteCount <= TrainerAnswers.pageBytes else { break }
        jobs.append(job)
      }
      let goesOn = records.count > jobs.count
      return ListTrainingJobsResponse(
        jobs: jobs,
        nextPageToken: goesOn ? jobs.last.map { PageToken.make($0.id) } ?? "" : ""
      )
    }
  }

  func stopTrainingJob(
    _ request: StopTrainingJobRequest,
    context: CallContext
  ) async throws -> StopTrainingJobResponse {
    try await answer { parts in
      let record = try await parts.runner.stop(TrainerAnswers.key(request.name, context))
      return StopTrainingJobResponse(job: parts.told(record))
    }
  }

  func watchTrainingJob(
    _ request: WatchTrainingJobRequest,
    to responses: ResponseWriter<WatchTrainingJobResponse>,
    context: CallContext
  ) async throws {
    try await answer { parts in
      let key = try TrainerAnswers.key(request.name, context)
      let record = try await parts.store.job(key)
      try await JobReplay(parts: parts, key: key, id: record.id).run(to: responses)
    }
  }

  // MARK: Parts

  private func answer<Value>(_ body: (TrainerParts) async throws -> Value) async throws -> Value {
    let parts = try holder.parts()
    do {
      return try await body(parts)
    } catch {
      throw ErrorMapping.translated(error)
    }
  }

  /// Whose jobs a call is about: a service on its own account, and an operator, have `default`.
  private static func account(_ context: CallContext) throws(SpecProblem) -> String {
    guard let account = context.principal?.account else { return "default" }
    if let problem = ResourceName.problem(account) {
      throw SpecProblem("the caller's account", problem)
    }
    return account
  }

  private static func key(_ name: String, _ context: CallContext) throws(SpecProblem) -> JobKey {
    if let problem = ResourceName.problem(name) { throw SpecProblem("name", problem) }
    return JobKey(account: try account(context), name: name)
  }

  /// A name for a job that was given none: the algorithm, the time, and the end of the id, which is
  /// by chance.
  private static func name(_ spec: TrainingSpec, id: String) -> String {
    let algorithm = ResourceName.problem(spec.algorithm) == nil ? spec.algorithm : "job"
    let date = UTCDate(unixMicroseconds: WallClock.nowUnixMicroseconds).digits
    return "\(algorithm.prefix(32))-\(date)-\(id.suffix(6))"
  }
}
