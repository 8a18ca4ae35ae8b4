import Primitives
import Protocols

/// Shows a job while it is watched: a bar and a curve that are redrawn on a terminal, plain lines
/// elsewhere, nothing with JSON unless a person looks on.
final class TrainingDisplay {
  private let console: Console
  private let terminal: Terminal
  private let isDrawn: Bool
  private let started = Instant.now
  private var drawnLines = 0
  private var drawnAt: Instant?

  init(_ console: Console) {
    self.console = console
    terminal = console.err
    isDrawn = console.err.isInteractive
  }

  func show(_ view: TrainingView, _ news: [TrainingView.News]) {
    guard isDrawn else {
      for item in news { console.note(TrainingDisplay.text(item)) }
      return
    }
    for item in news {
      switch item {
      case .line, .resumed, .stopping:
        erase()
        terminal.line(TrainingDisplay.text(item))
      case .stage, .progress, .metric: break
      }
    }
    let now = Instant.now
    if let drawnAt, now - drawnAt < ProgressLine.redrawInterval, !view.isOver { return }
    drawnAt = now
    erase()
    let lines = drawing(view, elapsed: now - started)
    for line in lines { terminal.line(line) }
    drawnLines = lines.count
  }

  /// Leaves the last drawing where it is.
  func end() { drawnLines = 0 }

  private func erase() {
    guard drawnLines > 0 else { return }
    terminal.write("\u{1B}[\(drawnLines)A\r\u{1B}[J")
    drawnLines = 0
  }

  private func drawing(_ view: TrainingView, elapsed: Duration) -> [String] {
    guard let job = view.job else { return [] }
    let width = terminal.columns - 1
    var lines: [String] = []
    let fraction = TrainingDisplay.progress(job)
    let bar = ProgressText.bar(fraction, width: terminal.columns >= 80 ? 24 : 10)
    let stage = JobText.stage(job)
    lines.append("\(stage)  \(bar) \(Int(fraction * 100)) %  \(ValueText.duration(elapsed))")
    if let curve = view.mainCurve {
      let plot = LossPlot.lines(curve.values, columnCount: max(2, min(60, width - 14)), rowCount: 5)
      lines += plot
      if let value = curve.values.last {
        lines.append("\(curve.name) \(ValueText.number(value)) at step \(curve.lastStep)")
      }
    }
    return lines.map { String($0.prefix(width)) }
  }

  /// 0 to 1, of the bar.
  private static func progress(_ job: TrainingJob) -> Double {
    switch job.status {
    case .completed: 1
    case .inProgress where job.stage == .uploading: 1
    case .inProgress, .failed, .stopping, .stopped, .unspecified, .unrecognized:
      JobText.share(job)
    }
  }

  static func text(_ news: TrainingView.News) -> String {
    switch news {
    case .stage(let stage): JobText.stage(stage)
    case .resumed(let attempt):
      "the worker started again (start \(attempt)); the job goes on from its last checkpoint"
    case .progress(let share): "training  \(Int((share * 100).rounded())) %"
    case .metric(let point):
      "  \(point.name) \(ValueText.number(point.value))  step \(point.step)"
    case .line(let text): "  \(text)"
    case .stopping: "stopping"
    }
  }
}
