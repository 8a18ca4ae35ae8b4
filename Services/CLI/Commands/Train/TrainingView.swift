import Protocols

/// What is known of a training job while it is watched: each event in, what is new for the person
/// who watches out. A stream that broke begins anew with what was before; that is no news again.
struct TrainingView: Equatable, Sendable {
  /// Something to say, once.
  enum News: Equatable, Sendable {
    case stage(JobStage)
    /// A worker started again: the job goes on from its checkpoint.
    case resumed(attempt: UInt32)
    /// A tenth of the training is done: 0.1 … 1.
    case progress(Double)
    case metric(MetricPoint)
    case line(String)
    /// The job asked its worker to end.
    case stopping
  }

  struct Curve: Equatable, Sendable {
    var name: String
    var lastStep: UInt64
    var values: [Double]
    /// The step of the newest point that was news.
    var shownStep: UInt64
  }

  private(set) var job: TrainingJob?
  /// In the order of their first points. At most 64 of at most 10 000 points: what a watch replays.
  private(set) var curves: [Curve] = []
  private var saidStage = JobStage.unspecified
  private var saidTenths = 0
  private var saidAttempt: UInt32 = 1
  private var saidStopping = false
  private var lastLine: LogLine?
  private var isReplaying = false

  static let maximumCurves = 64
  static let maximumPoints = 10_000

  /// The job has ended, well or not.
  var isOver: Bool {
    switch job?.status {
    case .completed, .failed, .stopped: true
    case .inProgress, .stopping, .unspecified, .unrecognized, nil: false
    }
  }

  /// The watch broke and begins again: what it replays is known up to where it was.
  mutating func watchesAgain() { isReplaying = true }

  mutating func received(_ event: WatchTrainingJobResponse.Event) -> [News] {
    switch event {
    case .job(let new): return receivedJob(new)
    case .metric(let point): return receivedMetric(point)
    case .line(let line): return receivedLine(line)
    }
  }

  private mutating func receivedJob(_ new: TrainingJob) -> [News] {
    job = new
    var news: [News] = []
    if new.attemptCount > saidAttempt {
      saidAttempt = new.attemptCount
      news.append(.resumed(attempt: new.attemptCount))
    }
    if case .stopping = new.status, !saidStopping {
      saidStopping = true
      news.append(.stopping)
    }
    guard case .inProgress = new.status else { return news }
    if new.stage != saidStage {
      saidStage = new.stage
      news.append(.stage(new.stage))
    }
    // A bound on both sides: the number comes from a peer.
    let tenths = Int((min(1, max(0, new.progress.isFinite ? new.progress : 0)) * 10).rounded(.down))
    if case .training = new.stage, tenths > saidTenths {
      saidTenths = tenths
      news.append(.progress(Double(tenths) / 10))
    }
    return news
  }

  private mutating func receivedMetric(_ point: MetricPoint) -> [News] {
    guard let index = curves.firstIndex(where: { $0.name == point.name }) else {
      guard curves.count < TrainingView.maximumCurves else { return [] }
      curves.append(
        Curve(
          name: point.name,
          lastStep: point.step,
          values: [point.value],
          shownStep: point.step
        )
      )
      return [.metric(point)]
    }
    guard point.step > curves[index].lastStep else {
      if point.step == curves[index].lastStep {
        curves[index].values[curves[index].values.count - 1] = point.value
      }
      return []
    }
    curves[index].lastStep = point.step
    curves[index].values.append(point.value)
    if curves[index].values.count > TrainingView.maximumPoints {
      curves[index].values.removeFirst(TrainingView.maximumPoints / 2)
    }
    // Early steps tell much, later ones less: each line is a quarter further than the one before.
    let shown = curves[index].shownStep
    guard point.step >= shown + max(1, shown / 4) else { return [] }
    curves[index].shownStep = point.step
    return [.metric(point)]
  }

  private mutating func receivedLine(_ line: LogLine) -> [News] {
    if isReplaying, let lastLine {
      if line.timeUnixUs <= lastLine.timeUnixUs { return [] }
      isReplaying = false
    }
    lastLine = line
    return [.line(line.text)]
  }

  /// The curve that tells most while it runs: a loss, else the first metric with two points.
  var mainCurve: Curve? {
    let drawn = curves.filter { $0.values.count > 1 }
    return drawn.first { $0.name.hasSuffix("loss") } ?? drawn.first { $0.name.hasPrefix("train:") }
      ?? drawn.first
  }
}
