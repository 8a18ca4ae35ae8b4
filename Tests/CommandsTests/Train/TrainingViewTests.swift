import Protocols
import Testing

@testable import Commands

@Suite("What is said of a job while it is watched")
struct TrainingViewTests {
  private static func job(
    status: JobStatus = .inProgress,
    stage: JobStage = .training,
    progress: Double = 0,
    attempts: UInt32 = 1
  ) -> WatchTrainingJobResponse.Event {
    .job(
      TrainingJob(
        name: "j",
        status: status,
        stage: stage,
        progress: progress,
        attemptCount: attempts
      )
    )
  }

  private static func metric(_ step: UInt64, _ value: Double) -> WatchTrainingJobResponse.Event {
    .metric(MetricPoint(name: "train:loss", value: value, step: step))
  }

  private static func line(_ text: String, _ time: Int64) -> WatchTrainingJobResponse.Event {
    .line(LogLine(text: text, timeUnixUs: time))
  }

  @Test("each stage and each tenth of the training is said once")
  func stages() {
    var view = TrainingView()
    #expect(view.received(Self.job(stage: .downloading)) == [.stage(.downloading)])
    #expect(view.received(Self.job(stage: .downloading)) == [])
    #expect(view.received(Self.job(progress: 0.05)) == [.stage(.training)])
    #expect(view.received(Self.job(progress: 0.31)) == [.progress(0.3)])
    #expect(view.received(Self.job(progress: 0.35)) == [])
    #expect(view.received(Self.job(progress: 1)) == [.progress(1)])
    #expect(view.received(Self.job(stage: .uploading, progress: 1)) == [.stage(.uploading)])
    #expect(!view.isOver)
    #expect(view.received(Self.job(status: .completed)) == [])
    #expect(view.isOver)
  }

  @Test(
    "a progress that is no share of anything does no harm",
    arguments: [Double.nan, .infinity, -.infinity, -5, 1e300]
  )
  func wildProgress(value: Double) {
    var view = TrainingView()
    let news = view.received(Self.job(progress: value))
    #expect(news.first == .stage(.training))
  }

  @Test("a worker that started again is said once, with its number")
  func attempts() {
    var view = TrainingView()
    _ = view.received(Self.job())
    #expect(view.received(Self.job(attempts: 2)) == [.resumed(attempt: 2)])
    #expect(view.received(Self.job(attempts: 2)) == [])
  }

  @Test("early steps are all said, later ones when they are a quarter further")
  func thinning() {
    var view = TrainingView()
    var said: [UInt64] = []
    for step in 1...UInt64(100) {
      for case .metric(let point) in view.received(Self.metric(step, 1 / Double(step))) {
        said.append(point.step)
      }
    }
    #expect(said.prefix(8) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(said.count < 30)
    #expect(view.mainCurve?.values.count == 100)
  }

  @Test("what a new watch replays is no news, and what is new after it is")
  func replay() {
    var view = TrainingView()
    let before = [
      Self.job(progress: 0.25), Self.metric(1, 3), Self.metric(2, 2), Self.line("a", 1),
      Self.line("b", 2), Self.line("b", 2),
    ]
    for event in before { _ = view.received(event) }
    view.watchesAgain()
    for event in before { #expect(view.received(event) == []) }
    #expect(view.received(Self.metric(3, 1)).count == 1)
    #expect(view.received(Self.line("c", 3)) == [.line("c")])
    #expect(view.mainCurve?.values == [3, 2, 1])
  }

  @Test("lines that came while nobody watched are news")
  func missedLines() {
    var view = TrainingView()
    _ = view.received(Self.line("a", 1))
    view.watchesAgain()
    #expect(view.received(Self.line("a", 1)) == [])
    #expect(view.received(Self.line("b", 2)) == [.line("b")])
  }

  @Test("memory is bounded, whatever a peer sends")
  func bounds() {
    var view = TrainingView()
    for index in 0..<200 {
      _ = view.received(.metric(MetricPoint(name: "m\(index)", value: 0, step: 1)))
    }
    #expect(view.curves.count == TrainingView.maximumCurves)
    for step in 2...UInt64(3 * TrainingView.maximumPoints) {
      _ = view.received(.metric(MetricPoint(name: "m0", value: 0, step: step)))
    }
    #expect(view.curves[0].values.count <= TrainingView.maximumPoints)
  }

  @Test("a loss is drawn before other metrics")
  func mainCurve() {
    var view = TrainingView()
    for step in 1...UInt64(3) {
      _ = view.received(.metric(MetricPoint(name: "train:inertia", value: 1, step: step)))
      _ = view.received(.metric(MetricPoint(name: "train:loss", value: 2, step: step)))
    }
    #expect(view.mainCurve?.name == "train:loss")
  }

  @Test("a job that failed, was stopped or is not over says so")
  func outcomes() {
    let failed = TrainingJob(name: "j", status: .failed, failure: "the label 'x' holds words")
    let error = #expect(throws: CommandError.self) { try JobOutcome.check(failed) }
    #expect(error?.message == "the job j failed: the label 'x' holds words")
    #expect(throws: CommandError.self) { try JobOutcome.check(TrainingJob(status: .stopped)) }
    #expect(throws: CommandError.self) { try JobOutcome.check(TrainingJob(status: .inProgress)) }
    #expect(throws: Never.self) { try JobOutcome.check(TrainingJob(status: .completed)) }
  }

  @Test("a job's own name is a name, and tells model and moment")
  func jobName() {
    let moment: Int64 = 1_784_712_600_123_456
    #expect(TrainCommand.jobName("cars-mpg", moment) == "cars-mpg-20260722-093000-123456")
    let long = TrainCommand.jobName(String(repeating: "abc-", count: 20) + "d", moment)
    #expect(long.hasSuffix("abc-20260722-093000-123456") && long.count < 64)
  }
}
