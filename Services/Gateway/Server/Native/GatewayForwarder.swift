import Discovery
import GatewayCore
import Primitives
import RPC
import RPCRuntime
import Telemetry

/// The native edge: says who a call with a target is from and where it goes on, without decoding
/// any of it.
public final class GatewayForwarder: CallForwarder {
  /// The metadata that carries `Bearer SECRET`. It ends here.
  static let authorizationKey = "authorization"

  private let ring: KeyRing
  private let endpoints: EndpointView
  private let route: @Sendable (_ role: String) throws(RPCError) -> ForwardRoute
  private let refusals: @Sendable (StatusCode) -> Void

  /// - Parameter route: Picks an instance of a role; never waits.
  public init(
    _ ring: KeyRing,
    _ endpoints: EndpointView,
    metrics: MetricsRegistry,
    route: @escaping @Sendable (_ role: String) throws(RPCError) -> ForwardRoute
  ) {
    self.ring = ring
    self.endpoints = endpoints
    self.route = route
    let counters = [StatusCode.unauthenticated, .permissionDenied, .notFound, .unimplemented].map {
      code in
      (
        code,
        metrics.counter(
          "martlet_gateway_native_refusals_total",
          help: "Calls with a target that the gateway refused, by status.",
          labels: ["code": code.name]
        )
      )
    }
    refusals = { code in counters.first { $0.0 == code }?.1.add() }
  }

  /// The same over the role channels of a mesh.
  public convenience init(
    _ ring: KeyRing,
    _ endpoints: EndpointView,
    metrics: MetricsRegistry,
    channels: [String: RoleChannel]
  ) {
    self.init(ring, endpoints, metrics: metrics) { role throws(RPCError) in
      guard let channel = channels[role] else {
        throw RPCError(.unavailable, "nobody serves the role \(role)")
      }
      return try channel.route()
    }
  }

  public func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    do throws(RPCError) {
      let (target, grant) = try admit(call)
      let principal = Principal(account: grant.account, keyID: grant.keyID)
      return .forward(
        try route(target.role).presenting(principal, hiding: GatewayForwarder.authorizationKey)
      )
    } catch {
      refusals(error.code)
      throw error
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
