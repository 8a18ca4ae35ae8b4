import Primitives
import Protocols
import TrainerCore

/// A job as it is kept.
struct JobRecord: Sendable, Equatable {
  let key: JobKey
  /// UUIDv7; unique over all accounts.
  let id: String
  /// With the dataset's version and all hyperparameters.
  let spec: TrainingSpec
  var machine: JobMachine
  /// The newest point of each metric, by name.
  var newestMetrics: [MetricPoint]
  let createdUnixMicroseconds: Int64
  var updatedUnixMicroseconds: Int64
  /// When it first had a place to run; 0 before.
  var startedUnixMicroseconds: Int64
  /// When it was over; 0 before.
  var endedUnixMicroseconds: Int64
  /// The time that counts against its limit, as far as it is kept.
  var running: Duration
  /// Rises with every change that is kept, but for that of `running` alone.
  var revision: UInt64
}

/// A job that is to be made.
struct NewJob: Sendable {
  let key: JobKey
  let id: String
  /// As it was asked for: what a repetition is compared with.
  let requested: TrainingSpec
  let spec: TrainingSpec
  let nowUnixMicroseconds: Int64
}

/// What a worker said while it ran, with its place in the job's order.
struct JobReport: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    case metric(MetricPoint)
    case line(LogLine)
  }

  let sequence: Int64
  let content: Content
}

/// What came from a worker since the last time it was kept.
struct ReportBatch: Sendable, Equatable {
  var contents: [JobReport.Content] = []
  var progress: Double?

  var isEmpty: Bool { contents.isEmpty && progress == nil }
}
