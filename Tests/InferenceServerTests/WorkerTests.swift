import InferenceCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@testable import InferenceServer

@Suite("What a worker does around its engine", .timeLimit(.minutes(2)))
struct WorkerTests {
  private func options(_ timeout: Duration) -> CallOptions {
    var options = CallOptions(timeout: timeout)
    options.mayRetry = false
    return options
  }

  @Test("calls whose deadline passes while they wait for the engine cost no inference")
  func expired() async throws {
    let engine = HeldEngine()
    try await withWorker(engine) { client in
      async let first = client.infer(InferRequest(1), options: options(.seconds(60)))
      async let second = client.infer(InferRequest(2), options: options(.seconds(60)))
      try await eventually("the engine is busy") { engine.begun.count == 2 }
      for value in 3..<7 {
        let error = await #expect(throws: RPCError.self) {
          try await client.infer(InferRequest(Float(value)), options: options(.milliseconds(20)))
        }
        #expect(error?.code == .deadlineExceeded)
      }
      let cancelled = Task {
        try await client.infer(InferRequest(7), options: options(.seconds(60)))
      }
      cancelled.cancel()
      await #expect(throws: RPCError.self) { try await cancelled.value }
      engine.open()
      #expect(try await first.outputs.count + second.outputs.count == 2)
      _ = try await client.infer(InferRequest(8), options: options(.seconds(60)))
      #expect(Set(engine.begun) == [1, 2, 8])
    }
  }

  @Test("what waits behind another inference is behind only once it is the first")
  func behind() async throws {
    let engine = HeldEngine()
    try await withWorker(engine) { client in
      let idle = try await client.describeWork(DescribeWorkRequest())
      #expect(idle.runningCount == 0 && idle.behindUs == 0)
      let patient = Task { try await client.infer(InferRequest(1), options: options(.seconds(60))) }
      try await eventually("the engine is busy") { engine.begun == [1] }
      await #expect(throws: RPCError.self) {
        try await client.infer(InferRequest(2), options: options(.milliseconds(100)))
      }
      try #require(engine.begun == [1, 2])
      let busy = try await client.describeWork(DescribeWorkRequest())
      #expect(busy.runningCount == 2 && busy.behindUs == 0)
      engine.release(1)
      _ = try await patient.value
      try await eventually("the other one is behind") {
        try await client.describeWork(DescribeWorkRequest()).behindUs > 1000
      }
      engine.release(2)
      try await eventually("it has ended") {
        try await client.describeWork(DescribeWorkRequest()).runningCount == 0
      }
    }
  }

  @Test("what an engine says of a failure is not in the words for the caller")
  func failures() async throws {
    let secret = "/srv/models/7/x.onnx: layer 3"
    let failures: [(EngineError, StatusCode, String)] = [
      (.failedInference(secret), .internal, "log says why"),
      (.refusedInput("of these sizes", engine: secret), .invalidArgument, "of these sizes"),
    ]
    for (failure, code, words) in failures {
      let engine = HeldEngine(failing: failure)
      engine.open()
      try await withWorker(engine) { client in
        var error = try #require(
          await #expect(throws: RPCError.self) {
            try await client.infer(InferRequest(1), options: options(.seconds(60)))
          }
        )
        #expect(error.code == code && error.message.contains(words))
        #expect(!error.message.contains("srv"))
        #expect(EngineText.take(from: &error) == secret)
        #expect(error.details.isEmpty && EngineText.take(from: &error) == nil)
      }
    }
  }
}
