// Generated from martlet/training/v1/trainer.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public enum JobStatus: WireEnum {
  case unspecified
  case inProgress
  case completed
  case failed
  case stopping
  case stopped
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .inProgress
    case 2: self = .completed
    case 3: self = .failed
    case 4: self = .stopping
    case 5: self = .stopped
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .inProgress: 1
    case .completed: 2
    case .failed: 3
    case .stopping: 4
    case .stopped: 5
    case .unrecognized(let number): number
    }
  }
}

/// Where a job in progress is.
public enum JobStage: WireEnum {
  case unspecified
  /// Its turn has come, and its first step begins; or its worker ended, and the next try begins
  /// soon.
  case starting
  case downloading
  case training
  case uploading
  /// Waits for its turn: `queue_place` and `waits_for` say more.
  case pending
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .starting
    case 2: self = .downloading
    case 3: self = .training
    case 4: self = .uploading
    case 5: self = .pending
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .starting: 1
    case .downloading: 2
    case .training: 3
    case .uploading: 4
    case .pending: 5
    case .unrecognized(let number): number
    }
  }
}

public enum HyperparameterType: WireEnum {
  case unspecified
  case integer
  case number
  /// One of `choices`.
  case choice
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .integer
    case 2: self = .number
    case 3: self = .choice
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .integer: 1
    case .number: 2
    case .choice: 3
    case .unrecognized(let number): number
    }
  }
}

/// What a job is asked to do. Immutable.
public struct TrainingSpec: CBackedMessage {
  /// `linear-learner`, `kmeans`.
  public var algorithm: String = ""
  public var dataset: String = ""
  /// 0 in a request = the newest; a job has the number.
  public var datasetVersion: UInt32 = 0
  /// The column to predict; empty for algorithms without one.
  public var label: String = ""
  /// Columns that are neither label nor feature.
  public var ignoredColumns: [String] = []
  /// Given ones; a job has all, with the defaults.
  public var hyperparameters: [String: String] = [:]
  /// Share of rows held out for validation, 0 to 0.5; 0 = the algorithm's default.
  public var validationFraction: Double = 0
  public var seed: UInt64 = 0
  /// The model that gets the version.
  public var model: String = ""
  /// Aliases for the version.
  public var aliases: [String] = []
  /// The model takes words that it does not know, as no category; else it refuses them.
  public var acceptUnknownCategories: Bool = false

  public init() {}

  public init(
    algorithm: String = "",
    dataset: String = "",
    datasetVersion: UInt32 = 0,
    label: String = "",
    ignoredColumns: [String] = [],
    hyperparameters: [String: String] = [:],
    validationFraction: Double = 0,
    seed: UInt64 = 0,
    model: String = "",
    aliases: [String] = [],
    acceptUnknownCategories: Bool = false
  ) {
    self.algorithm = algorithm
    self.dataset = dataset
    self.datasetVersion = datasetVersion
    self.label = label
    self.ignoredColumns = ignoredColumns
    self.hyperparameters = hyperparameters
    self.validationFraction = validationFraction
    self.seed = seed
    self.model = model
    self.aliases = aliases
    self.acceptUnknownCategories = acceptUnknownCategories
  }

  public static let messageName = "martlet.training.v1.TrainingSpec"

  public var description: String {
    var text = MessageDescription("TrainingSpec")
    text.add("algorithm", self.algorithm)
    text.add("dataset", self.dataset)
    text.add("datasetVersion", self.datasetVersion)
    text.add("label", self.label)
    text.add("ignoredColumns", self.ignoredColumns)
    text.add("hyperparameters", self.hyperparameters)
    text.add("validationFraction", self.validationFraction)
    text.add("seed", self.seed)
    text.add("model", self.model)
    text.add("aliases", self.aliases)
    text.add("acceptUnknownCategories", self.acceptUnknownCategories)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__TrainingSpec>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__training_spec__init($0.assumingMemoryBound(to: Martlet__Training__V1__TrainingSpec.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__TrainingSpec.self)
    self.algorithm = Unpacked.text(c.pointee.algorithm)
    self.dataset = Unpacked.text(c.pointee.dataset)
    self.datasetVersion = c.pointee.dataset_version
    self.label = Unpacked.text(c.pointee.label)
    self.ignoredColumns = Unpacked.texts(c.pointee.ignored_columns, c.pointee.n_ignored_columns)
    self.hyperparameters = Unpacked.map(c.pointee.hyperparameters, c.pointee.n_hyperparameters) { entry in (Unpacked.text(entry.pointee.key), Unpacked.text(entry.pointee.value)) }
    self.validationFraction = c.pointee.validation_fraction
    self.seed = c.pointee.seed
    self.model = Unpacked.text(c.pointee.model)
    self.aliases = Unpacked.texts(c.pointee.aliases, c.pointee.n_aliases)
    self.acceptUnknownCategories = c.pointee.accept_unknown_categories != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__TrainingSpec.self)
    martlet__training__v1__training_spec__init(c)
    if !self.algorithm.isEmpty {
      c.pointee.algorithm = arena.text(self.algorithm)
    }
    if !self.dataset.isEmpty {
      c.pointee.dataset = arena.text(self.dataset)
    }
    c.pointee.dataset_version = self.datasetVersion
    if !self.label.isEmpty {
      c.pointee.label = arena.text(self.label)
    }
    if !self.ignoredColumns.isEmpty {
      c.pointee.n_ignored_columns = self.ignoredColumns.count
      c.pointee.ignored_columns = arena.texts(self.ignoredColumns)
    }
    if !self.hyperparameters.isEmpty {
      c.pointee.n_hyperparameters = self.hyperparameters.count
      c.pointee.hyperparameters = arena.entries(self.hyperparameters, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Training__V1__TrainingSpec__HyperparametersEntry>, key, value) in
        martlet__training__v1__training_spec__hyperparameters_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = arena.text(value)
      }
    }
    c.pointee.validation_fraction = self.validationFraction
    c.pointee.seed = self.seed
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    if !self.aliases.isEmpty {
      c.pointee.n_aliases = self.aliases.count
      c.pointee.aliases = arena.texts(self.aliases)
    }
    c.pointee.accept_unknown_categories = self.acceptUnknownCategories ? 1 : 0
  }
}

public struct MetricPoint: CBackedMessage {
  /// `train:loss`, `validation:rmse`, …
  public var name: String = ""
  public var value: Double = 0
  /// Iteration or epoch, from 1.
  public var step: UInt64 = 0
  public var timeUnixUs: Int64 = 0

  public init() {}

  public init(
    name: String = "",
    value: Double = 0,
    step: UInt64 = 0,
    timeUnixUs: Int64 = 0
  ) {
    self.name = name
    self.value = value
    self.step = step
    self.timeUnixUs = timeUnixUs
  }

  public static let messageName = "martlet.training.v1.MetricPoint"

  public var description: String {
    var text = MessageDescription("MetricPoint")
    text.add("name", self.name)
    text.add("value", self.value)
    text.add("step", self.step)
    text.add("timeUnixUs", self.timeUnixUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__MetricPoint>.size,
  ) {
    martlet__training__v1__metric_point__init($0.assumingMemoryBound(to: Martlet__Training__V1__MetricPoint.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__MetricPoint.self)
    self.name = Unpacked.text(c.pointee.name)
    self.value = c.pointee.value
    self.step = c.pointee.step
    self.timeUnixUs = c.pointee.time_unix_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__MetricPoint.self)
    martlet__training__v1__metric_point__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.value = self.value
    c.pointee.step = self.step
    c.pointee.time_unix_us = self.timeUnixUs
  }
}

public struct TrainingJob: CBackedMessage {
  public var name: String = ""
  /// UUIDv7.
  public var id: String = ""
  public var spec: TrainingSpec? = nil
  public var status: JobStatus = JobStatus()
  public var stage: JobStage = JobStage()
  /// 0 to 1 of the stage Training.
  public var progress: Double = 0
  /// The newest of each name.
  public var metrics: [MetricPoint] = []
  /// Why it failed, in words.
  public var failure: String = ""
  /// What it made; 0 = nothing yet.
  public var modelVersion: UInt32 = 0
  /// Starts of a worker: above 1 it went on after a crash.
  public var attemptCount: UInt32 = 0
  public var createdUnixUs: Int64 = 0
  public var updatedUnixUs: Int64 = 0
  public var startedUnixUs: Int64 = 0
  public var endedUnixUs: Int64 = 0
  public var revision: UInt64 = 0
  /// Of a pending job its place among those that wait, 1 = the next; else 0.
  public var queuePlace: UInt32 = 0
  /// What it waits for, in words: its turn, or the next try after a failure; empty = nothing.
  public var waitsFor: String = ""
  /// What counts against the limit of a job's time: since its turn came, without the time in the
  /// queue and without that in which the trainer was not running.
  public var runningUs: Int64 = 0

  public init() {}

  public init(
    name: String = "",
    id: String = "",
    spec: TrainingSpec? = nil,
    status: JobStatus = JobStatus(),
    stage: JobStage = JobStage(),
    progress: Double = 0,
    metrics: [MetricPoint] = [],
    failure: String = "",
    modelVersion: UInt32 = 0,
    attemptCount: UInt32 = 0,
    createdUnixUs: Int64 = 0,
    updatedUnixUs: Int64 = 0,
    startedUnixUs: Int64 = 0,
    endedUnixUs: Int64 = 0,
    revision: UInt64 = 0,
    queuePlace: UInt32 = 0,
    waitsFor: String = "",
    runningUs: Int64 = 0
  ) {
    self.name = name
    self.id = id
    self.spec = spec
    self.status = status
    self.stage = stage
    self.progress = progress
    self.metrics = metrics
    self.failure = failure
    self.modelVersion = modelVersion
    self.attemptCount = attemptCount
    self.createdUnixUs = createdUnixUs
    self.updatedUnixUs = updatedUnixUs
    self.startedUnixUs = startedUnixUs
    self.endedUnixUs = endedUnixUs
    self.revision = revision
    self.queuePlace = queuePlace
    self.waitsFor = waitsFor
    self.runningUs = runningUs
  }

  public static let messageName = "martlet.training.v1.TrainingJob"

  public var description: String {
    var text = MessageDescription("TrainingJob")
    text.add("name", self.name)
    text.add("id", self.id)
    text.add("spec", self.spec)
    text.add("status", self.status)
    text.add("stage", self.stage)
    text.add("progress", self.progress)
    text.add("metrics", self.metrics)
    text.add("failure", self.failure)
    text.add("modelVersion", self.modelVersion)
    text.add("attemptCount", self.attemptCount)
    text.add("createdUnixUs", self.createdUnixUs)
    text.add("updatedUnixUs", self.updatedUnixUs)
    text.add("startedUnixUs", self.startedUnixUs)
    text.add("endedUnixUs", self.endedUnixUs)
    text.add("revision", self.revision)
    text.add("queuePlace", self.queuePlace)
    text.add("waitsFor", self.waitsFor)
    text.add("runningUs", self.runningUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__TrainingJob>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__training_job__init($0.assumingMemoryBound(to: Martlet__Training__V1__TrainingJob.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__TrainingJob.self)
    self.name = Unpacked.text(c.pointee.name)
    self.id = Unpacked.text(c.pointee.id)
    self.spec = Unpacked.message(c.pointee.spec, source) as TrainingSpec?
    self.status = JobStatus(rawValue: Int32(truncatingIfNeeded: c.pointee.status.rawValue))
    self.stage = JobStage(rawValue: Int32(truncatingIfNeeded: c.pointee.stage.rawValue))
    self.progress = c.pointee.progress
    self.metrics = Unpacked.messages(c.pointee.metrics, c.pointee.n_metrics, source)
    self.failure = Unpacked.text(c.pointee.failure)
    self.modelVersion = c.pointee.model_version
    self.attemptCount = c.pointee.attempt_count
    self.createdUnixUs = c.pointee.created_unix_us
    self.updatedUnixUs = c.pointee.updated_unix_us
    self.startedUnixUs = c.pointee.started_unix_us
    self.endedUnixUs = c.pointee.ended_unix_us
    self.revision = c.pointee.revision
    self.queuePlace = c.pointee.queue_place
    self.waitsFor = Unpacked.text(c.pointee.waits_for)
    self.runningUs = c.pointee.running_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__TrainingJob.self)
    martlet__training__v1__training_job__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    if let value = self.spec {
      c.pointee.spec = arena.message(value)
    }
    c.pointee.status = .init(rawValue: .init(truncatingIfNeeded: self.status.rawValue))
    c.pointee.stage = .init(rawValue: .init(truncatingIfNeeded: self.stage.rawValue))
    c.pointee.progress = self.progress
    if !self.metrics.isEmpty {
      c.pointee.n_metrics = self.metrics.count
      c.pointee.metrics = arena.messages(self.metrics)
    }
    if !self.failure.isEmpty {
      c.pointee.failure = arena.text(self.failure)
    }
    c.pointee.model_version = self.modelVersion
    c.pointee.attempt_count = self.attemptCount
    c.pointee.created_unix_us = self.createdUnixUs
    c.pointee.updated_unix_us = self.updatedUnixUs
    c.pointee.started_unix_us = self.startedUnixUs
    c.pointee.ended_unix_us = self.endedUnixUs
    c.pointee.revision = self.revision
    c.pointee.queue_place = self.queuePlace
    if !self.waitsFor.isEmpty {
      c.pointee.waits_for = arena.text(self.waitsFor)
    }
    c.pointee.running_us = self.runningUs
  }
}

public struct CreateTrainingJobRequest: CBackedMessage {
  /// Empty: the trainer makes one from the algorithm and the time.
  public var name: String = ""
  public var spec: TrainingSpec? = nil

  public init() {}

  public init(
    name: String = "",
    spec: TrainingSpec? = nil
  ) {
    self.name = name
    self.spec = spec
  }

  public static let messageName = "martlet.training.v1.CreateTrainingJobRequest"

  public var description: String {
    var text = MessageDescription("CreateTrainingJobRequest")
    text.add("name", self.name)
    text.add("spec", self.spec)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__CreateTrainingJobRequest>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__create_training_job_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__CreateTrainingJobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__CreateTrainingJobRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.spec = Unpacked.message(c.pointee.spec, source) as TrainingSpec?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__CreateTrainingJobRequest.self)
    martlet__training__v1__create_training_job_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if let value = self.spec {
      c.pointee.spec = arena.message(value)
    }
  }
}

public struct CreateTrainingJobResponse: CBackedMessage {
  public var job: TrainingJob? = nil
  public var existed: Bool = false

  public init() {}

  public init(
    job: TrainingJob? = nil,
    existed: Bool = false
  ) {
    self.job = job
    self.existed = existed
  }

  public static let messageName = "martlet.training.v1.CreateTrainingJobResponse"

  public var description: String {
    var text = MessageDescription("CreateTrainingJobResponse")
    text.add("job", self.job)
    text.add("existed", self.existed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__CreateTrainingJobResponse>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__create_training_job_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__CreateTrainingJobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__CreateTrainingJobResponse.self)
    self.job = Unpacked.message(c.pointee.job, source) as TrainingJob?
    self.existed = c.pointee.existed != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__CreateTrainingJobResponse.self)
    martlet__training__v1__create_training_job_response__init(c)
    if let value = self.job {
      c.pointee.job = arena.message(value)
    }
    c.pointee.existed = self.existed ? 1 : 0
  }
}

public struct DescribeTrainingJobRequest: CBackedMessage {
  public var name: String = ""

  public init() {}

  public init(
    name: String = ""
  ) {
    self.name = name
  }

  public static let messageName = "martlet.training.v1.DescribeTrainingJobRequest"

  public var description: String {
    var text = MessageDescription("DescribeTrainingJobRequest")
    text.add("name", self.name)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__DescribeTrainingJobRequest>.size,
  ) {
    martlet__training__v1__describe_training_job_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__DescribeTrainingJobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__DescribeTrainingJobRequest.self)
    self.name = Unpacked.text(c.pointee.name)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__DescribeTrainingJobRequest.self)
    martlet__training__v1__describe_training_job_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
  }
}

public struct DescribeTrainingJobResponse: CBackedMessage {
  public var job: TrainingJob? = nil

  public init() {}

  public init(
    job: TrainingJob? = nil
  ) {
    self.job = job
  }

  public static let messageName = "martlet.training.v1.DescribeTrainingJobResponse"

  public var description: String {
    var text = MessageDescription("DescribeTrainingJobResponse")
    text.add("job", self.job)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__DescribeTrainingJobResponse>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__describe_training_job_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__DescribeTrainingJobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__DescribeTrainingJobResponse.self)
    self.job = Unpacked.message(c.pointee.job, source) as TrainingJob?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__DescribeTrainingJobResponse.self)
    martlet__training__v1__describe_training_job_response__init(c)
    if let value = self.job {
      c.pointee.job = arena.message(value)
    }
  }
}

public struct ListTrainingJobsRequest: CBackedMessage {
  public var pageSize: UInt32 = 0
  public var pageToken: String = ""

  public init() {}

  public init(
    pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public static let messageName = "martlet.training.v1.ListTrainingJobsRequest"

  public var description: String {
    var text = MessageDescription("ListTrainingJobsRequest")
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__ListTrainingJobsRequest>.size,
  ) {
    martlet__training__v1__list_training_jobs_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__ListTrainingJobsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListTrainingJobsRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListTrainingJobsRequest.self)
    martlet__training__v1__list_training_jobs_request__init(c)
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListTrainingJobsResponse: CBackedMessage {
  /// Newest first.
  public var jobs: [TrainingJob] = []
  public var nextPageToken: String = ""

  public init() {}

  public init(
    jobs: [TrainingJob] = [],
    nextPageToken: String = ""
  ) {
    self.jobs = jobs
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.training.v1.ListTrainingJobsResponse"

  public var description: String {
    var text = MessageDescription("ListTrainingJobsResponse")
    text.add("jobs", self.jobs)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__ListTrainingJobsResponse>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__list_training_jobs_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__ListTrainingJobsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListTrainingJobsResponse.self)
    self.jobs = Unpacked.messages(c.pointee.jobs, c.pointee.n_jobs, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListTrainingJobsResponse.self)
    martlet__training__v1__list_training_jobs_response__init(c)
    if !self.jobs.isEmpty {
      c.pointee.n_jobs = self.jobs.count
      c.pointee.jobs = arena.messages(self.jobs)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}

public struct StopTrainingJobRequest: CBackedMessage {
  public var name: String = ""

  public init() {}

  public init(
    name: String = ""
  ) {
    self.name = name
  }

  public static let messageName = "martlet.training.v1.StopTrainingJobRequest"

  public var description: String {
    var text = MessageDescription("StopTrainingJobRequest")
    text.add("name", self.name)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__StopTrainingJobRequest>.size,
  ) {
    martlet__training__v1__stop_training_job_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__StopTrainingJobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__StopTrainingJobRequest.self)
    self.name = Unpacked.text(c.pointee.name)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__StopTrainingJobRequest.self)
    martlet__training__v1__stop_training_job_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
  }
}

public struct StopTrainingJobResponse: CBackedMessage {
  public var job: TrainingJob? = nil

  public init() {}

  public init(
    job: TrainingJob? = nil
  ) {
    self.job = job
  }

  public static let messageName = "martlet.training.v1.StopTrainingJobResponse"

  public var description: String {
    var text = MessageDescription("StopTrainingJobResponse")
    text.add("job", self.job)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__StopTrainingJobResponse>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__stop_training_job_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__StopTrainingJobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__StopTrainingJobResponse.self)
    self.job = Unpacked.message(c.pointee.job, source) as TrainingJob?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__StopTrainingJobResponse.self)
    martlet__training__v1__stop_training_job_response__init(c)
    if let value = self.job {
      c.pointee.job = arena.message(value)
    }
  }
}

public struct WatchTrainingJobRequest: CBackedMessage {
  public var name: String = ""

  public init() {}

  public init(
    name: String = ""
  ) {
    self.name = name
  }

  public static let messageName = "martlet.training.v1.WatchTrainingJobRequest"

  public var description: String {
    var text = MessageDescription("WatchTrainingJobRequest")
    text.add("name", self.name)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__WatchTrainingJobRequest>.size,
  ) {
    martlet__training__v1__watch_training_job_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__WatchTrainingJobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__WatchTrainingJobRequest.self)
    self.name = Unpacked.text(c.pointee.name)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__WatchTrainingJobRequest.self)
    martlet__training__v1__watch_training_job_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
  }
}

/// What happened, in order. The first is always the job as it is, the last the job as it ended.
/// Metrics and lines from before the watch are replayed, at most the newest 10 000 and 1 000.
public struct WatchTrainingJobResponse: CBackedMessage {
  public var event: Event?

  public enum Event: Sendable, Equatable {
    case job(TrainingJob)
    case metric(MetricPoint)
    case line(LogLine)
  }

  public init() {}

  public init(
    event: Event? = nil
  ) {
    self.event = event
  }

  public static let messageName = "martlet.training.v1.WatchTrainingJobResponse"

  public var description: String {
    var text = MessageDescription("WatchTrainingJobResponse")
    switch self.event {
    case .job(let value)?: text.addChosen("job", value)
    case .metric(let value)?: text.addChosen("metric", value)
    case .line(let value)?: text.addChosen("line", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__WatchTrainingJobResponse>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__watch_training_job_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__WatchTrainingJobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__WatchTrainingJobResponse.self)
    switch c.pointee.event_case.rawValue {
    case 1:
      self.event = (Unpacked.message(c.pointee.job, source) as TrainingJob?).map { .job($0) }
    case 2:
      self.event = (Unpacked.message(c.pointee.metric, source) as MetricPoint?).map { .metric($0) }
    case 3:
      self.event = (Unpacked.message(c.pointee.line, source) as LogLine?).map { .line($0) }
    default: self.event = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__WatchTrainingJobResponse.self)
    martlet__training__v1__watch_training_job_response__init(c)
    switch self.event {
    case .job(let value)?:
      c.pointee.event_case = .init(rawValue: 1)
      c.pointee.job = arena.message(value)
    case .metric(let value)?:
      c.pointee.event_case = .init(rawValue: 2)
      c.pointee.metric = arena.message(value)
    case .line(let value)?:
      c.pointee.event_case = .init(rawValue: 3)
      c.pointee.line = arena.message(value)
    case nil: break
    }
  }
}

public struct LogLine: CBackedMessage {
  public var text: String = ""
  public var timeUnixUs: Int64 = 0

  public init() {}

  public init(
    text: String = "",
    timeUnixUs: Int64 = 0
  ) {
    self.text = text
    self.timeUnixUs = timeUnixUs
  }

  public static let messageName = "martlet.training.v1.LogLine"

  public var description: String {
    var text = MessageDescription("LogLine")
    text.add("text", self.text)
    text.add("timeUnixUs", self.timeUnixUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__LogLine>.size,
  ) {
    martlet__training__v1__log_line__init($0.assumingMemoryBound(to: Martlet__Training__V1__LogLine.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__LogLine.self)
    self.text = Unpacked.text(c.pointee.text)
    self.timeUnixUs = c.pointee.time_unix_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__LogLine.self)
    martlet__training__v1__log_line__init(c)
    if !self.text.isEmpty {
      c.pointee.text = arena.text(self.text)
    }
    c.pointee.time_unix_us = self.timeUnixUs
  }
}

public struct HyperparameterDescription: CBackedMessage {
  public var name: String = ""
  public var type: HyperparameterType = HyperparameterType()
  /// Of integers and numbers; both ends are allowed.
  public var minimum: Double = 0
  public var maximum: Double = 0
  public var choices: [String] = []
  /// As a user would write it.
  public var defaultValue: String = ""
  /// For people, one line.
  public var doc: String = ""

  public init() {}

  public init(
    name: String = "",
    type: HyperparameterType = HyperparameterType(),
    minimum: Double = 0,
    maximum: Double = 0,
    choices: [String] = [],
    defaultValue: String = "",
    doc: String = ""
  ) {
    self.name = name
    self.type = type
    self.minimum = minimum
    self.maximum = maximum
    self.choices = choices
    self.defaultValue = defaultValue
    self.doc = doc
  }

  public static let messageName = "martlet.training.v1.HyperparameterDescription"

  public var description: String {
    var text = MessageDescription("HyperparameterDescription")
    text.add("name", self.name)
    text.add("type", self.type)
    text.add("minimum", self.minimum)
    text.add("maximum", self.maximum)
    text.add("choices", self.choices)
    text.add("defaultValue", self.defaultValue)
    text.add("doc", self.doc)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__HyperparameterDescription>.size,
  ) {
    martlet__training__v1__hyperparameter_description__init($0.assumingMemoryBound(to: Martlet__Training__V1__HyperparameterDescription.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__HyperparameterDescription.self)
    self.name = Unpacked.text(c.pointee.name)
    self.type = HyperparameterType(rawValue: Int32(truncatingIfNeeded: c.pointee.type.rawValue))
    self.minimum = c.pointee.minimum
    self.maximum = c.pointee.maximum
    self.choices = Unpacked.texts(c.pointee.choices, c.pointee.n_choices)
    self.defaultValue = Unpacked.text(c.pointee.default_value)
    self.doc = Unpacked.text(c.pointee.doc)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__HyperparameterDescription.self)
    martlet__training__v1__hyperparameter_description__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.type = .init(rawValue: .init(truncatingIfNeeded: self.type.rawValue))
    c.pointee.minimum = self.minimum
    c.pointee.maximum = self.maximum
    if !self.choices.isEmpty {
      c.pointee.n_choices = self.choices.count
      c.pointee.choices = arena.texts(self.choices)
    }
    if !self.defaultValue.isEmpty {
      c.pointee.default_value = arena.text(self.defaultValue)
    }
    if !self.doc.isEmpty {
      c.pointee.doc = arena.text(self.doc)
    }
  }
}

public struct AlgorithmDescription: CBackedMessage {
  public var name: String = ""
  /// For people, one line.
  public var doc: String = ""
  /// The manifest's word: `regression`, `clustering`.
  public var task: String = ""
  /// Whether a spec names a label: a column of numbers.
  public var needsLabel: Bool = false
  public var hyperparameters: [HyperparameterDescription] = []

  public init() {}

  public init(
    name: String = "",
    doc: String = "",
    task: String = "",
    needsLabel: Bool = false,
    hyperparameters: [HyperparameterDescription] = []
  ) {
    self.name = name
    self.doc = doc
    self.task = task
    self.needsLabel = needsLabel
    self.hyperparameters = hyperparameters
  }

  public static let messageName = "martlet.training.v1.AlgorithmDescription"

  public var description: String {
    var text = MessageDescription("AlgorithmDescription")
    text.add("name", self.name)
    text.add("doc", self.doc)
    text.add("task", self.task)
    text.add("needsLabel", self.needsLabel)
    text.add("hyperparameters", self.hyperparameters)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__AlgorithmDescription>.size,
  ) {
    martlet__training__v1__algorithm_description__init($0.assumingMemoryBound(to: Martlet__Training__V1__AlgorithmDescription.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__AlgorithmDescription.self)
    self.name = Unpacked.text(c.pointee.name)
    self.doc = Unpacked.text(c.pointee.doc)
    self.task = Unpacked.text(c.pointee.task)
    self.needsLabel = c.pointee.needs_label != 0
    self.hyperparameters = Unpacked.messages(c.pointee.hyperparameters, c.pointee.n_hyperparameters, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__AlgorithmDescription.self)
    martlet__training__v1__algorithm_description__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.doc.isEmpty {
      c.pointee.doc = arena.text(self.doc)
    }
    if !self.task.isEmpty {
      c.pointee.task = arena.text(self.task)
    }
    c.pointee.needs_label = self.needsLabel ? 1 : 0
    if !self.hyperparameters.isEmpty {
      c.pointee.n_hyperparameters = self.hyperparameters.count
      c.pointee.hyperparameters = arena.messages(self.hyperparameters)
    }
  }
}

public struct ListAlgorithmsRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.training.v1.ListAlgorithmsRequest"

  public var description: String {
    let text = MessageDescription("ListAlgorithmsRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__ListAlgorithmsRequest>.size,
  ) {
    martlet__training__v1__list_algorithms_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__ListAlgorithmsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListAlgorithmsRequest.self)
    martlet__training__v1__list_algorithms_request__init(c)
  }
}

public struct ListAlgorithmsResponse: CBackedMessage {
  public var algorithms: [AlgorithmDescription] = []

  public init() {}

  public init(
    algorithms: [AlgorithmDescription] = []
  ) {
    self.algorithms = algorithms
  }

  public static let messageName = "martlet.training.v1.ListAlgorithmsResponse"

  public var description: String {
    var text = MessageDescription("ListAlgorithmsResponse")
    text.add("algorithms", self.algorithms)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__ListAlgorithmsResponse>.size,
  ) {
    martlet__training__v1__list_algorithms_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__ListAlgorithmsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListAlgorithmsResponse.self)
    self.algorithms = Unpacked.messages(c.pointee.algorithms, c.pointee.n_algorithms, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__ListAlgorithmsResponse.self)
    martlet__training__v1__list_algorithms_response__init(c)
    if !self.algorithms.isEmpty {
      c.pointee.n_algorithms = self.algorithms.count
      c.pointee.algorithms = arena.messages(self.algorithms)
    }
  }
}
