import GatewayCore
import Primitives
import RPC

/// What is said in public of a failure behind the gateway. Hosts, addresses, folders and engines
/// are nobody's business who only holds a key; the words from behind go to the access log, where
/// the trace finds them.
enum PublicWords {
  /// The words for a key's holder in place of a failure's own; nil where they are meant for callers
  /// (what is wrong with a request, what is full), and for operators, who look after the machines.
  static func retold(
    _ error: RPCError,
    _ trace: TraceContext,
    keyID: String
  ) -> RPCError? {
    guard keyID != Admission.operatorID, isInternal(error.code) else { return nil }
    let what =
      error.code == .unavailable
      ? "it cannot be answered now: try again later"
      : "it failed behind the gateway: tell the operator of this installation"
    // Whether it may be sent again, and when, is what a caller has to know.
    return RPCError(
      error.code,
      "\(what) (trace \(trace.traceID))",
      retryAfter: error.retryAfter,
      isNotStarted: error.isNotStarted
    )
  }

  /// Whether a failure's words are about the inside.
  static func isInternal(_ code: StatusCode) -> Bool {
    switch code {
    case .unavailable, .internal, .unknown, .dataLoss: true
    case .ok, .cancelled, .invalidArgument, .deadlineExceeded, .notFound, .alreadyExists,
      .permissionDenied, .resourceExhausted, .failedPrecondition, .aborted, .outOfRange,
      .unimplemented, .unauthenticated:
      false
    }
  }
}
