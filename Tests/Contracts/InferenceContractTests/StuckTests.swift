import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Inferences that do not end by themselves.
@Suite("A stuck engine", .serialized, .timeLimit(.minutes(4)))
struct StuckTests {
  private func withHost(
    overrunLimit: String,
    _ body: (HostProcess, InferenceClient) async throws -> Void
  ) async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("spin").place(as: "spin", in: folder)
      let host = try await HostProcess(
        world,
        models: folder,
        ["--worker-overrun-limit", overrunLimit]
      )
      try await host.waitFor("spin", .ready)
      try await body(host, try host.client())
      #expect(try await host.process.end() == .code(0))
    }
  }

  private func isServedAgain(_ host: HostProcess, _ client: InferenceClient) async throws {
    try await eventually("the model is served again") {
      await failure {
        let answer = try await client.predict(Spinning.turns(3), options: .endpoint("spin"))
        #expect(answer.outputs[0].floats == [1.75])
      } == nil
    }
    #expect(try await host.metric("martlet_inference_stuck_workers_total{endpoint=\"spin\"") == 1)
  }

  @Test("an inference far behind its deadline ends its worker, and the model is served again")
  func spinning() async throws {
    try await withHost(overrunLimit: "1s") { host, client in
      let worker = try #require(host.workers.first)
      async let late = failure {
        _ = try await client.predict(
          Spinning.forever,
          options: .endpoint("spin", timeout: .seconds(5))
        )
      }
      // The engine works on one after the other, and is behind with the first alone.
      try await eventually("it is in work") {
        try await host.metric("martlet_inference_in_flight_calls{endpoint=\"spin\"") == 1
      }
      // Shares the worker, and still has time.
      let crashed = await failure {
        _ = try await client.predict(Spinning.forever, options: .endpoint("spin"))
      }
      #expect(await late?.code == .deadlineExceeded)
      #expect(crashed?.code == .unavailable)
      #expect(crashed?.message.contains("worker ended") == true, "\(crashed as Any)")
      try await eventually("the worker is gone") { !HostProcess.isAlive(worker) }
      try await isServedAgain(host, client)
    }
  }

  @Test("a worker that stands still is ended, too")
  func stopped() async throws {
    try await withHost(overrunLimit: "1s") { host, client in
      let worker = try #require(host.workers.first)
      kill(worker, SIGSTOP)
      let late = await failure {
        _ = try await client.predict(
          Spinning.turns(3),
          options: .endpoint("spin", timeout: .milliseconds(300))
        )
      }
      #expect(late?.code == .deadlineExceeded)
      try await eventually("the worker is gone") { !HostProcess.isAlive(worker) }
      try await isServedAgain(host, client)
    }
  }

  @Test("long work whose caller waits is left alone, whoever gives up beside it")
  func longWork() async throws {
    try await withHost(overrunLimit: "2s") { host, client in
      let workers = host.workers
      // Longer than the limit, within its deadline.
      async let long = client.predict(
        Spinning.turns(1_000_000),
        options: .endpoint("spin", timeout: .seconds(120))
      )
      for _ in 0..<20 {
        // Behind its deadline by less than the limit, or skipped where it waited.
        _ = await failure {
          _ = try await client.predict(
            Spinning.turns(5000),
            options: .endpoint("spin", timeout: .milliseconds(10))
          )
        }
      }
      let answer = try await long
      #expect(answer.outputs[0].floats == [2])
      #expect(host.workers == workers)
      #expect(try await host.metric("martlet_inference_stuck_workers_total{") == 0)
    }
  }
}
