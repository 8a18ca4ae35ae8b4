import Protocols
import TrainerCore

/// Where jobs are kept: what a method has answered is on disk. Calls may come from any task.
protocol JobStore: Sendable {
  /// Makes a job, or answers with the one that has this name and was asked for in the same words.
  /// - Throws: ALREADY_EXISTS for one with the same name and another request, RESOURCE_EXHAUSTED
  ///   when `JobQueue.unfinishedLimit` jobs are not over yet.
  func create(_ job: NewJob) async throws -> (record: JobRecord, existed: Bool)

  /// The job that `create` would answer with for this name and request; nil where there is none.
  /// - Throws: ALREADY_EXISTS as `create`.
  func existing(_ key: JobKey, requested: TrainingSpec) async throws -> JobRecord?

  /// - Throws: NOT_FOUND.
  func job(_ key: JobKey) async throws -> JobRecord

  /// Newest first, those before `before` (an id) only.
  func jobs(of account: String, before: String?, count: Int) async throws -> [JobRecord]

  /// Ids of the jobs that are not over, oldest first.
  func unfinished() async throws -> [String]

  /// How many jobs there are in each status, over all accounts.
  func counts() async throws -> [JobStatus: Int]

  /// Tells a job's machine what happened, in one transaction, and answers what is to be done.
  func arrived(
    _ event: JobEvent,
    at id: String,
    nowUnixMicroseconds: Int64
  ) async throws -> (record: JobRecord, effect: JobEffect)

  /// Keeps that a job has run for so much longer.
  func ran(_ time: Duration, at id: String) async throws

  /// Keeps what a worker said. A metric that is there with its step already is replaced: an attempt
  /// that goes on from a checkpoint says again what came after it. The newest
  /// `JobReportLimits` are kept.
  func append(_ batch: ReportBatch, to id: String, nowUnixMicroseconds: Int64) async throws

  /// What a worker said after `sequence`, in order.
  func reports(of id: String, after sequence: Int64, count: Int) async throws -> [JobReport]
}

enum JobReportLimits {
  static let metricPoints = 10_000
  static let lines = 1000
  /// Bytes of one line; what is longer is cut.
  static let lineBytes = 4096
}
