import Primitives
import RPC
import Telemetry
import WireCodec

/// What all tries of one call have in common.
///
/// A class, so that the tries share it by reference.
final class CallPlan: Sendable {
  let method: Method
  /// When the call was asked for.
  let startedAt: Instant
  let deadline: Instant
  let waitsForReady: Bool
  let maximumAnswerBytes: Int
  private let metadata: Metadata
  private let target: String
  private let parentTrace: TraceContext?
  private let principal: Principal?

  init(
    _ method: Method,
    _ options: borrowing CallOptions,
    defaultTimeout: Duration,
    maximumMessageBytes: Int,
    now: Instant
  ) {
    self.method = method
    startedAt = now
    waitsForReady = options.waitsForReady
    metadata = options.metadata
    target = options.target
    let scope = CallScope.current
    let timeout =
      options.timeout ?? method.options.defaultTimeout
      ?? (scope == nil ? defaultTimeout : nil)
    let own = timeout.map { now + $0 } ?? .distantFuture
    deadline = min(own, scope?.deadline ?? .distantFuture)
    maximumAnswerBytes =
      options.maximumAnswerBytes ?? method.options.maximumMessageBytes ?? maximumMessageBytes
    // Outside of a call a trace may come from another edge, such as HTTP.
    parentTrace = TraceScope.span
    principal = options.principal ?? scope?.principal
  }

  /// On the context's loop.
  func makeCall(_ context: LoopContext, attempt: UInt32, streams: Bool) -> ClientCall {
    let trace =
      parentTrace?.child(using: &context.generator) ?? TraceContext(using: &context.generator)
    return ClientCall(
      method,
      plan: self,
      trace: trace,
      attempt: attempt,
      deadline: deadline,
      context: context,
      streams: streams
    )
  }

  /// What the call says at its start.
  func begin(_ call: ClientCall, timeoutMicroseconds: UInt64) -> Begin {
    Begin(
      method: method,
      timeoutMicroseconds: timeoutMicroseconds,
      metadata: metadata,
      trace: call.trace,
      attempt: call.attempt,
      target: target,
      principal: principal
    )
  }
}
