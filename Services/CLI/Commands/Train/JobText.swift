import Protocols

/// Training jobs in words and tables for people.
enum JobText {
  static func status(_ status: JobStatus) -> String {
    switch status {
    case .inProgress: "InProgress"
    case .completed: "Completed"
    case .failed: "Failed"
    case .stopping: "Stopping"
    case .stopped: "Stopped"
    case .unspecified: "Unknown"
    case .unrecognized(let number): "Unknown (\(number))"
    }
  }

  /// The field's words, as JSON has them.
  static func stageName(_ stage: JobStage) -> String {
    switch stage {
    case .pending: "Pending"
    case .starting: "Starting"
    case .downloading: "Downloading"
    case .training: "Training"
    case .uploading: "Uploading"
    case .unspecified: ""
    case .unrecognized(let number): "Unknown (\(number))"
    }
  }

  static func stage(_ stage: JobStage) -> String {
    switch stage {
    case .pending: "waiting for its turn"
    case .starting: "starting"
    case .downloading: "downloading the dataset"
    case .training: "training"
    case .uploading: "storing the model"
    case .unspecified, .unrecognized: "working"
    }
  }

  static func stage(_ job: TrainingJob) -> String {
    if case .inProgress = job.status {
      return [stage(job.stage), queue(job)].filter { !$0.isEmpty }.joined(separator: ", ")
    }
    return status(job.status).lowercased()
  }

  /// What a job waits for; empty when it waits for nothing.
  static func queue(_ job: TrainingJob) -> String {
    guard case .pending = job.stage else { return job.waitsFor }
    let place = job.queuePlace == 0 ? "" : "number \(job.queuePlace) in line"
    return [place, job.waitsFor].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// How far the training is, 0 to 1, whatever the peer's number is.
  static func share(_ job: TrainingJob) -> Double {
    job.progress.isFinite ? min(1, max(0, job.progress)) : 0
  }

  static func list(_ jobs: [TrainingJob]) -> TextTable {
    var table = TextTable([
      .left("JOB"), .left("STATUS"), .left("ALGORITHM"), .left("DATASET"), .left("MODEL"),
      .left("CREATED"),
    ])
    for job in jobs {
      var status = JobText.status(job.status)
      if case .inProgress = job.status { status += " (\(stageName(job.stage)))" }
      table.add([
        job.name, status, job.spec?.algorithm ?? "", dataset(job), model(job),
        ValueText.time(unixMicroseconds: job.createdUnixUs),
      ])
    }
    return table
  }

  static func dataset(_ job: TrainingJob) -> String {
    guard let spec = job.spec else { return "" }
    return spec.datasetVersion == 0 ? spec.dataset : "\(spec.dataset)@\(spec.datasetVersion)"
  }

  static func model(_ job: TrainingJob) -> String {
    let name = job.spec?.model ?? ""
    return job.modelVersion == 0 ? name : "\(name):\(job.modelVersion)"
  }

  static func metrics(_ metrics: [(name: String, value: Double)]) -> TextTable {
    var table = TextTable([.left("METRIC"), .right("VALUE")])
    for metric in metrics { table.add([metric.name, ValueText.number(metric.value, digits: 6)]) }
    return table
  }

  /// Label and value, aligned.
  static func facts(_ facts: [(String, String)]) -> [String] {
    let known = facts.filter { !$0.1.isEmpty }
    let width = known.map(\.0.count).max() ?? 0
    return known.map { label, value in
      "\(label)\(String(repeating: " ", count: width - label.count))  \(value)"
    }
  }
}
