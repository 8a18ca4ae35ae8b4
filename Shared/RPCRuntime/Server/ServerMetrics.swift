import Primitives
import RPC
import Telemetry
import Transport

/// What a server counts, per method. Updates are relaxed atomics on objects that exist before the
/// first call: nothing is looked up or allocated on the way.
final class ServerMetrics: Sendable {
  let violations: Counter
  private let openStreams: Gauge
  private let unknown: Counter
  private let refusals: [Counter]
  /// Good outcomes by method; others are rare enough to be looked up.
  private let handledWell: [Counter]
  private let seconds: [Histogram]
  private let methods: [Method]
  private let registry: MetricsRegistry

  init(_ methods: [Method], registry: MetricsRegistry) {
    violations = registry.counter(
      "martlet_rpc_protocol_violations_total",
      help: "Connections ended because the peer broke the protocol."
    )
    openStreams = registry.gauge(
      "martlet_rpc_open_streams",
      help: "Calls whose handler has not returned or whose End is due."
    )
    unknown = registry.counter(
      "martlet_rpc_unknown_method_total",
      help: "Calls to methods that do not exist here."
    )
    refusals = StatusCode.allCases.map { code in
      registry.counter(
        "martlet_rpc_server_refused_total",
        help: "Calls refused before a handler saw them.",
        labels: ["code": code.name]
      )
    }
    self.methods = methods
    self.registry = registry
    handledWell = methods.map { ServerMetrics.handled($0, .ok, registry) }
    seconds = methods.map { method in
      registry.histogram(
        "martlet_rpc_server_seconds",
        help: "Time from a call's Begin to its End.",
        labels: ["service": method.service, "method": method.name]
      )
    }
  }

  func began(_ call: ServerCall) { openStreams.add() }

  /// Counts an outcome. Answers the load that goes with it.
  @discardableResult
  func ended(_ call: ServerCall, _ code: StatusCode) -> Load {
    if code == .ok {
      handledWell[call.methodIndex].add()
    } else {
      ServerMetrics.handled(methods[call.methodIndex], code, registry).add()
    }
    // The clock of the cycle stands still while handlers run in it.
    let nanoseconds = call.context.loop.clock.nanoseconds - call.startedAt.nanoseconds
    seconds[call.methodIndex].observe(nanoseconds)
    return Load(
      inFlight: UInt32(clamping: openStreams.value),
      latencyMicroseconds: UInt64(max(0, nanoseconds) / 1000)
    )
  }

  private static func handled(
    _ method: Method,
    _ code: StatusCode,
    _ registry: MetricsRegistry
  ) -> Counter {
    registry.counter(
      "martlet_rpc_server_handled_total",
      help: "Calls that ended, by method and status.",
      labels: ["service": method.service, "method": method.name, "code": code.name]
    )
  }

  /// The handler has returned and the slot is free.
  func left() { openStreams.subtract() }

  func refused(_ code: StatusCode) { refusals[Int(code.rawValue)].add() }
  func unknownMethod() { unknown.add() }
}
