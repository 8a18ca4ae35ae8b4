import GatewayCore
import HTTPTypes
import PredictionFormats
import RPC

/// How the errors of one side look on the other. Every case stands here once.
enum ErrorMapping {
  /// The caller has gone: nginx's number, which no client sees.
  static let clientClosed = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")

  /// The status for the outcome of a call to the back end.
  static func status(_ code: StatusCode) -> HTTPResponse.Status {
    switch code {
    case .ok: .ok
    case .cancelled: clientClosed
    case .unknown: .internalServerError
    // The body was read: what the back end did not like is what it means.
    case .invalidArgument: .unprocessableContent
    case .deadlineExceeded: .gatewayTimeout
    case .notFound: .notFound
    case .alreadyExists: .conflict
    case .permissionDenied: .forbidden
    case .resourceExhausted: .tooManyRequests
    case .failedPrecondition: .conflict
    case .aborted: .conflict
    case .outOfRange: .unprocessableContent
    case .unimplemented: .notImplemented
    case .internal: .internalServerError
    case .unavailable: .serviceUnavailable
    case .dataLoss: .internalServerError
    case .unauthenticated: .unauthorized
    }
  }

  static func status(_ kind: InvocationProblem.Kind) -> HTTPResponse.Status {
    switch kind {
    case .malformed: .badRequest
    case .mismatch: .unprocessableContent
    case .unsupported: .unsupportedMediaType
    case .tooLarge: .contentTooLarge
    case .noMemory: .serviceUnavailable
    }
  }

  static func rpcError(_ refusal: Admission.Refusal) -> RPCError {
    RPCError(refusal.isAboutIdentity ? .unauthenticated : .permissionDenied, refusal.words)
  }

  static func rpcError(_ refusal: ConcurrencyGate.Refusal) -> RPCError {
    RPCError(.resourceExhausted, refusal.words, retryAfter: retryAfterFull, isNotStarted: true)
  }

  /// When all places were taken; one is soon free.
  static let retryAfterFull = Duration.seconds(1)

  static func rpcError(_ refusal: MethodAccess.Refusal, method: String) -> RPCError {
    switch refusal {
    case .notOffered:
      RPCError(.unimplemented, "\(method.prefix(256)) is not offered at this target")
    case .operatorsOnly:
      RPCError(
        .permissionDenied,
        "\(method.prefix(256)) shows all accounts: it needs a certificate of role operator"
      )
    }
  }
}
