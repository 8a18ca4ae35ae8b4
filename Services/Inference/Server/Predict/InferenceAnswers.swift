import InferenceCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry

/// Answers `Inference.Predict` from a replica of this host.
struct InferenceAnswers: InferenceService {
  let host: ReplicaHost
  let executor: BlockingExecutor

  /// Bytes of input that are made into tensors on the loop; more goes to another thread. It takes
  /// about 100 µs.
  static let inlineBytes = 64 << 10

  func predict(_ request: PredictRequest, context: CallContext) async throws -> PredictResponse {
    let replica = try replica(context)
    guard let lease = replica.begin() else {
      throw InferenceAnswers.unavailable(replica.identity.endpoint, "is on its way out")
    }
    defer { replica.end() }
    let metrics = replica.metrics
    metrics.inFlight.add()
    defer { metrics.inFlight.subtract() }
    let begin = Instant.now
    do {
      let answer = try PredictionAnswer(request.outputs, lease.form)
      let input = try await prepare(request, lease.form)
      var contents: [TensorContent] = []
      if !input.contents.isEmpty {
        let sent = Instant.now
        let result = try await lease.worker.infer(
          input.contents,
          outputs: answer.modelOutputs,
          lease.form
        )
        contents = result.contents
        let compute = Duration.microseconds(Int64(clamping: result.computeMicroseconds))
        metrics.compute.observe(compute)
        metrics.queue.observe(max(.zero, Instant.now - sent - compute))
      }
      let outputs = try answer.tensors(contents, input)
      metrics.rows.add(UInt64(input.rowCount))
      metrics.request.observe(Instant.now - begin)
      return PredictResponse(
        outputs: outputs,
        model: replica.identity.model,
        modelVersion: replica.identity.version,
        host: host.instance
      )
    } catch {
      metrics.failed(
        (error as? RPCError)?.code ?? (error is CancellationError ? .cancelled : .unknown)
      )
      throw error
    }
  }

  private func prepare(
    _ request: PredictRequest,
    _ form: ServingForm
  ) async throws -> PredictionInput {
    if InferenceAnswers.weight(request) <= InferenceAnswers.inlineBytes {
      return try PredictionInput(request.input, form)
    }
    return try await executor.run { try PredictionInput(request.input, form) }
  }

  /// Roughly the bytes that have to be looked at; tensors are passed on as they are.
  private static func weight(_ request: PredictRequest) -> Int {
    switch request.input {
    case .tensors?, nil: 0
    case .bytes(let bytes)?: bytes.items.reduce(0) { $0 + min($1.count, 16 << 10) }
    case .table(let table)?: Int(table.rowCount) * max(1, table.columns.count) * 8
    }
  }

  private func replica(_ context: CallContext) throws(RPCError) -> Replica {
    let parsed: CallTarget?
    do throws(CallTarget.Problem) {
      parsed = try CallTarget(context.target)
    } catch {
      throw RPCError(.invalidArgument, error.description)
    }
    guard let target = parsed else {
      throw RPCError(
        .invalidArgument,
        "a prediction is for an endpoint; set the call's target to endpoints/NAME"
      )
    }
    let account = context.principal?.account ?? ReplicaDescription.defaultAccount
    switch host.find(target, account: account) {
    case .ready(let replica): return replica
    case .notReady(let why): throw InferenceAnswers.unavailable(target.endpoint, why)
    case .unknown:
      throw InferenceAnswers.unknown(target.endpoint, askedBy: context.peer.role)
    }
  }

  static func unavailable(_ endpoint: String, _ why: String) -> RPCError {
    RPCError(
      .unavailable,
      "no replica of endpoint \(endpoint) is ready; the one of this host \(why)",
      retryAfter: .seconds(1),
      isNotStarted: true
    )
  }

  /// Nobody here has heard of the endpoint. The balancer and other hosts send only calls for
  /// endpoints that exist, so to them this host has just not heard of it yet: it may have started
  /// a moment ago.
  static func unknown(_ endpoint: String, askedBy role: String?) -> RPCError {
    if role == "balancer" || role == "inference" {
      return RPCError(
        .unavailable,
        "no replica of endpoint \(endpoint) is ready; this host knows none",
        retryAfter: .seconds(1),
        isNotStarted: true
      )
    }
    return RPCError(
      .notFound,
      "no endpoint \(endpoint) is known here; see `martlet endpoints`",
      isNotStarted: true
    )
  }
}
