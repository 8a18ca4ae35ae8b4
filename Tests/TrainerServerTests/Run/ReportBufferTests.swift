import Protocols
import Testing

@testable import TrainerServer

@Suite("What a worker said and is not kept yet")
struct ReportBufferTests {
  @Test("it is taken once, in order, with the newest progress")
  func order() {
    let buffer = ReportBuffer()
    buffer.add(progress: 0.1)
    buffer.add(MetricPoint(name: "loss", value: 2, step: 1, timeUnixUs: 5))
    buffer.add(line: "hello", timeUnixMicroseconds: 6)
    buffer.add(progress: 0.2)
    let batch = buffer.take()
    #expect(batch.progress == 0.2)
    #expect(
      batch.contents == [
        .metric(MetricPoint(name: "loss", value: 2, step: 1, timeUnixUs: 5)),
        .line(LogLine(text: "hello", timeUnixUs: 6)),
      ]
    )
    #expect(buffer.take().isEmpty)
  }

  @Test("a value that is no number becomes a line")
  func notANumber() throws {
    let buffer = ReportBuffer()
    buffer.add(MetricPoint(name: "loss", value: .nan, step: 3))
    guard case .line(let line)? = buffer.take().contents.first else {
      Issue.record("no line")
      return
    }
    #expect(line.text == "loss is nan at step 3")
  }

  @Test("it stays within its bounds, and the newest stays in it")
  func bounded() {
    let buffer = ReportBuffer()
    for step in 0..<50_000 { buffer.add(MetricPoint(name: "l", value: 1, step: UInt64(step))) }
    buffer.add(line: String(repeating: "ü", count: 10_000))
    let contents = buffer.take().contents
    #expect(contents.count <= 2 * JobReportLimits.metricPoints)
    guard case .line(let line)? = contents.last else {
      Issue.record("the newest is gone")
      return
    }
    #expect(line.text.utf8.count <= JobReportLimits.lineBytes)
  }
}
