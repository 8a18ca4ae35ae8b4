import Primitives
import Protocols
import Testing

@testable import Commands

@Suite("Waiting for an endpoint")
struct EndpointProgressTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private func endpoint(
    _ status: EndpointStatus,
    _ replicas: [ReplicaState] = []
  ) -> Endpoint {
    Endpoint(
      name: "mpg",
      status: status,
      targets: replicas.map { EndpointTarget(host: "h", replica: ReplicaReport(state: $0)) }
    )
  }

  private func verdict(_ endpoint: Endpoint, after seconds: Int) -> EndpointProgress.Verdict {
    var progress = EndpointProgress(start: Self.start)
    return progress.saw(endpoint, now: Self.start + .seconds(seconds))
  }

  @Test("what it says of itself is believed at once")
  func status() {
    #expect(verdict(endpoint(.inService), after: 0) == .inService)
    #expect(verdict(endpoint(.inService), after: 1000) == .inService)
    #expect(verdict(endpoint(.failed), after: 0) == .failed)
  }

  @Test("one that is being made is waited for, for two minutes", arguments: [0, 119, 120, 500])
  func late(seconds: Int) {
    for status in [EndpointStatus.creating, .updating, .rollingBack, .unspecified] {
      let expected: EndpointProgress.Verdict = seconds < 120 ? .waits : .late
      #expect(verdict(endpoint(status), after: seconds) == expected, "\(status)")
    }
  }

  @Test("all hosts may fail for ten seconds, and one that tries again begins the time anew")
  func failing() {
    var progress = EndpointProgress(start: Self.start)
    func saw(_ replicas: [ReplicaState], _ seconds: Int) -> EndpointProgress.Verdict {
      progress.saw(endpoint(.creating, replicas), now: Self.start + .seconds(seconds))
    }
    #expect(saw([.failed, .failed], 0) == .waits)
    #expect(saw([.failed, .failed], 10) == .waits)
    #expect(saw([.failed, .loading], 11) == .waits)
    #expect(saw([.failed, .failed], 12) == .waits)
    #expect(saw([.failed, .failed], 22) == .waits)
    #expect(saw([.failed, .failed], 23) == .failed)
  }

  @Test("one host that fails beside one that works is no failure")
  func oneFails() {
    var progress = EndpointProgress(start: Self.start)
    for seconds in stride(from: 0, to: 120, by: 5) {
      let verdict = progress.saw(
        endpoint(.creating, [.failed, .ready]),
        now: Self.start + .seconds(seconds)
      )
      #expect(verdict == .waits, "\(seconds) s")
    }
  }
}
