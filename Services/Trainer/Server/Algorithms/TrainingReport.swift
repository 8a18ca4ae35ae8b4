import Primitives
import Protocols
import RPC

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

  /// - Throws: INVALID_ARGUMENT when one is not finite: such a model would answer with nothing.
  func metrics(_ metrics: [Metric], step: UInt64) async throws {
    if let bad = metrics.first(where: { !$0.value.isFinite }) {
      throw RPCError(
        .invalidArgument,
        "\(bad.name) is \(bad.value): the table holds numbers too large to compute with; "
          + "look at the columns' lowest and highest values, and scale or leave out what is off"
      )
    }
    for metric in metrics { try await self.metric(metric.name, metric.value, step: step) }
  }
}
