import GatewayCore
import HTTPEdge
import HTTPTypes
import Logging
import Primitives
import RPCRuntime
import ServiceRuntime
import Telemetry

/// Answers the public HTTPS port: `POST /endpoints/{name}/invocations`, `/healthz`, `/readyz`.
public final class PublicEdge: HTTPResponder {
  private let invocations: Invocations
  private let status: @Sendable () -> ServicePhaseName
  private let metrics: EdgeMetrics
  private let logger = Logger(label: "martlet.gateway.access")

  /// - Parameter inference: Where predictions are asked for, by target.
  public init(
    limits: InvocationLimits,
    gate: RequestGate,
    ring: KeyRing,
    endpoints: EndpointView,
    inference: any CallChannel,
    metrics: MetricsRegistry,
    status: @escaping @Sendable () -> ServicePhaseName
  ) {
    let edgeMetrics = EdgeMetrics(metrics)
    self.metrics = edgeMetrics
    self.status = status
    invocations = Invocations(limits, gate, ring, endpoints, inference)
  }

  public func receive(_ head: HTTPHead) async -> HTTPDecision {
    let route = PublicRoute(path: head.path)
    var record = RequestRecord(
      method: head.method.rawValue,
      path: head.path,
      receivedAt: head.receivedAt,
      remoteAddress: head.remoteAddress
    )
    let trace = PublicEdge.trace(of: head)
    switch route {
    case .invocation(let endpoint):
      record.endpoint = endpoint
      do {
        let admitted = try invocations.admit(head, endpoint, &record)
        let begun = record
        return .readBody(limitBytes: invocations.limits.bodyBytes) { [self] body in
          var record = begun
          record.read = .now - begun.receivedAt
          return await TraceScope.$current.withValue(trace) {
            let answer = await invocations.answer(admitted, body, &record)
            return finish(answer, route, record, trace)
          }
        }
      } catch {
        record.why = error.code
        return .answer(logged(error.answer, route, record, trace))
      }
    case .health, .readiness:
      return .answer(finish(healthAnswer(head, route, &record), route, record, trace))
    case .unknown:
      let error = ErrorAnswer(
        .notFound,
        "not_found",
        "known are POST /endpoints/NAME/invocations, /healthz and /readyz"
      )
      record.why = error.code
      return .answer(logged(error.answer, route, record, trace))
    }
  }

  /// Clients of every kind ask for health: {"live":true,"ready":true} is enough for those known.
  private func healthAnswer(
    _ head: HTTPHead,
    _ route: PublicRoute,
    _ record: inout RequestRecord
  ) -> HTTPAnswer {
    guard head.method == .get || head.method == .head else {
      var error = ErrorAnswer(.methodNotAllowed, "method_not_allowed", "use GET")
      error.fields[.allow] = "GET, HEAD"
      record.why = error.code
      return error.answer
    }
    let isReady = status() == .ready
    return HTTPAnswer(
      status: route == .health || isReady ? .ok : .serviceUnavailable,
      type: MediaType.json.rawValue,
      body: Bytes("{\"live\":true,\"ready\":\(isReady)}\n")
    )
  }

  private func logged(
    _ answer: HTTPAnswer,
    _ route: PublicRoute,
    _ record: RequestRecord,
    _ trace: TraceContext
  ) -> HTTPAnswer {
    TraceScope.$current.withValue(trace) { finish(answer, route, record, trace) }
  }

  private func finish(
    _ answer: HTTPAnswer,
    _ route: PublicRoute,
    _ record: RequestRecord,
    _ trace: TraceContext
  ) -> HTTPAnswer {
    var answer = answer
    answer.fields[.traceParent] = trace.text
    answer.fields[.cacheControl] = "no-store"
    metrics.ended(route, answer.status, record)
    // Probes come every few seconds and say nothing when all is well.
    let isQuiet = answer.status == .ok && (route == .health || route == .readiness)
    if !isQuiet { record.write(to: logger, status: answer.status, bytesOut: answer.body.count) }
    return answer
  }

  /// A span of the client's trace, or of a new one.
  private static func trace(of head: HTTPHead) -> TraceContext {
    var system = SystemRandomNumberGenerator()
    if let incoming = head.fields[.traceParent].flatMap({ TraceContext($0) }) {
      return incoming.child(using: &system)
    }
    return TraceContext(using: &system)
  }
}

extension HTTPField.Name {
  // Names of letters and hyphens are always good.
  static let traceParent = HTTPField.Name("traceparent") ?? .via
  static let apiKey = HTTPField.Name("x-api-key") ?? .via
  static let timeout = HTTPField.Name("x-martlet-timeout-ms") ?? .via
}
