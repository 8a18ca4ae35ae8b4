import GatewayCore
import HTTPTypes
import Primitives
import Synchronization
import Telemetry

/// What is counted of the HTTPS edge: requests by route and status, their time, and the time of
/// each stage.
final class EdgeMetrics: Sendable {
  private struct Key: Hashable {
    let route: String
    let status: Int
  }

  private let registry: MetricsRegistry
  private let counters = Mutex<[Key: Counter]>([:])
  private let seconds: [String: Histogram]
  private let stages: [String: Histogram]

  init(_ registry: MetricsRegistry) {
    self.registry = registry
    let routes = [PublicRoute.health, .readiness, .invocation(endpoint: ""), .unknown]
    seconds = Dictionary(
      uniqueKeysWithValues: routes.map { route in
        (
          route.label,
          registry.histogram(
            "martlet_gateway_request_seconds",
            help: "From a request's head to its answer.",
            labels: ["route": route.label]
          )
        )
      }
    )
    stages = Dictionary(
      uniqueKeysWithValues: ["read", "parse", "backend"].map { stage in
        (
          stage,
          registry.histogram(
            "martlet_gateway_stage_seconds",
            help: "The stages of invocations.",
            labels: ["stage": stage]
          )
        )
      }
    )
  }

  func ended(_ route: PublicRoute, _ status: HTTPResponse.Status, _ record: RequestRecord) {
    let key = Key(route: route.label, status: status.code)
    let counter = counters.withLock { counters in
      if let known = counters[key] { return known }
      let new = registry.counter(
        "martlet_gateway_requests_total",
        help: "HTTPS requests by route and status.",
        labels: ["route": key.route, "status": "\(key.status)"]
      )
      counters[key] = new
      return new
    }
    counter.add()
    seconds[route.label]?.observe(.now - record.receivedAt)
    for (stage, duration) in [
      ("read", record.read), ("parse", record.parse), ("backend", record.backend),
    ] {
      if let duration { stages[stage]?.observe(duration) }
    }
  }
}
