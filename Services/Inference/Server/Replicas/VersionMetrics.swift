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

  private static let requestName = "martlet_inference_request_seconds"
  private static let queueName = "martlet_inference_queue_seconds"
  private static let computeName = "martlet_inference_compute_seconds"
  private static let rowsName = "martlet_inference_rows_total"
  private static let inFlightName = "martlet_inference_in_flight_calls"
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
      VersionMetrics.rowsName, VersionMetrics.inFlightName,
    ] {
      registry.remove(name, labels: labels)
    }
    for code in StatusCode.allCases {
      var labels = labels
      labels["code"] = code.name
      registry.remove(VersionMetrics.failuresName, labels: labels)
    }
  }
}
