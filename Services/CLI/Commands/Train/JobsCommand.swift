import ArgumentParser
import Primitives
import Protocols

/// `martlet jobs`: the training jobs there are.
struct JobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "Lists training jobs, shows one, or stops one.",
    discussion: """
      Examples:
        martlet jobs
        martlet jobs cars-mpg-20260722-093000-123456
        martlet jobs stop cars-mpg-20260722-093000-123456
      """,
    subcommands: [JobsShowCommand.self, JobsStopCommand.self],
    defaultSubcommand: JobsShowCommand.self
  )
}

/// `martlet jobs [NAME]`.
struct JobsShowCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Lists all jobs, newest first, or shows one.",
    discussion: """
      Examples:
        martlet jobs
        martlet jobs cars-mpg-20260722-093000-123456 --output json
      """
  )

  @Argument(help: "The job; without it all are listed.")
  var name: String?

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    try await console.withSession { session in
      let patience = Patience()
      if let name {
        let answer = try await patience.repeating {
          try await session.trainer.describeTrainingJob(DescribeTrainingJobRequest(name: name))
        }
        guard let job = answer.job else {
          throw CommandError("the trainer answered without the job")
        }
        return try console.present(JobView(job)) { out in Self.write(job, out) }
      }
      let jobs = try await AllPages.read { token in
        let page = try await patience.repeating {
          try await session.trainer.listTrainingJobs(
            ListTrainingJobsRequest(pageSize: AllPages.size, pageToken: token)
          )
        }
        return (page.jobs, page.nextPageToken)
      }
      try console.present(List(jobs: jobs.map { JobView($0) })) { out in
        guard !jobs.isEmpty else {
          return out.line("There are no training jobs yet. Start one: martlet train --help")
        }
        JobText.list(jobs).write(to: out)
      }
    }
  }

  private struct List: Encodable {
    let jobs: [JobView]
  }

  private static func write(_ job: TrainingJob, _ out: Terminal) {
    let spec = job.spec ?? TrainingSpec()
    let settings = spec.hyperparameters.sorted { $0.key < $1.key }
    var status = JobText.status(job.status)
    if case .inProgress = job.status {
      status += ", \(JobText.stage(job))"
      if job.stage != .pending { status += ", \(Int(JobText.share(job) * 100)) %" }
    }
    out.line(out.styled("job \(job.name)", .bold))
    let facts = [
      ("status", status),
      ("failure", job.failure),
      ("algorithm", spec.algorithm),
      ("settings", settings.map { "\($0.key)=\($0.value)" }.joined(separator: " ")),
      ("dataset", JobText.dataset(job)),
      ("label", spec.label),
      ("ignored", spec.ignoredColumns.joined(separator: ", ")),
      ("unknown words", spec.acceptUnknownCategories ? "count as no category" : ""),
      ("held out", spec.validationFraction > 0 ? "\(spec.validationFraction)" : ""),
      ("seed", "\(spec.seed)"),
      ("model", JobText.model(job)),
      ("starts", "\(job.attemptCount)"),
      ("created", ValueText.time(unixMicroseconds: job.createdUnixUs)),
      ("trained for", job.runningUs == 0 ? "" : ValueText.duration(.microseconds(job.runningUs))),
      ("ended", job.endedUnixUs == 0 ? "" : ValueText.time(unixMicroseconds: job.endedUnixUs)),
    ]
    for line in JobText.facts(facts) { out.line(line) }
    guard !job.metrics.isEmpty else { return }
    out.line()
    JobText.metrics(job.metrics.map { ($0.name, $0.value) }).write(to: out)
  }
}

/// `martlet jobs stop NAME`.
struct JobsStopCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Stops a job; what it made so far is given up.",
    discussion: """
      Example:
        martlet jobs stop cars-mpg-20260722-093000-123456
      """
  )

  @Argument(help: "The job.")
  var name: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  /// How long the command waits for the job's worker to end.
  private static let limit = Duration.seconds(30)

  func run(_ console: Console) async throws {
    try await console.withSession { session in
      let patience = Patience()
      let answer = try await patience.repeating {
        try await session.trainer.stopTrainingJob(StopTrainingJobRequest(name: name))
      }
      guard var job = answer.job else {
        throw CommandError("the trainer answered without the job")
      }
      let end = Instant.now + JobsStopCommand.limit
      while job.status == .stopping || job.status == .inProgress, Instant.now < end {
        try await Task.sleep(for: .milliseconds(100))
        let seen = try await patience.repeating {
          try await session.trainer.describeTrainingJob(DescribeTrainingJobRequest(name: name))
        }
        job = seen.job ?? job
      }
      let ended = job
      try console.present(JobView(ended)) { out in
        out.line("job \(ended.name) is \(JobText.status(ended.status))")
      }
    }
  }
}
