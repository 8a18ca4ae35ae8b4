import DurableFiles
import Logging
import Primitives
import Processes
import Protocols
import RPC
import RPCRuntime
import Telemetry
import TrainerCore

/// The steps of one job, each from where an earlier process may have left it. A step ends with an
/// event for the job's machine, or throws; cancelled, it ends within a second.
struct JobSteps: Sendable {
  /// How often a running job's reports are kept: a crash loses at most so much of them.
  static let reportInterval = Duration.milliseconds(250)

  let parts: RunnerParts
  let record: JobRecord

  private var artifact: Artifact { Artifact(folder: "\(parts.jobsFolder)/\(record.id)") }

  private var modelStore: ModelStoreClient { ModelStoreClient(parts.modelStore) }

  /// The job's account is whose things are read and made.
  private var options: CallOptions {
    var options = CallOptions()
    if record.key.account != "default" {
      options.principal = Principal(account: record.key.account, keyID: "")
    }
    return options
  }

  func download() async throws -> JobEvent {
    do {
      let dataset = try await dataset()
      try await parts.cache.withFiles(
        dataset.files,
        job: record.id,
        from: modelStore,
        options
      ) { _ in }
      return .downloaded
    } catch {
      throw StepError("dataset \(record.spec.dataset)", error)
    }
  }

  func upload() async throws -> JobEvent {
    let upload = ArtifactUpload(
      store: modelStore,
      options: options,
      executor: parts.executor,
      metrics: parts.metrics
    )
    do {
      let version = try await upload.run(
        artifact,
        model: record.spec.model,
        aliases: record.spec.aliases
      )
      return .uploaded(version: version)
    } catch {
      throw StepError("model \(record.spec.model)", error)
    }
  }

  private func dataset() async throws -> Dataset {
    let response = try await modelStore.describeDataset(
      DescribeDatasetRequest(name: record.spec.dataset, version: record.spec.datasetVersion),
      options: options
    )
    guard let dataset = response.dataset, dataset.version == record.spec.datasetVersion else {
      throw StepError("the model store answered with another one", isRetryable: true)
    }
    return dataset
  }

  // MARK: Training

  func train() async throws -> JobEvent {
    let dataset: Dataset
    do {
      dataset = try await self.dataset()
    } catch {
      throw StepError("dataset \(record.spec.dataset)", error)
    }
    let artifact = artifact
    do {
      try await parts.executor.run { try artifact.prepare() }
    } catch {
      throw StepError("the job's folder", error)
    }
    let manifest = try await parts.cache.withFiles(
      dataset.files,
      job: record.id,
      from: modelStore,
      options
    ) { paths in
      try await run(
        RunTrainingRequest(
          spec: record.spec,
          dataPaths: paths,
          schema_: dataset.schema_,
          checkpointFolder: artifact.checkpointFolder,
          outputFolder: artifact.outputFolder
        )
      )
    }
    let lineage = Lineage(
      job: record.key.name,
      algorithm: record.spec.algorithm,
      hyperparameters: record.spec.hyperparameters,
      dataset: record.spec.dataset,
      datasetVersion: record.spec.datasetVersion,
      datasetSha256: dataset.sha256,
      codeVersion: parts.codeVersion
    )
    do {
      try await parts.executor.run { try artifact.complete(manifest, lineage) }
    } catch {
      throw StepError("the artifact", error)
    }
    return .finished
  }

  /// Runs a worker to its end, and keeps what it says.
  private func run(_ request: RunTrainingRequest) async throws -> Manifest {
    let worker: WorkerProcess
    do {
      worker = try parts.startWorker()
    } catch {
      throw StepError("\(error)", isRetryable: true)
    }
    parts.metrics.workerStarts.add()
    // It has nothing to lose that is not on disk, and its time is over in any case.
    defer { worker.kill() }
    let buffer = ReportBuffer()
    if record.machine.attemptCount > 1 {
      buffer.add(line: "attempt \(record.machine.attemptCount) goes on from the last checkpoint")
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while true {
          try await Task.sleep(for: JobSteps.reportInterval)
          await keep(buffer)
        }
      }
      let result: Result<Manifest, any Error>
      do {
        result = .success(try await call(worker, request, buffer))
      } catch {
        result = .failure(await explained(error, worker))
      }
      // What was said before the end is kept, whatever the end was, and in its order.
      group.cancelAll()
      while await group.nextResult() != nil {}
      await keep(buffer)
      return try result.get()
    }
  }

  private func call(
    _ worker: WorkerProcess,
    _ request: RunTrainingRequest,
    _ buffer: ReportBuffer
  ) async throws -> Manifest {
    var options = CallOptions(timeout: parts.maximumDuration)
    options.maximumAnswerBytes = Artifact.manifestLimitBytes
    return try await TrainingWorkerClient(worker.channel).runTraining(request, options: options) {
      events in
      for try await response in events {
        switch response.event {
        case .progress(let progress): buffer.add(progress: progress.fraction)
        case .metric(let point): buffer.add(point)
        case .line(let line):
          buffer.add(
            line: line.text,
            timeUnixMicroseconds: line.timeUnixUs == 0
              ? WallClock.nowUnixMicroseconds : line.timeUnixUs
          )
        case .finished(let finished):
          guard let manifest = finished.manifest else {
            throw StepError("the worker finished without a manifest", isRetryable: false)
          }
          return manifest
        case nil: break
        }
      }
      throw StepError("the worker's run ended without a result", isRetryable: true)
    }
  }

  /// What became of a run, in words for the job's owner.
  private func explained(_ error: any Error, _ worker: WorkerProcess) async -> any Error {
    guard !Task.isCancelled, let error = error as? RPCError else { return error }
    switch error.code {
    case .invalidArgument, .failedPrecondition, .outOfRange, .resourceExhausted, .notFound:
      return StepError(error.message, isRetryable: false)
    default: break
    }
    parts.metrics.workerDeaths.add()
    guard error.code == .unavailable else {
      return StepError("the worker failed: \(error.message)", isRetryable: true)
    }
    worker.kill()
    let exit = await worker.exited()
    return StepError(
      "the worker process ended with \(exit); if the data is large, it may have run out of memory "
        + "(worker.address-space)",
      isRetryable: true
    )
  }

  /// To the end, also when the task is cancelled meanwhile. What the disk refuses is lost: a job
  /// does not fail for the numbers that it has shown.
  private func keep(_ buffer: ReportBuffer) async {
    let batch = buffer.take()
    guard !batch.isEmpty else { return }
    do {
      try await uncancelled { [parts, record] in
        try await parts.store.append(
          batch,
          to: record.id,
          nowUnixMicroseconds: WallClock.nowUnixMicroseconds
        )
      }
    } catch {
      Logger(label: "martlet.trainer.jobs").error(
        "what a worker said cannot be kept",
        metadata: ["id": "\(record.id)", "error": "\(error)"]
      )
    }
    parts.signals.changed(record.id)
  }

  /// The job is over: its folder goes, its dataset may.
  func cleanUp() async {
    let (artifact, cache) = (artifact, parts.cache)
    // What stays is removed at the next start.
    try? await parts.executor.run {
      try Folder.remove(artifact.folder)
      try cache.trim()
    }
  }
}

/// Runs `body` to its end, also when the current task is cancelled.
func uncancelled<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  // It is awaited right below: it ends with its caller.
  let task = Task { () -> Result<Value, any Error> in
    do {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }
  return try await task.value.get()
}
