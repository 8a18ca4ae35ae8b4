import GRDB
import Primitives
import Protocols

/// Metrics and lines as rows, in one order for each job.
enum ReportRows {
  static func append(
    _ contents: [JobReport.Content],
    to id: String,
    _ database: Database
  ) throws {
    var sequence =
      try Int64.fetchOne(
        database,
        sql: "SELECT last_sequence FROM jobs WHERE id = ?",
        arguments: [id]
      ) ?? 0
    let metric = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?)"
    )
    let newest = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO newest_metrics VALUES (?, ?, ?, ?, ?)"
    )
    let line = try database.cachedStatement(sql: "INSERT INTO lines VALUES (?, ?, ?, ?)")
    for content in contents {
      sequence += 1
      switch content {
      case .metric(let point):
        let step = Int64(clamping: point.step)
        try metric.execute(
          arguments: [id, sequence, point.name, step, point.value, point.timeUnixUs]
        )
        try newest.execute(arguments: [id, point.name, step, point.value, point.timeUnixUs])
      case .line(let text):
        try line.execute(arguments: [id, sequence, text.text, text.timeUnixUs])
      }
    }
    try database.execute(
      sql: "UPDATE jobs SET last_sequence = ? WHERE id = ?",
      arguments: [sequence, id]
    )
    for (table, limit) in [
      ("metrics", JobReportLimits.metricPoints), ("lines", JobReportLimits.lines),
    ] {
      try database.execute(
        sql: """
          DELETE FROM \(table) WHERE job = ? AND sequence <= (
            SELECT sequence FROM \(table) WHERE job = ?
            ORDER BY sequence DESC LIMIT 1 OFFSET ?)
          """,
        arguments: [id, id, limit]
      )
    }
  }

  static func newest(of id: String, _ database: Database) throws -> [MetricPoint] {
    try Row.fetchAll(
      database,
      sql: "SELECT * FROM newest_metrics WHERE job = ? ORDER BY name",
      arguments: [id]
    ).map(point)
  }

  static func reports(
    of id: String,
    after sequence: Int64,
    count: Int,
    _ database: Database
  ) throws -> [JobReport] {
    let metrics = try Row.fetchAll(
      database,
      sql: "SELECT * FROM metrics WHERE job = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      arguments: [id, sequence, count]
    ).map { JobReport(sequence: $0["sequence"], content: .metric(point($0))) }
    let lines = try Row.fetchAll(
      database,
      sql: "SELECT * FROM lines WHERE job = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      arguments: [id, sequence, count]
    ).map {
      JobReport(
        sequence: $0["sequence"],
        content: .line(LogLine(text: $0["text"], timeUnixUs: $0["time_unix_us"]))
      )
    }
    return Array((metrics + lines).sorted { $0.sequence < $1.sequence }.prefix(count))
  }

  private static func point(_ row: Row) -> MetricPoint {
    MetricPoint(
      name: row["name"],
      value: row["value"],
      step: UInt64(row["step"] as Int64),
      timeUnixUs: row["time_unix_us"]
    )
  }
}
