import Primitives
import Protocols

/// Waits for an endpoint to become what it was asked to be.
struct EndpointWait: Sendable {
  let endpoints: EndpointsClient
  let name: String
  let patience: Patience
  var time = Timekeeper.real

  private static let interval = Duration.milliseconds(200)

  func describe() async throws -> Endpoint {
    let answer = try await patience.repeating {
      try await endpoints.describeEndpoint(DescribeEndpointRequest(name: name))
    }
    guard let endpoint = answer.endpoint else {
      throw CommandError("the balancer answered without the endpoint \(name)")
    }
    return endpoint
  }

  /// - Throws: `CommandError` when it failed, with the hosts' words, or when the time is over.
  func untilInService(_ console: Console) async throws -> Endpoint {
    let line = ProgressLine(console, "waiting", total: nil, unit: .count("replicas ready"))
    defer { line.clear() }
    var progress = EndpointProgress(start: time.now())
    while true {
      let endpoint = try await describe()
      let ready = endpoint.targets.count { $0.isReady }
      let wanted = endpoint.variants.first.map { Int64($0.replicaCount) } ?? 0
      line.update(
        Int64(ready),
        total: wanted > 0 ? wanted : nil,
        note: EndpointText.progress(endpoint)
      )
      switch progress.saw(endpoint, now: time.now()) {
      case .inService: return endpoint
      case .waits: try await time.pause(EndpointWait.interval)
      case .failed: throw EndpointText.failed(endpoint)
      case .late: throw EndpointText.late(endpoint)
      }
    }
  }
}
