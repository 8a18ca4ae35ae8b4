import InferenceCore
import Logging
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
      throw CallRefusal(
        InferenceAnswers.unavailable(
          "endpoint \(replica.identity.endpoint)",
          "is on its way out"
        )
      )
    }
    defer { replica.end() }
    let metrics = replica.metrics
    var heldBytes = PredictionWeight.of(request.input, lease.form)
    do throws(WorkGate.Full) {
      try replica.gate.enter(byteCount: heldBytes)
    } catch {
      metrics.refused(error)
      throw CallRefusal(error.error(replica.identity.endpoint))
    }
    defer { replica.gate.leave(byteCount: heldBytes) }
    metrics.inFlight.add()
    defer { metrics.inFlight.subtract() }
    let begin = Instant.now
    do {
      let answer = try PredictionAnswer(request.outputs, lease.form)
      let input = try await prepare(request, lease.form)
      // What has waited for its tensors until nobody wants it costs no inference.
      try Task.checkCancellation()
      var contents: [TensorContent] = []
      if !input.contents.isEmpty {
        contents = try await infer(input, answer, lease, replica, context)
        let answerBytes = contents.reduce(0) { $0 + $1.data.count }
        replica.gate.grow(byteCount: answerBytes)
        heldBytes += answerBytes
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

  private func infer(
    _ input: PredictionInput,
    _ answer: PredictionAnswer,
    _ lease: Replica.Lease,
    _ replica: Replica,
    _ context: CallContext
  ) async throws(RPCError) -> [TensorContent] {
    let sent = Instant.now
    do throws(RPCError) {
      let result = try await lease.worker.infer(
        input.contents,
        outputs: answer.modelOutputs,
        lease.form,
        deadline: context.deadline
      )
      let compute = Duration.microseconds(Int64(clamping: result.computeMicroseconds))
      replica.metrics.compute.observe(compute)
      replica.metrics.queue.observe(max(.zero, Instant.now - sent - compute))
      return result.contents
    } catch {
      var told = error
      if let text = EngineText.take(from: &told) {
        // The log has the call's trace, by which an operator finds what the caller was not told.
        replica.logger.warning(
          "the engine refused an inference",
          metadata: ["code": "\(told.code.name)", "reason": "\(text)"]
        )
      }
      throw told
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
    case .notReady(let why): throw InferenceAnswers.unavailable(target.words, why)
    case .unknown:
      throw InferenceAnswers.unknown(target, askedBy: context.peer.role)
    }
  }

  /// - Parameter what: `endpoint NAME`, or by what else it was called.
  static func unavailable(_ what: String, _ why: String) -> RPCError {
    RPCError(
      .unavailable,
      "no replica of \(what) is ready; the one of this host \(why)",
      retryAfter: .seconds(1),
      isNotStarted: true
    )
  }

  /// Nobody here has heard of the endpoint. The balancer and other hosts send only calls for
  /// endpoints that exist, so to them this host has just not heard of it yet: it may have started
  /// a moment ago.
  static func unknown(_ target: CallTarget, askedBy role: String?) -> RPCError {
    if role == "balancer" || role == "inference" {
      return RPCError(
        .unavailable,
        "no replica of \(target.words) is ready; this host knows none",
        retryAfter: .seconds(1),
        isNotStarted: true
      )
    }
    return RPCError(
      .notFound,
      "\(target.words) is not known here; see `martlet endpoints`",
      isNotStarted: true
    )
  }
}
