import GatewayCore
import HTTPEdge
import HTTPTypes
import PredictionFormats
import Primitives
import RPC
import Testing

@testable import GatewayServer

@Suite("How errors look on the other side")
struct ErrorMappingTests {
  @Test("every outcome of a call has its status")
  func codes() {
    let table: [StatusCode: Int] = [
      .ok: 200, .cancelled: 499, .unknown: 500, .invalidArgument: 422, .deadlineExceeded: 504,
      .notFound: 404, .alreadyExists: 409, .permissionDenied: 403, .resourceExhausted: 429,
      .failedPrecondition: 409, .aborted: 409, .outOfRange: 422, .unimplemented: 501,
      .internal: 500, .unavailable: 503, .dataLoss: 500, .unauthenticated: 401,
    ]
    for code in StatusCode.allCases {
      #expect(ErrorMapping.status(code).code == table[code], "\(code.name)")
    }
  }

  @Test("every kind of problem has its status")
  func problems() {
    let table: [(InvocationProblem.Kind, Int)] = [
      (.malformed, 400), (.mismatch, 422), (.unsupported, 415), (.tooLarge, 413), (.noMemory, 503),
    ]
    #expect(table.count == InvocationProblem.Kind.allCases.count)
    for (kind, status) in table { #expect(ErrorMapping.status(kind).code == status) }
  }

  @Test("who is not known gets 401 and is told how; who may not, 403")
  func refusals() {
    let unknown = ErrorAnswer(.noKey)
    #expect(unknown.status.code == 401 && unknown.fields[.wwwAuthenticate] == "Bearer")
    let barred = ErrorAnswer(.lacksAction(.invoke, key: "mine", what: "it"))
    #expect(barred.status.code == 403 && barred.fields[.wwwAuthenticate] == nil)
    #expect(ErrorMapping.rpcError(.expiredKey).code == .unauthenticated)
    #expect(ErrorMapping.rpcError(.lacksEndpoint("e", key: "k")).code == .permissionDenied)
  }

  @Test("the time to wait is whole seconds, rounded up, and always there for 429 and 503")
  func waits() {
    func wait(_ error: RPCError) -> String? { ErrorAnswer(error).answer.fields[.retryAfter] }
    #expect(wait(RPCError(.unavailable, "x")) == "1")
    #expect(wait(RPCError(.resourceExhausted, "x", retryAfter: .milliseconds(2100))) == "3")
    #expect(wait(RPCError(.unavailable, "x", retryAfter: .milliseconds(1))) == "1")
    #expect(wait(RPCError(.internal, "x")) == nil)
  }

  @Test("each failure of a body has its status")
  func bodies() {
    let table: [(HTTPBodyFailure, Int)] = [
      (.tooLarge(limitBytes: 1), 413), (.timedOut(.seconds(1)), 408), (.noMemory, 503),
      (.ended, 499),
    ]
    for (failure, status) in table { #expect(ErrorAnswer(failure).status.code == status) }
  }

  @Test("an error is JSON, whatever its words hold")
  func json() {
    let answer = ErrorAnswer(.badRequest, "c", "a \"b\"\n", field: "f\\").answer
    #expect(
      answer.body.utf8Text
        == "{\"error\":{\"code\":\"c\",\"message\":\"a \\\"b\\\"\\n\",\"field\":\"f\\\\\"}}\n"
    )
    #expect(answer.fields[.contentType] == "application/json")
  }
}
