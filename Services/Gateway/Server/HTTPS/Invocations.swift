import GatewayCore
import HTTPEdge
import HTTPTypes
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry

/// The bounds of invocations.
public struct InvocationLimits: Sendable {
  /// One request's body.
  public var bodyBytes = 64 << 20
  /// Requests in work at a time: in all, and of one key.
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
  private let metrics: EdgeMetrics
  private let gate: Mutex<ConcurrencyGate>
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
    _ ring: KeyRing,
    _ endpoints: EndpointView,
    _ inference: any CallChannel,
    _ metrics: EdgeMetrics
  ) {
    self.limits = limits
    self.ring = ring
    self.endpoints = endpoints
    self.inference = InferenceClient(inference)
    self.metrics = metrics
    gate = Mutex(
      ConcurrencyGate(limitCount: limits.requestCount, keyLimitCount: limits.keyRequestCount)
    )
  }

  // MARK: The body

  func answer(
    _ admitted: Admitted,
    _ body: Result<Bytes, HTTPBodyFailure>,
    _ record: inout RequestRecord
  ) async -> HTTPAnswer {
    do throws(ErrorAnswer) {
      let bytes: Bytes
      switch body {
      case .success(let whole): bytes = whole
      case .failure(let failure): throw ErrorAnswer(failure)
      }
      record.bytesIn = bytes.count
      try enter(admitted.grant.keyID)
      metrics.inFlight.add()
      defer {
        gate.withLock { $0.leave(key: admitted.grant.keyID) }
        metrics.inFlight.subtract()
      }
      let request = try await message(admitted, bytes, &record)
      let response = try await predict(admitted, request, &record)
      return try await encode(response, admitted)
    } catch {
      record.why = error.code
      return error.answer
    }
  }

  private func enter(_ key: String) throws(ErrorAnswer) {
    let refusal = gate.withLock { gate -> ConcurrencyGate.Refusal? in
      do throws(ConcurrencyGate.Refusal) {
        try gate.enter(key: key)
        return nil
      } catch {
        return error
      }
    }
    switch refusal {
    case nil: return
    case .full(let limitCount)?:
      throw ErrorAnswer(
        .serviceUnavailable,
        "busy",
        "\(limitCount) requests are in work, which is the limit",
        retryAfter: .seconds(1)
      )
    case .keyFull(let limitCount)?:
      throw ErrorAnswer(
        .tooManyRequests,
        "too_many_requests",
        "\(limitCount) requests of this key are in work, which is the limit",
        retryAfter: .seconds(1)
      )
    }
  }

  private func message(
    _ admitted: Admitted,
    _ bytes: Bytes,
    _ record: inout RequestRecord
  ) async throws(ErrorAnswer) -> PredictRequest {
    let body = admitted.body
    let start = Instant.now
    let parsed = try await working(bytes.count) { () throws(ErrorAnswer) in
      do throws(InvocationProblem) {
        return try body.parse(bytes)
      } catch {
        throw ErrorAnswer(error)
      }
    }
    let middle = Instant.now
    record.parse = middle - start
    let request = try await working(bytes.count) { () throws(ErrorAnswer) in
      do throws(InvocationProblem) {
        return try body.validate(parsed)
      } catch {
        throw ErrorAnswer(error)
      }
    }
    record.validate = .now - middle
    return request
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
      throw ErrorAnswer(error)
    }
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
