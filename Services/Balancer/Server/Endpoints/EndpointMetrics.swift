import Primitives
import RPC
import Synchronization
import Telemetry

/// What passes through the balancer to one endpoint.
final class EndpointMetrics: Sendable {
  private static let calls = "martlet_endpoint_calls_total"
  private static let latency = "martlet_endpoint_call_seconds"

  private let endpoint: String
  private let registry: MetricsRegistry
  private let histogram: Histogram
  /// By code; made when a code first comes.
  private let counters = Mutex<[Counter?]>(Array(repeating: nil, count: StatusCode.allCases.count))

  init(_ endpoint: String, _ registry: MetricsRegistry) {
    self.endpoint = endpoint
    self.registry = registry
    histogram = registry.histogram(
      EndpointMetrics.latency,
      help: "From the arrival of a call for an endpoint to its end.",
      labels: ["endpoint": endpoint]
    )
  }

  func ended(_ code: StatusCode, _ latency: Duration) {
    refused(code)
    histogram.observe(latency)
  }

  /// A call that went nowhere.
  func refused(_ code: StatusCode) {
    let place = Int(code.rawValue)
    let counter = counters.withLock { counters -> Counter in
      if let counter = counters[place] { return counter }
      let new = registry.counter(
        EndpointMetrics.calls,
        help: "Calls for an endpoint by how they ended.",
        labels: ["endpoint": endpoint, "code": code.name]
      )
      counters[place] = new
      return new
    }
    counter.add()
  }

  /// The endpoint is gone.
  func forget() {
    registry.remove(EndpointMetrics.latency, labels: ["endpoint": endpoint])
    for code in StatusCode.allCases {
      registry.remove(EndpointMetrics.calls, labels: ["endpoint": endpoint, "code": code.name])
    }
  }
}
