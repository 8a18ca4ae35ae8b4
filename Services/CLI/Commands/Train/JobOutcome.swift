import Protocols

/// How a job ended, for the person who watched it.
enum JobOutcome {
  /// - Throws: `CommandError` unless the job made its model.
  static func check(_ job: TrainingJob) throws(CommandError) {
    switch job.status {
    case .completed: return
    case .failed:
      throw CommandError(
        "the job \(job.name) failed: \(job.failure.isEmpty ? "it did not say why" : job.failure)",
        code: "JOB_FAILED"
      )
    case .stopped, .stopping:
      throw CommandError("the job \(job.name) was stopped; it made no model", code: "JOB_STOPPED")
    case .inProgress, .unspecified, .unrecognized:
      throw CommandError("the job \(job.name) has not ended", exit: .tryAgain)
    }
  }

  static func write(
    _ job: TrainingJob,
    _ metrics: [Metric],
    _ aliases: [String],
    _ out: Terminal
  ) {
    let took =
      job.endedUnixUs > job.startedUnixUs && job.startedUnixUs > 0
      ? " in \(ValueText.duration(.microseconds(job.endedUnixUs - job.startedUnixUs)))" : ""
    let pointers = aliases.isEmpty ? "" : " (\(aliases.joined(separator: ", ")))"
    out.line(out.styled("model \(JobText.model(job))\(pointers)", .bold) + " trained\(took)")
    if !metrics.isEmpty {
      out.line()
      JobText.metrics(metrics.map { ($0.name, $0.value) }).write(to: out)
    }
  }
}
