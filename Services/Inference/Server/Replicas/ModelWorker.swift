import InferenceCore
import Logging
import Primitives
import Processes
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import Synchronization

/// A worker process that holds one loaded model, as its host sees it.
///
/// It watches that inferences end: one that goes on too long after its call's deadline costs the
/// worker its life (`OverrunWatch`), because nothing else ends a call that is inside of an engine.
final class ModelWorker: Sendable {
  let process: WorkerProcess
  private let client: InferenceWorkerClient
  private let watch: Mutex<OverrunWatch>
  private let ownEnd = Mutex<String?>(nil)
  private let onStuck: @Sendable (String) -> Void

  /// How workers are started.
  struct Terms: Sendable {
    var worker: InferenceWorker.Terms
    var threadCount: Int
    var addressSpaceBytes: Int?
    /// How long an inference may go on behind its call's deadline.
    var overrunLimit: Duration
    /// What a worker gets of the host's environment.
    var environment: [String: String]
  }

  /// Starts the process; it answers when it is called.
  /// - Parameter onStuck: Called with the reason before a stuck worker is ended.
  init(
    _ terms: Terms,
    loop: NIOLoop,
    onStuck: @escaping @Sendable (String) -> Void
  ) throws(ProcessError) {
    process = try WorkerProcess.start(
      arguments: terms.worker.arguments,
      environment: terms.environment,
      loop: loop,
      limits: WorkerLimits(addressSpaceBytes: terms.addressSpaceBytes),
      wire: InferenceWorker.wireLimits
    )
    client = InferenceWorkerClient(process.channel)
    watch = Mutex(OverrunWatch(limit: terms.overrunLimit))
    self.onStuck = onStuck
  }

  /// Why this side ended it; nil when it did not.
  var endReason: String? { ownEnd.withLock { $0 } }

  func load(_ request: LoadModelRequest) async throws(RPCError) -> LoadModelResponse {
    try await client.loadModel(request)
  }

  /// The outputs at `outputs`, in that order.
  /// - Throws: What the caller may be told, but for `EngineText`, which must be taken out first.
  func infer(
    _ inputs: [TensorContent],
    outputs: [Int],
    _ form: ServingForm,
    deadline: Instant
  ) async throws(RPCError) -> (contents: [TensorContent], computeMicroseconds: UInt64) {
    let request = InferRequest(
      inputs: zip(form.inputs, inputs).map { $0.tensor($1) },
      outputs: outputs.count == form.outputs.count ? [] : outputs.map { form.outputs[$0].name }
    )
    let response: InferResponse
    do throws(RPCError) {
      response = try await client.infer(
        request,
        options: CallOptions(timeout: max(.zero, deadline - .now))
      )
    } catch {
      throw failed(error, deadline)
    }
    guard response.outputs.count == outputs.count else {
      throw RPCError(
        .internal,
        "the worker gave \(response.outputs.count) outputs; expected "
          + "\(outputs.count)"
      )
    }
    return (
      response.outputs.map { TensorContent(shape: $0.shape, data: $0.data) }, response.inferUs
    )
  }

  /// What the caller of a prediction is told.
  private func failed(_ error: RPCError, _ deadline: Instant) -> RPCError {
    switch error.code {
    case .deadlineExceeded, .cancelled:
      // The engine may still be at it.
      gaveUp(deadline)
      return error
    case .unavailable:
      // The connection is never made again. Where the process lives on without it, it is stopped
      // or stuck; one that has ended is not touched.
      process.kill()
      return RPCError(
        .unavailable,
        "the model's worker ended while it had the call; it is being started again",
        retryAfter: .seconds(1)
      )
    case .ok, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
      .resourceExhausted, .failedPrecondition, .aborted, .outOfRange, .unimplemented, .internal,
      .dataLoss, .unauthenticated:
      return error
    }
  }

  // MARK: Stuck engines

  private func gaveUp(_ deadline: Instant) {
    let interval = watch.withLock { watch in
      watch.gaveUp(deadline: deadline) ? watch.interval : nil
    }
    guard let interval else { return }
    // Detached: the call that was given up has a deadline, which must not become the watch's.
    Task.detached { [weak self] in
      while true {
        do { try await Task.sleep(for: interval) } catch { return }
        guard let self, await self.look() else { return }
      }
    }
  }

  /// - Returns: Whether to look again.
  private func look() async -> Bool {
    guard process.status == nil else { return false }
    let limit = watch.withLock { $0.limit }
    let look: OverrunWatch.Look
    do throws(RPCError) {
      let answer = try await client.describeWork(
        DescribeWorkRequest(),
        options: CallOptions(timeout: limit)
      )
      look = .behind(.microseconds(Int64(clamping: answer.behindUs)))
    } catch {
      switch error.code {
      case .deadlineExceeded: look = .silent
      case .unavailable:
        // The connection is gone, and is never made again.
        process.kill()
        return false
      default: return true
      }
    }
    switch watch.withLock({ $0.looked(look, now: .now) }) {
    case .goOn: return true
    case .stop: return false
    case .end(let reason):
      ownEnd.withLock { $0 = "the model's worker was ended: \(reason)" }
      onStuck(reason)
      process.kill()
      return false
    }
  }
}
