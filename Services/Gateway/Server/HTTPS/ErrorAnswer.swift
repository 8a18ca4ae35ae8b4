import GatewayCore
import HTTPEdge
import HTTPTypes
import PredictionFormats
import Primitives
import RPC

/// Why a request is not answered with what it asked for, on its way to the client:
/// `{"error":{"code":"missing_column","message":"…","field":"age"}}`.
struct ErrorAnswer: Error {
  var status: HTTPResponse.Status
  /// For programs, and for the access log.
  var code: String
  var message: String
  var field: String?
  var retryAfter: Duration?
  /// What came from behind, for the log alone.
  var detail: String?
  /// Further fields of the answer: `Allow`, `WWW-Authenticate`.
  var fields = HTTPFields()

  init(
    _ status: HTTPResponse.Status,
    _ code: String,
    _ message: String,
    field: String? = nil,
    retryAfter: Duration? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.field = field
    self.retryAfter = retryAfter
  }

  init(_ problem: InvocationProblem) {
    self.init(
      ErrorMapping.status(problem.kind),
      problem.code,
      problem.message,
      field: problem.field,
      retryAfter: problem.kind == .noMemory ? .seconds(1) : nil
    )
  }

  init(_ error: RPCError) {
    let status = ErrorMapping.status(error.code)
    let mayRetry = status == .tooManyRequests || status == .serviceUnavailable
    self.init(
      status,
      error.code.name.lowercased(),
      error.message,
      retryAfter: error.retryAfter ?? (mayRetry ? .seconds(1) : nil)
    )
  }

  init(_ refusal: Admission.Refusal) {
    self.init(ErrorMapping.rpcError(refusal))
    if refusal.isAboutIdentity { fields[.wwwAuthenticate] = "Bearer" }
  }

  init(_ refusal: ConcurrencyGate.Refusal) {
    switch refusal {
    case .full:
      self.init(
        .serviceUnavailable,
        "busy",
        refusal.words,
        retryAfter: ErrorMapping.retryAfterFull
      )
    case .keyFull:
      self.init(
        .tooManyRequests,
        "too_many_requests",
        refusal.words,
        retryAfter: ErrorMapping.retryAfterFull
      )
    }
  }

  init(_ failure: HTTPBodyFailure) {
    switch failure {
    case .tooLarge(let limitBytes):
      self.init(.contentTooLarge, "too_large", "a body may have \(limitBytes) bytes: send parts")
    case .timedOut(let duration):
      self.init(.requestTimeout, "too_slow", "the body did not come whole within \(duration)")
    case .noMemory: self = .noMemory
    case .ended:
      self.init(
        ErrorMapping.clientClosed,
        "client_gone",
        "the client went before its body was here"
      )
    }
  }

  static let noMemory = ErrorAnswer(
    .serviceUnavailable,
    "busy",
    "other requests hold all the memory that there is for them",
    retryAfter: .seconds(1)
  )

  var answer: HTTPAnswer {
    var json = JSONText()
    json.raw("{\"error\":{\"code\":")
    json.text(code)
    json.raw(",\"message\":")
    json.text(message)
    if let field {
      json.raw(",\"field\":")
      json.text(field)
    }
    json.raw("}}\n")
    var answer = HTTPAnswer(
      status: status,
      type: MediaType.json.rawValue,
      body: Bytes(json.bytes)
    )
    answer.fields.append(contentsOf: fields)
    if let retryAfter {
      // Whole seconds, rounded up: the field has no fractions.
      let seconds = max(1, (retryAfter.wholeMilliseconds + 999) / 1000)
      answer.fields[.retryAfter] = "\(seconds)"
    }
    return answer
  }
}
