import Protocols

/// A training job as JSON shows it.
struct JobView: Encodable, Equatable {
  struct Metric: Encodable, Equatable {
    let name: String
    let value: Double
    /// Of a metric of the job: the step of its newest value.
    let step: UInt64?
  }

  let name: String
  let id: String
  let status: String
  /// Empty unless it is in progress.
  let stage: String
  let progress: Double
  let algorithm: String
  let dataset: String
  let datasetVersion: UInt32
  let label: String
  let ignoredColumns: [String]
  let acceptUnknownCategories: Bool
  let hyperparameters: [String: String]
  let validationFraction: Double
  let seed: UInt64
  let model: String
  /// 0 = nothing yet.
  let modelVersion: UInt32
  let metrics: [Metric]
  let failure: String
  let attemptCount: UInt32
  /// Of a job whose turn it is not: 1 = the next; 0 = it is not in line.
  let queuePlace: UInt32
  /// In words; empty = nothing.
  let waitsFor: String
  /// How long it has trained, without waiting and without times in which the trainer was down.
  let runningUs: Int64
  let createdUnixUs: Int64
  let startedUnixUs: Int64
  let endedUnixUs: Int64

  init(_ job: TrainingJob) {
    let spec = job.spec ?? TrainingSpec()
    name = job.name
    id = job.id
    status = JobText.status(job.status)
    stage = job.status == .inProgress ? JobText.stageName(job.stage) : ""
    progress = job.progress
    algorithm = spec.algorithm
    dataset = spec.dataset
    datasetVersion = spec.datasetVersion
    label = spec.label
    ignoredColumns = spec.ignoredColumns
    acceptUnknownCategories = spec.acceptUnknownCategories
    hyperparameters = spec.hyperparameters
    validationFraction = spec.validationFraction
    seed = spec.seed
    model = spec.model
    modelVersion = job.modelVersion
    metrics = job.metrics.map { Metric(name: $0.name, value: $0.value, step: $0.step) }
    failure = job.failure
    attemptCount = job.attemptCount
    queuePlace = job.queuePlace
    waitsFor = job.waitsFor
    runningUs = Int64(clamping: job.runningUs)
    createdUnixUs = job.createdUnixUs
    startedUnixUs = job.startedUnixUs
    endedUnixUs = job.endedUnixUs
  }
}

/// What `martlet train` prints: the job, and the model that it made.
struct TrainingResult: Encodable {
  let job: JobView
  let version: ModelVersionView?

  init(_ job: TrainingJob, _ version: ModelVersion?) {
    self.job = JobView(job)
    self.version = version.map { ModelVersionView($0) }
  }
}
