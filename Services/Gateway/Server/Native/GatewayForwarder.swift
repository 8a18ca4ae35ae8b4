import Discovery
import GatewayCore
import Logging
import Primitives
import RPC
import RPCRuntime
import Telemetry

/// The native edge: says who a call with a target is from and where it goes on, without decoding
/// any of it. Every call has its line in the access log, and its place in the gate of both edges.
public final class GatewayForwarder: CallForwarder {
  /// The metadata that carries `Bearer SECRET`. It ends here.
  static let authorizationKey = "authorization"

  private let ring: KeyRing
  private let endpoints: EndpointView
  private let gate: RequestGate
  private let route: @Sendable (_ role: String) throws(RPCError) -> ForwardRoute
  private let ended: [StatusCode: Counter]
  private let refused: [StatusCode: Counter]
  private let logger = Logger(label: "martlet.gateway.access")

  /// - Parameter route: Picks an instance of a role; never waits.
  public init(
    _ ring: KeyRing,
    _ endpoints: EndpointView,
    _ gate: RequestGate,
    metrics: MetricsRegistry,
    route: @escaping @Sendable (_ role: String) throws(RPCError) -> ForwardRoute
  ) {
    self.ring = ring
    self.endpoints = endpoints
    self.gate = gate
    self.route = route
    func counters(_ name: String, _ help: String) -> [StatusCode: Counter] {
      let pairs = StatusCode.allCases.map { code in
        (code, metrics.counter(name, help: help, labels: ["code": code.name]))
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
    ended = counters(
      "martlet_gateway_native_calls_total",
      "Calls with a target that the gateway passed on, by how they ended."
    )
    refused = counters(
      "martlet_gateway_native_refusals_total",
      "Calls with a target that the gateway refused, by status."
    )
  }

  /// The same over the role channels of a mesh.
  public convenience init(
    _ ring: KeyRing,
    _ endpoints: EndpointView,
    _ gate: RequestGate,
    metrics: MetricsRegistry,
    channels: [String: RoleChannel]
  ) {
    self.init(ring, endpoints, gate, metrics: metrics) { role throws(RPCError) in
      guard let channel = channels[role] else {
        throw RPCError(.unavailable, "nobody serves the role \(role)")
      }
      return try channel.route()
    }
  }

  public func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    var keyID = ""
    do throws(RPCError) {
      let (target, grant) = try admit(call)
      keyID = grant.keyID
      let principal = Principal(account: grant.account, keyID: keyID)
      try enter(keyID)
      // From here on the watch gives the place back, whatever becomes of the call.
      return .forward(
        try pick(target, keyID)
          .presenting(principal, hiding: GatewayForwarder.authorizationKey)
          .watched(by: watch(record(call, keyID)))
      )
    } catch {
      refused[error.code]?.add()
      record(call, keyID).write(to: logger, refused: error)
      throw error
    }
  }

  private func record(_ call: ForwardedCall, _ keyID: String) -> CallRecord {
    CallRecord(method: call.method, target: call.target, role: call.peer.role, keyID: keyID)
  }

  /// An instance that takes the call; without one its place is free again. Why there is none names
  /// instances, which is for operators.
  private func pick(_ target: CallTarget, _ keyID: String) throws(RPCError) -> ForwardRoute {
    do throws(RPCError) {
      return try route(target.role)
    } catch {
      gate.leave(key: keyID)
      guard keyID != Admission.operatorID, PublicWords.isInternal(error.code) else { throw error }
      logger.info(
        "no instance takes a call",
        metadata: ["role": "\(target.role)", "detail": "\(error.message)"]
      )
      var told = error
      told.message = "no \(target.role) of this installation can be reached now: try again later"
      throw told
    }
  }

  private func enter(_ keyID: String) throws(RPCError) {
    do throws(ConcurrencyGate.Refusal) {
      try gate.enter(key: keyID)
    } catch {
      throw ErrorMapping.rpcError(error)
    }
  }

  private func watch(_ record: CallRecord) -> ForwardWatch {
    ForwardWatch { error, trace in
      PublicWords.retold(error, trace, keyID: record.keyID)
    } onEnd: { [gate, logger, ended] outcome in
      gate.leave(key: record.keyID)
      ended[outcome.code]?.add()
      record.write(to: logger, outcome)
    }
  }

  private func admit(_ call: ForwardedCall) throws(RPCError) -> (CallTarget, Admission.Grant) {
    let presented = ring.present(
      peer: call.peer,
      authorization: call.metadata.text(GatewayForwarder.authorizationKey)
    )
    let now = WallClock.nowUnixMicroseconds
    let isOperator: Bool
    // Strangers learn nothing of what there is.
    do throws(Admission.Refusal) {
      isOperator = try Admission.identify(presented, nowUnixMicroseconds: now) == nil
    } catch {
      throw ErrorMapping.rpcError(error)
    }
    guard let target = CallTarget(call.target) else {
      let services = BackendService.allCases.map { "services/\($0.rawValue)" }
        .joined(separator: ", ")
      throw RPCError(
        .notFound,
        "there is no target \(call.target.prefix(256)): there are \(services) and endpoints/NAME"
      )
    }
    let need: Admission.Need
    do throws(MethodAccess.Refusal) {
      need = try MethodAccess.need(of: call.method, at: target, isOperator: isOperator)
    } catch {
      throw ErrorMapping.rpcError(error, method: call.method)
    }
    let grant: Admission.Grant
    do throws(Admission.Refusal) {
      grant = try Admission.decide(presented, needs: need, nowUnixMicroseconds: now)
    } catch {
      throw ErrorMapping.rpcError(error)
    }
    if case .endpoint(let name) = target,
      case .unknown = endpoints.answer(account: grant.account, name: name)
    {
      throw RPCError(.notFound, "there is no endpoint \(name.prefix(128))")
    }
    return (target, grant)
  }
}
