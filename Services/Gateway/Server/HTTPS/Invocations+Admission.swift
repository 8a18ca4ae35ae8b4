import GatewayCore
import HTTPEdge
import HTTPTypes
import PredictionFormats
import Primitives

/// What is judged by the head of a request alone, before any of its body is held.
extension Invocations {
  func admit(
    _ head: HTTPHead,
    _ endpoint: String,
    _ record: inout RequestRecord
  ) throws(ErrorAnswer) -> Admitted {
    guard head.method == .post else {
      var error = ErrorAnswer(.methodNotAllowed, "method_not_allowed", "use POST")
      error.fields[.allow] = "POST"
      throw error
    }
    let grant = try grant(head, endpoint)
    record.keyID = grant.keyID
    let schema = try schema(of: endpoint, grant.account)
    guard let answer = MediaType.ofAnswer(head.fields[.accept]) else {
      throw ErrorAnswer(
        .notAcceptable,
        "not_acceptable",
        "answers are application/json or text/csv"
      )
    }
    return Admitted(
      endpoint: endpoint,
      grant: grant,
      body: InvocationBody(type: try mediaType(head, schema), schema: schema),
      answerType: answer.type,
      answerHasHeader: answer.header,
      timeout: try timeout(head)
    )
  }

  private func grant(_ head: HTTPHead, _ endpoint: String) throws(ErrorAnswer) -> Admission.Grant {
    let presented = ring.present(
      peer: head.peer,
      authorization: head.fields[.authorization],
      secret: head.fields[.apiKey]
    )
    do throws(Admission.Refusal) {
      return try Admission.decide(
        presented,
        needs: .invoke(endpoint: endpoint),
        nowUnixMicroseconds: WallClock.nowUnixMicroseconds
      )
    } catch {
      throw ErrorAnswer(error)
    }
  }

  private func schema(
    of endpoint: String,
    _ account: String
  ) throws(ErrorAnswer) -> EndpointSchema {
    switch endpoints.answer(account: account, name: endpoint) {
    case .known(let entry):
      switch entry.schema {
      case .success(let schema): return schema
      case .failure(let problem):
        throw ErrorAnswer(
          .serviceUnavailable,
          "not_ready",
          "the endpoint \(endpoint) cannot take requests: \(problem.words)",
          retryAfter: .seconds(5)
        )
      }
    case .unknown:
      throw ErrorAnswer(
        .notFound,
        "no_endpoint",
        "there is no endpoint \(endpoint): `martlet endpoints` shows those there are"
      )
    case .notYet:
      throw ErrorAnswer(
        .serviceUnavailable,
        "not_ready",
        "the gateway has just started and has not heard from the balancer yet",
        retryAfter: .seconds(1)
      )
    }
  }

  private func mediaType(
    _ head: HTTPHead,
    _ schema: EndpointSchema
  ) throws(ErrorAnswer) -> MediaType {
    let given = head.fields[.contentType]
    if let type = MediaType.ofBody(given), schema.mediaTypes.contains(type) { return type }
    let taken = schema.mediaTypes.map(\.rawValue).joined(separator: " and ")
    let shown = given.map { "not \($0.prefix(128))" } ?? "and the request has no Content-Type"
    throw ErrorAnswer(
      .unsupportedMediaType,
      "unsupported_media_type",
      "the endpoint takes \(schema.form.words) as \(taken), \(shown)",
      field: "content-type"
    )
  }

  private func timeout(_ head: HTTPHead) throws(ErrorAnswer) -> Duration {
    guard let field = head.fields[.timeout] else { return limits.defaultTimeout }
    guard let milliseconds = Int64(field), milliseconds > 0 else {
      throw ErrorAnswer(
        .badRequest,
        "invalid_timeout",
        "expected a whole number of milliseconds above 0",
        field: "x-martlet-timeout-ms"
      )
    }
    return min(.milliseconds(milliseconds), limits.maximumTimeout)
  }
}
