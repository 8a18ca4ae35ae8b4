import Primitives
import RPC
import Telemetry
import WireCodec

/// What all tries of one call have in common.
///
/// A class, so that the tries share it by reference.
final class CallPlan: Sendable {
  let method: Method
  let options: CallOptions
  let deadline: Instant
  let maximumAnswerBytes: Int
  private let parentTrace: TraceContext?
  private let principal: Principal?

  init(_ method: Method, _ options: CallOptions, limits: WireLimits, now: Instant) {
    self.method = method
    self.options = options
    let scope = CallScope.current
    let timeout =
      options.timeout ?? method.options.defaultTimeout
      ?? (scope == nil ? limits.defaultTimeout : nil)
    let own = timeout.map { now + $0 } ?? .distantFuture
    deadline = min(own, scope?.deadline ?? .distantFuture)
    maximumAnswerBytes =
      options.maximumAnswerBytes ?? method.options.maximumMessageBytes ?? limits.maximumMessageBytes
    // Outside of a call a trace may come from another edge, such as HTTP.
    parentTrace = scope?.trace ?? TraceScope.current
    principal = options.principal ?? scope?.principal
  }

  /// On the context's loop.
  func makeCall(_ context: LoopContext, attempt: UInt32, streams: Bool) -> ClientCall {
    let trace =
      parentTrace?.child(using: &context.generator) ?? TraceContext(using: &context.generator)
    let begin = Begin(
      method: method,
      timeoutMicroseconds: 0,
      metadata: options.metadata,
      trace: trace,
      attempt: attempt,
      target: options.target,
      principal: principal
    )
    return ClientCall(
      begin,
      deadline: deadline,
      context: context,
      maximumAnswerBytes: maximumAnswerBytes,
      waitsForReady: options.waitsForReady,
      streams: streams
    )
  }
}
