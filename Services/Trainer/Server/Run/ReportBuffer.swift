import Primitives
import Protocols
import Synchronization

/// What a worker said and is not kept yet. Bounded: when the disk is slow, the oldest goes.
final class ReportBuffer: Sendable {
  private let state = Mutex(ReportBatch())
  /// Bytes of a metric's name; what is longer is cut.
  private static let nameBytes = 128

  func add(progress: Double) { state.withLock { $0.progress = progress } }

  /// A value that is no number cannot be kept; it becomes a line that says so.
  func add(_ point: MetricPoint) {
    var point = point
    point.name = ReportBuffer.cut(point.name, ReportBuffer.nameBytes)
    if point.timeUnixUs == 0 { point.timeUnixUs = WallClock.nowUnixMicroseconds }
    guard point.value.isFinite else {
      return add(line: "\(point.name) is \(point.value) at step \(point.step)")
    }
    add(.metric(point))
  }

  func add(line text: String, timeUnixMicroseconds: Int64 = WallClock.nowUnixMicroseconds) {
    let text = ReportBuffer.cut(text, JobReportLimits.lineBytes)
    add(.line(LogLine(text: text, timeUnixUs: timeUnixMicroseconds)))
  }

  private func add(_ content: JobReport.Content) {
    state.withLock { batch in
      batch.contents.append(content)
      if batch.contents.count > 2 * JobReportLimits.metricPoints {
        batch.contents.removeFirst(JobReportLimits.metricPoints)
      }
    }
  }

  func take() -> ReportBatch {
    state.withLock { batch in
      defer { batch = ReportBatch() }
      return batch
    }
  }

  private static func cut(_ text: String, _ byteCount: Int) -> String {
    text.utf8.count <= byteCount
      ? text : String(decoding: text.utf8.prefix(byteCount), as: UTF8.self)
  }
}
