import Primitives
import Protocols

/// What a training says while it runs. Waits where the reader is slow.
struct TrainingReport: Sendable {
  let send: @Sendable (RunTrainingResponse) async throws -> Void

  func line(_ text: String) async throws {
    let line = LogLine(text: text, timeUnixUs: WallClock.nowUnixMicroseconds)
    try await send(RunTrainingResponse(event: .line(line)))
  }

  func progress(_ fraction: Double) async throws {
    let progress = RunTrainingResponse.Progress(fraction: fraction)
    try await send(RunTrainingResponse(event: .progress(progress)))
  }

  func metric(_ name: String, _ value: Double, step: UInt64) async throws {
    let point = MetricPoint(
      name: name,
      value: value,
      step: step,
      timeUnixUs: WallClock.nowUnixMicroseconds
    )
    try await send(RunTrainingResponse(event: .metric(point)))
  }

  func metrics(_ metrics: [Metric], step: UInt64) async throws {
    for metric in metrics { try await self.metric(metric.name, metric.value, step: step) }
  }
}
