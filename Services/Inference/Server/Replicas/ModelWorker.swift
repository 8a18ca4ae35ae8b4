import InferenceCore
import Primitives
import Processes
import Protocols
import RPC
import RPCRuntime
import SecureTransport

/// A worker process that holds one loaded model, as its host sees it.
final class ModelWorker: Sendable {
  let process: WorkerProcess
  private let client: InferenceWorkerClient

  /// How workers are started.
  struct Terms: Sendable {
    var worker: InferenceWorker.Terms
    var threadCount: Int
    var addressSpaceBytes: Int?
    /// What a worker gets of the host's environment.
    var environment: [String: String]
  }

  /// Starts the process; it answers when it is called.
  init(_ terms: Terms, loop: NIOLoop) throws(ProcessError) {
    process = try WorkerProcess.start(
      arguments: terms.worker.arguments,
      environment: terms.environment,
      loop: loop,
      limits: WorkerLimits(addressSpaceBytes: terms.addressSpaceBytes),
      wire: InferenceWorker.wireLimits
    )
    client = InferenceWorkerClient(process.channel)
  }

  func load(_ request: LoadModelRequest) async throws(RPCError) -> LoadModelResponse {
    try await client.loadModel(request)
  }

  /// The outputs at `outputs`, in that order.
  func infer(
    _ inputs: [TensorContent],
    outputs: [Int],
    _ form: ServingForm
  ) async throws(RPCError) -> (contents: [TensorContent], computeMicroseconds: UInt64) {
    let request = InferRequest(
      inputs: zip(form.inputs, inputs).map { $0.tensor($1) },
      outputs: outputs.count == form.outputs.count ? [] : outputs.map { form.outputs[$0].name }
    )
    let response: InferResponse
    do throws(RPCError) {
      response = try await client.infer(request)
    } catch {
      throw ModelWorker.told(error)
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

  /// What the caller of a prediction is told of a worker that went.
  private static func told(_ error: RPCError) -> RPCError {
    guard error.code == .unavailable else { return error }
    return RPCError(
      .unavailable,
      "the model's worker ended while it had the call; it is being started again",
      retryAfter: .seconds(1)
    )
  }
}
