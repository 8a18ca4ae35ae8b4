import GatewayCore
import HTTPEdge
import HTTPTypes
import PredictionFormats
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry

/// The bounds of invocations.
public struct InvocationLimits: Sendable {
  /// One request's body.
  public var bodyBytes = 64 << 20
  /// Requests of both edges in work at a time: in all, and of one key.
  public var requestCount = 1024
  public var keyRequestCount = 256
  /// Of a request that does not say how long it waits.
  public var defaultTimeout = Duration.seconds(60)
  /// The longest that it may say.
  public var maximumTimeout = Duration.seconds(600)

  public init() {}
}

/// `POST /endpoints/{name}/invocations`, from the head to the answer.
final class Invocations: Sendable {
  let limits: InvocationLimits
  let ring: KeyRing
  let endpoints: EndpointView
  private let inference: InferenceClient
  private let gate: RequestGate
  /// For bodies and answers that would keep a loop for long.
  private let workers = BlockingExecutor(threadCount: 4, queueLimit: 256)
  /// Up to here a body is read on its connection's loop: about a millisecond.
  private static let inlineBytes = 64 << 10

  /// A request that may go on once its body is here.
  struct Admitted: Sendable {
    let endpoint: String
    let grant: Admission.Grant
    let body: InvocationBody
    let answerType: MediaType
    let answerHasHeader: Bool
    let timeout: Duration
  }

  init(
    _ limits: InvocationLimits,
    _ gate: RequestGate,
    _ ring: KeyRing,
    _ endpoints: EndpointView,
    _ inference: any CallChannel
  ) {
    self.limits = limits
    self.ring = ring
    self.endpoints = endpoints
    self.inference = InferenceClient(inference)
    self.gate = gate
  }

  // MARK: The body

  func answer(
    _ admitted: Admitted,
    _ body: Result<HTTPBody, HTTPBodyFailure>,
    _ record: inout RequestRecord
  ) async -> HTTPAnswer {
    do throws(ErrorAnswer) {
      let whole: HTTPBody
      switch body {
      case .success(let body): whole = body
      case .failure(let failure): throw ErrorAnswer(failure)
      }
      record.bytesIn = whole.bytes.count
      try enter(admitted.grant.keyID)
      defer { gate.leave(key: admitted.grant.keyID) }
      let request = try await message(admitted, whole, &record)
      let response = try await predict(admitted, request, &record)
      return try await encode(response, admitted, whole.memory)
    } catch {
      record.why = error.code
      record.detail = error.detail
      return error.answer
    }
  }

  private func enter(_ key: String) throws(ErrorAnswer) {
    do throws(ConcurrencyGate.Refusal) {
      try gate.enter(key: key)
    } catch {
      throw ErrorAnswer(error)
    }
  }

  /// Reading and checking are one job: what a body becomes goes straight to where it is sent from.
  private func message(
    _ admitted: Admitted,
    _ whole: HTTPBody,
    _ record: inout RequestRecord
  ) async throws(ErrorAnswer) -> PredictRequest {
    let start = Instant.now
    defer { record.parse = .now - start }
    return try await working(whole.bytes.count) { () throws(ErrorAnswer) in
      do throws(InvocationProblem) {
        return try admitted.body.message(whole.bytes) { whole.memory.take($0) }
      } catch {
        throw ErrorAnswer(error)
      }
    }
  }

  private func predict(
    _ admitted: Admitted,
    _ request: PredictRequest,
    _ record: inout RequestRecord
  ) async throws(ErrorAnswer) -> PredictResponse {
    var options = CallOptions(
      timeout: admitted.timeout,
      target: "endpoints/\(admitted.endpoint)"
    )
    options.principal = Principal(account: admitted.grant.account, keyID: admitted.grant.keyID)
    let start = Instant.now
    defer { record.backend = .now - start }
    do throws(RPCError) {
      return try await inference.predict(request, options: options)
    } catch {
      throw failed(error, admitted.grant.keyID)
    }
  }

  private func failed(_ error: RPCError, _ keyID: String) -> ErrorAnswer {
    var answer = ErrorAnswer(error)
    if PublicWords.isInternal(error.code) { answer.detail = error.message }
    if let trace = TraceScope.current,
      let retold = PublicWords.retold(error, trace, keyID: keyID)
    {
      answer.message = retold.message
    }
    return answer
  }

  /// Runs `body` here when there is little to do, and on a worker's thread otherwise.
  func working<Value: Sendable>(
    _ byteCount: Int,
    _ body: @escaping @Sendable () throws(ErrorAnswer) -> Value
  ) async throws(ErrorAnswer) -> Value {
    if byteCount <= Invocations.inlineBytes { return try body() }
    do {
      return try await workers.run(body)
    } catch let error as ErrorAnswer {
      throw error
    } catch let error as RPCError {
      throw ErrorAnswer(error)
    } catch {
      throw ErrorAnswer(ErrorMapping.clientClosed, "client_gone", "the client went away")
    }
  }
}
