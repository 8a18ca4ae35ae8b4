import InferenceCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization

/// What a worker process answers: it loads one model and runs it.
///
/// The engine works on threads of its own executor, so the loop that reads the socket pair never
/// waits for it.
final class InferenceWorkerAnswers: InferenceWorkerService {
  private enum Phase: Sendable {
    case empty
    case loading
    case loaded(any LoadedModel, BlockingExecutor)
  }

  private let makeEngine: @Sendable () throws(EngineError) -> any Engine
  private let queueLimit: Int
  private let phase = Mutex(Phase.empty)
  private let running = RunningInferences()

  /// - Parameters:
  ///   - queueLimit: Inferences that wait for the engine at most.
  ///   - makeEngine: Called once, away from the loop, with the first LoadModel.
  init(
    queueLimit: Int,
    makeEngine: @escaping @Sendable () throws(EngineError) -> any Engine
  ) {
    self.queueLimit = queueLimit
    self.makeEngine = makeEngine
  }

  func loadModel(
    _ request: LoadModelRequest,
    context: CallContext
  ) async throws -> LoadModelResponse {
    try phase.withLock { phase in
      guard case .empty = phase else {
        throw RPCError(.failedPrecondition, "this worker has its model; start another worker")
      }
      phase = .loading
    }
    let source = ModelSource(
      format: request.format,
      path: request.entryPath,
      threadCount: Int(min(request.threadCount, 4096)),
      inputNames: request.expected?.inputs.map(\.name) ?? [],
      outputNames: request.expected?.outputs.map(\.name) ?? []
    )
    do {
      let (model, engine) = try await BlockingExecutor(threadCount: 1).run { [makeEngine] in
        let engine = try makeEngine()
        return (try engine.load(source), engine.description)
      }
      // As many threads as inferences run at once, and one that has the next ready. Whatever waits
      // besides waits here, where it can be cancelled, and not inside of the engine.
      let executor = BlockingExecutor(
        threadCount: model.concurrency + 1,
        queueLimit: queueLimit
      )
      phase.withLock { $0 = .loaded(model, executor) }
      return LoadModelResponse(
        signature: Signature(inputs: model.inputs.map(\.spec), outputs: model.outputs.map(\.spec)),
        engine: engine
      )
    } catch {
      phase.withLock { $0 = .empty }
      throw InferenceWorkerAnswers.rpcError(error)
    }
  }

  func infer(_ request: InferRequest, context: CallContext) async throws -> InferResponse {
    guard case .loaded(let model, let executor) = phase.withLock({ $0 }) else {
      throw RPCError(.failedPrecondition, "this worker has no model yet", isNotStarted: true)
    }
    let inputs: [TensorContent]
    let wanted: [Int]
    do throws(TensorCheck.Problem) {
      // The host has checked this; the engine reads memory by these numbers, so it is done again.
      inputs = try TensorCheck.order(request.inputs.map(TensorOffer.init), for: model.inputs)
        .map { TensorContent(shape: request.inputs[$0].shape, data: request.inputs[$0].data) }
      wanted = try TensorCheck.outputs(request.outputs, of: model.outputs)
    } catch {
      throw RPCError(.invalidArgument, error.description)
    }
    do {
      let deadline = context.deadline
      // What was cancelled while it waited here is skipped, and so is what is too late.
      let (results, duration) = try await executor.run { [running] in
        let begin = Instant.now
        guard begin < deadline else { throw CancellationError() }
        let results = try running.run(until: deadline) { () throws(EngineError) in
          try model.infer(inputs, outputs: wanted)
        }
        return (results, Instant.now - begin)
      }
      return InferResponse(
        outputs: zip(wanted, results).map { model.outputs[$0].tensor($1) },
        inferUs: UInt64(max(0, duration.wholeMicroseconds))
      )
    } catch {
      throw InferenceWorkerAnswers.rpcError(error)
    }
  }

  func describeWork(
    _ request: DescribeWorkRequest,
    context: CallContext
  ) async throws -> DescribeWorkResponse {
    let (count, behind) = running.look(now: .now)
    return DescribeWorkResponse(
      runningCount: UInt32(clamping: count),
      behindUs: UInt64(max(0, behind.wholeMicroseconds))
    )
  }

  /// The host tells lasting failures from passing ones by the code. What it may tell callers is the
  /// message; what the engine said goes beside it.
  static func rpcError(_ error: any Error) -> any Error {
    switch error as? EngineError {
    case .missing(let reason)?: RPCError(.unavailable, reason)
    case .refusedModel(let reason)?: RPCError(.failedPrecondition, reason)
    case .refusedInput(let reason, let engine)?:
      RPCError(.invalidArgument, reason, details: EngineText.details(engine))
    case .failedInference(let reason)?:
      RPCError(
        .internal,
        "the model's engine failed on this input; the host's log says why",
        details: EngineText.details(reason)
      )
    case nil: error
    }
  }
}
