import InferenceCore
import Primitives
import RPC
import Telemetry

/// What is measured of one replica, always.
final class VersionMetrics: Sendable {
  private let registry: MetricsRegistry
  let labels: [String: String]
  let request: Histogram
  let queue: Histogram
  let compute: Histogram
  let rows: Counter
  let inFlight: Gauge
  let stuck: Counter

  private static let requestName = "martlet_inference_request_seconds"
  private static let queueName = "martlet_inference_queue_seconds"
  private static let computeName = "martlet_inference_compute_seconds"
  private static let rowsName = "martlet_inference_rows_total"
  private static let inFlightName = "martlet_inference_in_flight_calls"
  private static let stuckName = "martlet_inference_stuck_workers_total"
  private static let refusedName = "martlet_inference_refused_total"
  private static let failuresName = "martlet_inference_failures_total"

  init(_ registry: MetricsRegistry, _ identity: ReplicaIdentity) {
    self.registry = registry
    labels = [
      "endpoint": identity.endpoint, "variant": identity.variant, "model": identity.model,
      "version": "\(identity.version)",
    ]
    request = registry.histogram(
      VersionMetrics.requestName,
      help: "Predictions, from the call's arrival to its answer.",
      labels: labels
    )
    queue = registry.histogram(
      VersionMetrics.queueName,
      help: "Of them: the way to the worker and back, and waiting for the engine.",
      labels: labels
    )
    compute = registry.histogram(
      VersionMetrics.computeName,
      help: "Of them: inside the engine.",
      labels: labels
    )
    rows = registry.counter(
      VersionMetrics.rowsName,
      help: "Rows or items that were answered.",
      labels: labels
    )
    inFlight = registry.gauge(
      VersionMetrics.inFlightName,
      help: "Predictions in work.",
      labels: labels
    )
    stuck = registry.counter(
      VersionMetrics.stuckName,
      help: "Workers that were ended because an inference went on too long after its deadline.",
      labels: labels
    )
  }

  /// A prediction found no room.
  func refused(_ full: WorkGate.Full) {
    registry.counter(
      VersionMetrics.refusedName,
      help: "Predictions that were refused because of too many, or too many bytes, in work.",
      labels: refusedLabels(full.scope, full.limit)
    ).add()
  }

  private func refusedLabels(_ scope: WorkGate.Scope, _ limit: WorkRoom.Full) -> [String: String] {
    var labels = labels
    labels["scope"] = scope.rawValue
    labels["limit"] = limit.rawValue
    return labels
  }

  func failed(_ code: StatusCode) {
    var labels = labels
    labels["code"] = code.name
    registry.counter(
      VersionMetrics.failuresName,
      help: "Predictions that ended with an error.",
      labels: labels
    ).add()
  }

  /// Forgets the series, also for others that have the same labels.
  func remove() {
    for name in [
      VersionMetrics.requestName, VersionMetrics.queueName, VersionMetrics.computeName,
      VersionMetrics.rowsName, VersionMetrics.inFlightName, VersionMetrics.stuckName,
    ] {
      registry.remove(name, labels: labels)
    }
    for scope in WorkGate.Scope.allCases {
      for limit in WorkRoom.Full.allCases {
        registry.remove(VersionMetrics.refusedName, labels: refusedLabels(scope, limit))
      }
    }
    for code in StatusCode.allCases {
      var labels = labels
      labels["code"] = code.name
      registry.remove(VersionMetrics.failuresName, labels: labels)
    }
  }
}
