import Glibc
import InProcessTransport
import InferenceCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import TestKit
import Transport

@testable import InferenceServer

/// An engine whose inferences go on until a test lets them end: what a worker does around a native
/// library that is at work, or stuck.
final class HeldEngine: Engine, LoadedModel {
  private struct State {
    var begun: [Float] = []
    var released: Set<Float> = []
    var isOpen = false
  }

  let description = "held"
  let inputs = [TensorForm(name: "x", type: .fp32, shape: [1])]
  let outputs = [TensorForm(name: "y", type: .fp32, shape: [1])]
  /// A worker gives it one more.
  let concurrency = 1
  private let state = Mutex(State())
  /// Thrown by every inference.
  private let error: EngineError?

  init(failing error: EngineError? = nil) { self.error = error }

  /// The inputs of the inferences that have begun, in that order.
  var begun: [Float] { state.withLock { $0.begun } }

  /// The inference with this input ends, or will when it begins.
  func release(_ value: Float) { state.withLock { _ = $0.released.insert(value) } }

  /// Nothing waits any more.
  func open() { state.withLock { $0.isOpen = true } }

  func load(_ source: ModelSource) throws(EngineError) -> any LoadedModel { self }

  func infer(_ inputs: [TensorContent], outputs: [Int]) throws(EngineError) -> [TensorContent] {
    let value = inputs[0].data.withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
    state.withLock { $0.begun.append(value) }
    while !state.withLock({ $0.isOpen || $0.released.contains(value) }) { _ = sched_yield() }
    if let error { throw error }
    return inputs
  }
}

/// What a worker process serves, in memory.
func withWorker(
  _ engine: HeldEngine,
  _ body: (InferenceWorkerClient) async throws -> Void
) async throws {
  let network = InProcessNetwork()
  let (serverLoop, clientLoop) = (ThreadLoop(), ThreadLoop())
  let address = TransportAddress.unix(path: "/worker")
  let server = try Server([InferenceWorkerAnswers(queueLimit: 16) { engine }])
  try await server.serve(network.server(at: address, as: .localProcess, loops: [serverLoop]))
  let channel = ServiceChannel(
    to: address,
    over: network.client(as: .localProcess, loops: [clientLoop])
  )
  let outcome: Result<Void, any Error>
  do {
    let client = InferenceWorkerClient(channel)
    _ = try await client.loadModel(LoadModelRequest(format: .onnx, entryPath: "x"))
    outcome = .success(try await body(client))
  } catch {
    outcome = .failure(error)
  }
  engine.open()
  server.abort()
  try? await eventually("all connections are closed") { server.openConnectionCount == 0 }
  for loop in [clientLoop, serverLoop] { loop.shutdown() }
  try outcome.get()
}

extension InferRequest {
  init(_ value: Float) {
    let data = withUnsafeBytes(of: value) { Bytes(copying: $0) }
    self.init(inputs: [Tensor(name: "x", dataType: .fp32, shape: [1], data: data)])
  }
}
