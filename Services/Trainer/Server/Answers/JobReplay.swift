import Primitives
import Protocols
import RPC
import RPCRuntime
import TrainerCore

/// What a watcher of a job is told: the job, all that is kept of what its workers said, then every
/// change. All of it is read from the store, so a slow watcher holds nothing in memory; it sees the
/// newest state of the job, not every one between.
struct JobReplay {
  /// Reports that are read at a time.
  private static let pageCount = 500

  let parts: TrainerParts
  let key: JobKey
  let id: String

  /// Returns when the job is over and everything was told.
  func run(to responses: ResponseWriter<WatchTrainingJobResponse>) async throws {
    let watch = try parts.signals.watch(id)
    defer { watch.leave() }
    var sequence: Int64 = 0
    var told: TrainingJob?
    for await _ in watch.changes {
      let record = try await parts.store.job(key)
      let job = parts.told(record)
      if told == nil { try await responses.write(.init(event: .job(job))) }
      // What a worker said was kept before its job's end was, so all of it is found here.
      sequence = try await tellReports(after: sequence, to: responses)
      let isChange = told != nil && told != job
      // The last word is the job's, also of one that was over before the watch began.
      let isOverBefore = told == nil && record.machine.state.isOver && sequence > 0
      if isChange || isOverBefore {
        try await responses.write(.init(event: .job(job)))
      }
      told = job
      if record.machine.state.isOver { return }
    }
    try Task.checkCancellation()
    throw RPCError(.unavailable, "the trainer ends; watch again", retryAfter: .seconds(1))
  }

  private func tellReports(
    after start: Int64,
    to responses: ResponseWriter<WatchTrainingJobResponse>
  ) async throws -> Int64 {
    var sequence = start
    while true {
      let reports = try await parts.store.reports(
        of: id,
        after: sequence,
        count: JobReplay.pageCount
      )
      for report in reports {
        switch report.content {
        case .metric(let point): try await responses.write(.init(event: .metric(point)))
        case .line(let line): try await responses.write(.init(event: .line(line)))
        }
        sequence = report.sequence
      }
      if reports.count < JobReplay.pageCount { return sequence }
    }
  }
}
