import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// What a crash costs, and what an unloaded model leaves.
@Suite("A worker of the inference host", .serialized, .timeLimit(.minutes(3)))
struct CrashTests {
  private static let row = PredictRequest.rows(Tensor("x", [1, 3], [1, 1, 1]))

  private static func slowRows(_ count: Int) -> PredictRequest {
    .rows(Tensor("x", [Int64(count), 512], [Float](repeating: 1, count: count * 512)))
  }

  private func withSlowHost(_ body: (HostProcess, String) async throws -> Void) async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("slow").place(as: "slow", in: folder)
      let host = try await HostProcess(world, models: folder)
      try await host.waitFor("slow", .ready)
      try await body(host, folder)
    }
  }

  @Test("killed in the middle of a call costs that call alone, and is started again")
  func killed() async throws {
    try await withSlowHost { host, folder in
      let slowWorker = try #require(host.workers.first)
      try TestModel("affine").place(as: "sums", in: folder)
      try await host.waitFor("sums", .ready)
      let client = try host.client()
      async let slow = failure {
        _ = try await client.predict(CrashTests.slowRows(8000), options: .endpoint("slow"))
      }
      try await eventually("the call is in work") {
        try await host.metric("martlet_inference_in_flight_calls{endpoint=\"slow\"") == 1
      }
      kill(slowWorker, SIGKILL)
      let error = await slow
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("worker ended") == true)
      // The other model's worker is another process.
      let other = try await client.predict(CrashTests.row, options: .endpoint("sums"))
      #expect(other.outputs[0].floats == [9.5, 11.5])
      try await eventually("the model is served again") {
        await failure {
          _ = try await client.predict(CrashTests.slowRows(1), options: .endpoint("slow"))
        } == nil
      }
      #expect(!host.workers.contains(slowWorker))
      #expect(try await host.process.end() == .code(0))
    }
  }

  @Test("gives all memory back when its model is unloaded")
  func memory() async throws {
    try await withSlowHost { host, folder in
      let worker = try #require(host.workers.first)
      _ = try await host.client()
        .predict(CrashTests.slowRows(500), options: .endpoint("slow"))
      #expect(HostProcess.residentBytes(worker) > 20 << 20)
      try FileManager.default.removeItem(atPath: "\(folder)/slow")
      try await eventually("the worker's process is gone") { !HostProcess.isAlive(worker) }
      // What the host itself kept of a megabyte's call is little.
      #expect(HostProcess.residentBytes(host.process.processID) < 300 << 20)
      #expect(try await host.process.end() == .code(0))
    }
  }

  @Test("lets its call end when its model is taken away")
  func takenAway() async throws {
    try await withSlowHost { host, folder in
      let worker = try #require(host.workers.first)
      let client = try host.client()
      async let slow = client.predict(CrashTests.slowRows(3000), options: .endpoint("slow"))
      try await eventually("the call is in work") {
        try await host.metric("martlet_inference_in_flight_calls{endpoint=\"slow\"") == 1
      }
      try FileManager.default.removeItem(atPath: "\(folder)/slow")
      #expect(try await slow.outputs[0].floats == [1])
      try await eventually("the worker's process is gone") { !HostProcess.isAlive(worker) }
      #expect(try await host.process.end() == .code(0))
    }
  }

  @Test("lets its call end when the host is told to stop")
  func drains() async throws {
    try await withSlowHost { host, _ in
      let client = try host.client()
      async let slow = client.predict(CrashTests.slowRows(1500), options: .endpoint("slow"))
      try await eventually("the call is in work") {
        try await host.metric("martlet_inference_in_flight_calls{endpoint=\"slow\"") == 1
      }
      let workers = host.workers
      host.process.send(SIGTERM)
      #expect(try await slow.outputs[0].floats == [1])
      #expect(try await host.process.waitForExit() == .code(0))
      #expect(!workers.contains(where: HostProcess.isAlive))
    }
  }
}
