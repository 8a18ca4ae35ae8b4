import Primitives
import RPC
import Telemetry
import Transport

/// What a handler knows of its call. Safe to use from any task of the handler.
public struct CallContext: Sendable {
  @usableFromInline let call: ServerCall

  @inlinable
  init(_ call: ServerCall) { self.call = call }

  public var method: Method { call.method }
  /// When the caller stops waiting. Calls that the handler makes inherit it.
  public var deadline: Instant { call.deadline }
  public var timeRemaining: Duration { max(.zero, deadline - call.context.loop.clock) }
  public var metadata: Metadata { call.metadata }
  /// On whose behalf; nil when the call came from a service on its own account.
  public var principal: Principal? { call.principal }
  public var peer: PeerIdentity { call.session.peer }
  public var remoteAddress: String { call.session.remoteAddress }
  /// This call's own span.
  public var trace: TraceContext { call.trace }
  /// 0 for the first try.
  public var attempt: UInt32 { call.attempt }
  /// `endpoints/NAME[/VARIANT]`, empty for a call to the service itself.
  public var target: String { call.target }
  /// True when the caller gave up, its deadline passed or its connection died. The handler's task
  /// is cancelled then too.
  public var isCancelled: Bool { Task.isCancelled }

  /// The call that the current task answers; nil outside of a handler.
  public static var current: CallContext? { CallScope.current.map(CallContext.init) }

  /// Sends metadata ahead of the answer. From here on the caller will not retry elsewhere.
  /// - Throws: `RPCError` when the metadata breaks a limit.
  public func sendHead(_ metadata: Metadata) throws {
    if let violation = metadata.violation(under: call.session.server.limits) {
      throw RPCError(.internal, "the answer's \(violation)")
    }
    call.confined.run { $0.sendHead(metadata) }
  }

  /// Sets the metadata that goes with the outcome.
  /// - Throws: `RPCError` when the metadata breaks a limit.
  public func setTrailers(_ metadata: Metadata) throws {
    if let violation = metadata.violation(under: call.session.server.limits) {
      throw RPCError(.internal, "the answer's \(violation)")
    }
    call.confined.run { $0.trailers = metadata }
  }
}

/// The call that a handler's task answers, which nested calls are tied to: deadline, trace and
/// principal flow through it.
enum CallScope {
  static var current: ServerCall? { TraceScope.bearer as? ServerCall }
}
