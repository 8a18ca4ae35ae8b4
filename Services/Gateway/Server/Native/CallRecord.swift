import Logging
import Primitives
import RPC
import RPCRuntime
import Telemetry

/// What one call on the native edge was and why it ended, for the access log: the same words as a
/// request over HTTPS has. Never a secret or a payload.
struct CallRecord: Sendable {
  let method: String
  let target: String
  /// Of the caller's certificate; nil without one.
  let role: String?
  /// A key's id, or `operator`; empty when nobody was admitted.
  let keyID: String

  /// A call that was passed on has ended.
  func write(to logger: Logger, _ outcome: ForwardOutcome) {
    var fields = fields(outcome.code)
    fields["bytes_in"] = .stringConvertible(outcome.requestBytes)
    fields["bytes_out"] = .stringConvertible(outcome.answerBytes)
    fields["total_ms"] = RequestRecord.milliseconds(outcome.duration)
    if PublicWords.isInternal(outcome.code) { fields["detail"] = "\(outcome.message)" }
    TraceScope.$current.withValue(outcome.trace) { logger.info("request", metadata: fields) }
  }

  /// A call was not passed on. Why is the gateway's own word, which its caller was told.
  func write(to logger: Logger, refused error: RPCError) {
    var fields = fields(error.code)
    fields["detail"] = "\(error.message)"
    logger.info("request", metadata: fields)
  }

  private func fields(_ code: StatusCode) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "edge": "native",
      "method": "\(method.prefix(256))",
      "target": "\(target.prefix(256))",
      "status": "\(code.name)",
      "why": "\(code.name.lowercased())",
    ]
    if let role { fields["role"] = "\(role)" }
    if !keyID.isEmpty { fields["key"] = "\(keyID)" }
    return fields
  }
}
