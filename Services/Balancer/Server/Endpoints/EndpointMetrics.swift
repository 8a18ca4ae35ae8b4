import BalancerCore
import Primitives
import RPC
import Synchronization
import Telemetry

/// What passes through the balancer to one endpoint.
final class EndpointMetrics: Sendable {
  private static let calls = "martlet_endpoint_calls_total"
  private static let latency = "martlet_endpoint_call_seconds"

  private struct Series {
    var latency: Histogram?
    /// By code.
    var calls = [Counter?](repeating: nil, count: StatusCode.allCases.count)
  }

  private let labels: [String: String]
  private let registry: MetricsRegistry
  /// Made with the first call, so that what an old endpoint of the name takes away at its end is
  /// never a new one's.
  private let series = Mutex(Series())

  init(_ key: EndpointKey, _ registry: MetricsRegistry) {
    labels = ["account": key.account, "endpoint": key.name]
    self.registry = registry
  }

  func ended(_ code: StatusCode, _ latency: Duration) {
    refused(code)
    let histogram = series.withLock { series -> Histogram in
      if let histogram = series.latency { return histogram }
      let new = registry.histogram(
        EndpointMetrics.latency,
        help: "From the arrival of a call for an endpoint to its end.",
        labels: labels
      )
      series.latency = new
      return new
    }
    histogram.observe(latency)
  }

  /// A call that went nowhere.
  func refused(_ code: StatusCode) {
    let place = Int(code.rawValue)
    let counter = series.withLock { series -> Counter in
      if let counter = series.calls[place] { return counter }
      let new = registry.counter(
        EndpointMetrics.calls,
        help: "Calls for an endpoint by how they ended.",
        labels: labels.merging(["code": code.name]) { own, _ in own }
      )
      series.calls[place] = new
      return new
    }
    counter.add()
  }

  /// The endpoint is gone.
  func forget() {
    registry.remove(EndpointMetrics.latency, labels: labels)
    for code in StatusCode.allCases {
      let labels = labels.merging(["code": code.name]) { own, _ in own }
      registry.remove(EndpointMetrics.calls, labels: labels)
    }
  }
}
