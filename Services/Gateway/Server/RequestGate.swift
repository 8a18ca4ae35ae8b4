import GatewayCore
import Synchronization
import Telemetry

/// The one admission of both edges: how many requests are in work, in all and of one key. A caller
/// that takes its places on one edge has none left on the other.
public final class RequestGate: Sendable {
  private let gate: Mutex<ConcurrencyGate>
  private let inFlight: Gauge

  public init(limitCount: Int, keyLimitCount: Int, metrics: MetricsRegistry) {
    gate = Mutex(ConcurrencyGate(limitCount: limitCount, keyLimitCount: keyLimitCount))
    inFlight = metrics.gauge(
      "martlet_gateway_requests_in_flight",
      help: "Requests in work: of HTTPS from their body to their answer, of the native edge whole."
    )
  }

  /// A place for a request, which `leave` gives back.
  func enter(key: String) throws(ConcurrencyGate.Refusal) {
    let refusal = gate.withLock { gate -> ConcurrencyGate.Refusal? in
      do throws(ConcurrencyGate.Refusal) {
        try gate.enter(key: key)
        return nil
      } catch {
        return error
      }
    }
    if let refusal { throw refusal }
    inFlight.add()
  }

  func leave(key: String) {
    gate.withLock { $0.leave(key: key) }
    inFlight.subtract()
  }
}
