import GRDB
import Persistence
import Primitives
import Protocols
import RPC
import TrainerCore

/// Jobs in SQLite. A job's machine is asked within the transaction that keeps its answer.
struct SQLiteJobStore: JobStore {
  let database: EmbeddedDatabase

  static let migrations: [EmbeddedDatabase.Migration] = [
    .init("1 jobs, metrics, lines") { database in
      try database.execute(
        sql: """
          CREATE TABLE jobs (
            account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
            requested BLOB NOT NULL, spec BLOB NOT NULL,
            status INTEGER NOT NULL, stage INTEGER NOT NULL, progress REAL NOT NULL,
            failure TEXT NOT NULL, model_version INTEGER NOT NULL,
            attempt_count INTEGER NOT NULL, death_count INTEGER NOT NULL,
            failure_count INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
            created_unix_us INTEGER NOT NULL, updated_unix_us INTEGER NOT NULL,
            started_unix_us INTEGER NOT NULL, ended_unix_us INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (account, name)
          ) STRICT;
          CREATE INDEX jobs_by_age ON jobs (account, id);
          CREATE INDEX jobs_by_status ON jobs (status, id);
          CREATE TABLE metrics (
            job TEXT NOT NULL REFERENCES jobs (id), sequence INTEGER NOT NULL,
            name TEXT NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
            time_unix_us INTEGER NOT NULL,
            PRIMARY KEY (job, name, step),
            UNIQUE (job, sequence)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE newest_metrics (
            job TEXT NOT NULL REFERENCES jobs (id), name TEXT NOT NULL,
            step INTEGER NOT NULL, value REAL NOT NULL, time_unix_us INTEGER NOT NULL,
            PRIMARY KEY (job, name)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE lines (
            job TEXT NOT NULL REFERENCES jobs (id), sequence INTEGER NOT NULL,
            text TEXT NOT NULL, time_unix_us INTEGER NOT NULL,
            PRIMARY KEY (job, sequence)
          ) STRICT, WITHOUT ROWID;
          """
      )
    },
    .init("2 running time") { database in
      try database.execute(
        sql: "ALTER TABLE jobs ADD COLUMN running_us INTEGER NOT NULL DEFAULT 0"
      )
    },
  ]

  func create(_ job: NewJob) async throws -> (record: JobRecord, existed: Bool) {
    try await database.write { database in
      if let record = try JobRows.existing(job.key, requested: job.requested, database) {
        return (record, true)
      }
      let unfinished = try Int.fetchOne(
        database,
        sql: "SELECT count(*) FROM jobs WHERE status IN (1, 4)"
      )
      guard unfinished ?? 0 < JobQueue.unfinishedLimit else {
        throw RPCError(
          .resourceExhausted,
          "\(JobQueue.unfinishedLimit) jobs are not over, which is the limit; wait, or stop some",
          retryAfter: .seconds(60)
        )
      }
      try JobRows.insert(job, database)
      return (try JobRows.job(id: job.id, database), false)
    }
  }

  func existing(_ key: JobKey, requested: TrainingSpec) async throws -> JobRecord? {
    try await database.read { try JobRows.existing(key, requested: requested, $0) }
  }

  func job(_ key: JobKey) async throws -> JobRecord {
    try await database.read { database in
      guard let row = try JobRows.row(key, database) else {
        throw RPCError(.notFound, "there is no training job \(key.name)")
      }
      return try JobRows.record(row, database)
    }
  }

  func jobs(of account: String, before: String?, count: Int) async throws -> [JobRecord] {
    try await database.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT * FROM jobs WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?",
        // `g` sorts behind every digit of an id.
        arguments: [account, before ?? "g", count]
      )
      return try rows.map { try JobRows.record($0, database) }
    }
  }

  func unfinished() async throws -> [String] {
    try await database.read { database in
      try String.fetchAll(
        database,
        sql: "SELECT id FROM jobs WHERE status IN (1, 4) ORDER BY id"
      )
    }
  }

  func counts() async throws -> [JobStatus: Int] {
    try await database.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT status, count(*) AS jobs FROM jobs GROUP BY status"
      )
      return rows.reduce(into: [:]) { $0[JobStatus(rawValue: $1["status"])] = $1["jobs"] }
    }
  }

  func arrived(
    _ event: JobEvent,
    at id: String,
    nowUnixMicroseconds: Int64
  ) async throws -> (record: JobRecord, effect: JobEffect) {
    try await database.write { database in
      var record = try JobRows.job(id: id, database)
      let before = record.machine
      let effect = record.machine.arrived(event)
      if record.machine != before {
        try JobRows.update(&record, nowUnixMicroseconds, database)
      }
      return (record, effect)
    }
  }

  func ran(_ time: Duration, at id: String) async throws {
    try await database.write { database in
      try database.execute(
        sql: "UPDATE jobs SET running_us = running_us + ? WHERE id = ?",
        arguments: [time.wholeMicroseconds, id]
      )
    }
  }

  func append(_ batch: ReportBatch, to id: String, nowUnixMicroseconds: Int64) async throws {
    guard !batch.isEmpty else { return }
    try await database.write { database in
      if let progress = batch.progress {
        var record = try JobRows.job(id: id, database)
        let before = record.machine
        _ = record.machine.arrived(.progressed(progress))
        if record.machine != before {
          try JobRows.update(&record, nowUnixMicroseconds, database)
        }
      }
      if !batch.contents.isEmpty { try ReportRows.append(batch.contents, to: id, database) }
    }
  }

  func reports(of id: String, after sequence: Int64, count: Int) async throws -> [JobReport] {
    try await database.read { try ReportRows.reports(of: id, after: sequence, count: count, $0) }
  }
}
