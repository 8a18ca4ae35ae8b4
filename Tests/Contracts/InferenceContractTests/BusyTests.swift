import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// What a host says when it has enough to do.
@Suite("A busy inference host", .timeLimit(.minutes(2)))
struct BusyTests {
  private func withHost(
    _ models: [(name: String, endpoint: String)],
    _ arguments: [String],
    _ body: (HostProcess, InferenceClient) async throws -> Void
  ) async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      for model in models { try TestModel(model.name).place(as: model.endpoint, in: folder) }
      let host = try await HostProcess(world, models: folder, arguments)
      for model in models { try await host.waitFor(model.endpoint, .ready) }
      try await body(host, try host.client())
      #expect(try await host.process.end() == .code(0))
    }
  }

  private func inFlight(_ host: HostProcess, _ endpoint: String) async throws -> Double {
    try await host.metric("martlet_inference_in_flight_calls{endpoint=\"\(endpoint)\"")
  }

  private func refused(_ host: HostProcess, _ scope: String, _ limit: String) async throws -> Double
  {
    let text = try await HTTPGet.text(of: "/metrics", at: host.metricsAddress)
    return text.split(separator: "\n")
      .filter {
        $0.hasPrefix("martlet_inference_refused_total{") && $0.contains("scope=\"\(scope)\"")
          && $0.contains("limit=\"\(limit)\"")
      }
      .compactMap { Double($0.split(separator: " ").last ?? "") }
      .reduce(0, +)
  }

  @Test("refuses more predictions than it may have in work, unseen, and takes them again later")
  func calls() async throws {
    let limits = ["--predict-replica-calls", "2", "--predict-host-calls", "3"]
    try await withHost([("spin", "one"), ("spin", "two")], limits) { host, client in
      func hold(_ endpoint: String) -> Task<RPCError?, Never> {
        Task {
          await failure {
            _ = try await client.predict(Spinning.forever, options: .endpoint(endpoint))
          }
        }
      }
      func tell(_ endpoint: String) async -> RPCError? {
        await failure {
          _ = try await client.predict(
            Spinning.turns(1),
            options: .endpoint(endpoint, timeout: .milliseconds(300))
          )
        }
      }
      let held = [hold("one"), hold("one")]
      try await eventually("both are in work") { try await inFlight(host, "one") == 2 }
      let full = await tell("one")
      #expect(full?.code == .resourceExhausted && full?.isNotStarted == true)
      #expect(full?.retryAfter != nil && full?.message.contains("endpoint one") == true)
      #expect(try await refused(host, "replica", "calls") == 1)
      // The other replica has room of its own, as far as the host has.
      let third = hold("two")
      try await eventually("it is in work") { try await inFlight(host, "two") == 1 }
      let fourth = await tell("two")
      #expect(fourth?.code == .resourceExhausted && fourth?.isNotStarted == true)
      #expect(try await refused(host, "host", "calls") == 1)
      for task in held + [third] { task.cancel() }
      try await eventually("nothing is in work") {
        let (one, two) = (try await inFlight(host, "one"), try await inFlight(host, "two"))
        return one + two == 0
      }
      // It waits for the engine, which no cancelling stops, but it gets in.
      #expect(await tell("one")?.code != .resourceExhausted)
      try await eventually("nothing holds anything") {
        try await host.metric("martlet_inference_in_flight_bytes") == 0
      }
    }
  }

  @Test("refuses predictions while those in work hold as many bytes as they may")
  func bytes() async throws {
    try await withHost([("slow", "slow")], ["--predict-replica-bytes", "1MiB"]) { host, client in
      func rows(_ count: Int) -> PredictRequest {
        .rows(Tensor("x", [Int64(count), 512], [Float](repeating: 1, count: count * 512)))
      }
      // More than the limit: alone it may come in.
      async let large = client.predict(rows(3000), options: .endpoint("slow"))
      try await eventually("it is in work") { try await inFlight(host, "slow") == 1 }
      #expect(try await host.metric("martlet_inference_in_flight_bytes") == 2 * 3000 * 2048)
      let error = await failure {
        _ = try await client.predict(rows(1), options: .endpoint("slow"))
      }
      #expect(error?.code == .resourceExhausted && error?.isNotStarted == true)
      #expect(error?.retryAfter != nil)
      #expect(try await refused(host, "replica", "bytes") == 1)
      #expect(try await large.outputs[0].floats == [1])
      _ = try await client.predict(rows(1), options: .endpoint("slow"))
      try await eventually("nothing holds anything") {
        try await host.metric("martlet_inference_in_flight_bytes") == 0
      }
    }
  }
}
