import FoundationEssentials
import GRDB
import Primitives
import Protocols
import RPC
import TrainerCore
import WireCodec

/// Jobs as rows.
enum JobRows {
  static func row(_ key: JobKey, _ database: Database) throws -> Row? {
    try Row.fetchOne(
      database,
      sql: "SELECT * FROM jobs WHERE account = ? AND name = ?",
      arguments: [key.account, key.name]
    )
  }

  static func job(id: String, _ database: Database) throws -> JobRecord {
    let row = try Row.fetchOne(database, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id])
    guard let row else { throw RPCError(.notFound, "there is no training job with id \(id)") }
    return try record(row, database)
  }

  /// The job that answers a repeated request.
  static func existing(
    _ key: JobKey,
    requested: TrainingSpec,
    _ database: Database
  ) throws -> JobRecord? {
    guard let row = try row(key, database) else { return nil }
    guard try decoded(row["requested"]) == requested else {
      throw RPCError(
        .alreadyExists,
        "a training job \(key.name) was made with another spec; choose another name"
      )
    }
    return try record(row, database)
  }

  static func insert(_ job: NewJob, _ database: Database) throws {
    let columns = Columns(JobMachine().state)
    let now = job.nowUnixMicroseconds
    try database.execute(
      sql: """
        INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, 0, 0, 1, 0)
        """,
      arguments: [
        job.key.account, job.key.name, job.id, blob(job.requested), blob(job.spec),
        columns.status.rawValue, columns.stage.rawValue, columns.progress, columns.failure,
        columns.version, now, now,
      ]
    )
  }

  /// Keeps a machine that has changed, with the times that follow from it.
  static func update(_ record: inout JobRecord, _ now: Int64, _ database: Database) throws {
    record.updatedUnixMicroseconds = now
    record.revision += 1
    if record.startedUnixMicroseconds == 0, record.machine.state != .starting,
      !record.machine.state.isOver
    {
      record.startedUnixMicroseconds = now
    }
    if record.machine.state.isOver { record.endedUnixMicroseconds = now }
    let columns = Columns(record.machine.state)
    try database.execute(
      sql: """
        UPDATE jobs SET status = ?, stage = ?, progress = ?, failure = ?, model_version = ?,
          attempt_count = ?, death_count = ?, failure_count = ?, updated_unix_us = ?,
          started_unix_us = ?, ended_unix_us = ?, revision = ? WHERE id = ?
        """,
      arguments: [
        columns.status.rawValue, columns.stage.rawValue, columns.progress, columns.failure,
        columns.version, record.machine.attemptCount, record.machine.deathCount,
        record.machine.failureCount, now, record.startedUnixMicroseconds,
        record.endedUnixMicroseconds, Int64(record.revision), record.id,
      ]
    )
  }

  static func record(_ row: Row, _ database: Database) throws -> JobRecord {
    let id: String = row["id"]
    let columns = Columns(
      status: JobStatus(rawValue: row["status"]),
      stage: JobStage(rawValue: row["stage"]),
      progress: row["progress"],
      failure: row["failure"],
      version: row["model_version"]
    )
    return JobRecord(
      key: JobKey(account: row["account"], name: row["name"]),
      id: id,
      spec: try decoded(row["spec"]),
      machine: JobMachine(
        try columns.state(),
        attemptCount: row["attempt_count"],
        deathCount: row["death_count"],
        failureCount: row["failure_count"]
      ),
      newestMetrics: try ReportRows.newest(of: id, database),
      createdUnixMicroseconds: row["created_unix_us"],
      updatedUnixMicroseconds: row["updated_unix_us"],
      startedUnixMicroseconds: row["started_unix_us"],
      endedUnixMicroseconds: row["ended_unix_us"],
      running: .microseconds(row["running_us"] as Int64),
      revision: UInt64(row["revision"] as Int64)
    )
  }

  private static func blob(_ spec: TrainingSpec) -> DatabaseValue {
    spec.encoded().withUnsafeBytes { Data($0) }.databaseValue
  }

  private static func decoded(_ blob: Data) throws -> TrainingSpec {
    do {
      return try TrainingSpec(decoding: blob.withUnsafeBytes { Bytes(copying: $0) })
    } catch {
      throw damaged("\(error)")
    }
  }

  fileprivate static func damaged(_ what: String) -> RPCError {
    RPCError(.dataLoss, "the trainer's database is damaged: \(what); restore a backup")
  }
}

/// A state as columns; the numbers are those of the wire.
struct Columns: Equatable {
  var status = JobStatus.inProgress
  var stage = JobStage.unspecified
  var progress = 0.0
  var failure = ""
  var version: UInt32 = 0

  init(_ state: JobMachine.State) {
    switch state {
    case .starting: stage = .starting
    case .downloading: stage = .downloading
    case .training(let progress):
      stage = .training
      self.progress = progress
    case .uploading:
      stage = .uploading
      progress = 1
    case .stopping: status = .stopping
    case .completed(let version):
      status = .completed
      progress = 1
      self.version = version
    case .failed(let words):
      status = .failed
      failure = words
    case .stopped: status = .stopped
    }
  }

  init(status: JobStatus, stage: JobStage, progress: Double, failure: String, version: UInt32) {
    self.status = status
    self.stage = stage
    self.progress = progress
    self.failure = failure
    self.version = version
  }

  func state() throws -> JobMachine.State {
    switch (status, stage) {
    case (.inProgress, .starting): .starting
    case (.inProgress, .downloading): .downloading
    case (.inProgress, .training): .training(progress: progress)
    case (.inProgress, .uploading): .uploading
    case (.stopping, _): .stopping
    case (.completed, _): .completed(version: version)
    case (.failed, _): .failed(words: failure)
    case (.stopped, _): .stopped
    default: throw JobRows.damaged("status \(status.rawValue), stage \(stage.rawValue)")
    }
  }
}
