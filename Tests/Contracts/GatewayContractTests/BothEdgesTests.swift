import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import Testing

@Suite("What both edges of a gateway share", .serialized, .timeLimit(.minutes(3)))
struct BothEdgesTests {
  private let request = PredictRequest(
    input: .tensors(
      TensorInput(tensors: [
        Tensor(name: "x", dataType: .fp32, shape: [1, 1], data: Bytes([0, 0, 128, 63]))
      ])
    )
  )
  private let body = #"{"instances":[[1,2]]}"#

  /// How a prediction over the native edge ends.
  private func predict(
    _ world: GatewayWorld,
    _ endpoint: String,
    key: String?,
    timeout: Duration = .seconds(20)
  ) async throws -> RPCError {
    let channel = try world.channel(key == nil ? "operator" : nil)
    var options = CallOptions(timeout: timeout, target: "endpoints/\(endpoint)")
    if let key { options.metadata.append("authorization", "Bearer \(key)") }
    do throws(RPCError) {
      _ = try await InferenceClient(channel).predict(request, options: options)
      return RPCError(.ok, "")
    } catch {
      return error
    }
  }

  /// The lines of the access log, as their fields.
  private func requests(_ world: GatewayWorld) -> [[String: Any]] {
    world.gateway.logText.split(separator: "\n").compactMap { line in
      let entry = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let entry, entry["message"] as? String == "request",
        var fields = entry["fields"] as? [String: Any]
      else { return nil }
      fields["trace_id"] = entry["trace_id"]
      return fields
    }
  }

  @Test("a key that holds its places on one edge has none on the other, and others have theirs")
  func places() async throws {
    try await GatewayWorld.run(["--invocations-max-requests-per-key", "1"]) { world in
      let greedy = try await world.key("greedy").secret
      let modest = try await world.key("modest").secret
      async let held = predict(world, "silent", key: greedy, timeout: .seconds(6))
      #expect(try await eventually { world.balancer.predictions.seen.count == 1 })
      #expect(try await world.metric("martlet_gateway_requests_in_flight") == 1)
      let refused = try await world.invoke("matrix", body, key: greedy)
      #expect(refused.status == 429 && refused.headers["retry-after"] == "1", "\(refused)")
      let native = try await predict(world, "matrix", key: greedy, timeout: .milliseconds(500))
      #expect(native.code == .resourceExhausted || native.code == .deadlineExceeded, "\(native)")
      let series = #"martlet_gateway_native_refusals_total{code="RESOURCE_EXHAUSTED"}"#
      #expect(try await world.metric(series) >= 1)
      #expect(try await predict(world, "matrix", key: modest).code == .ok)
      #expect(try await held.code == .deadlineExceeded)
      let isFree = try await eventually {
        try await world.metric("martlet_gateway_requests_in_flight") == 0
      }
      #expect(isFree)
      #expect(try await predict(world, "matrix", key: greedy).code == .ok)
    }
  }

  @Test("what the inside says of itself reaches operators and the log, and no key's holder")
  func innerWords() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all", [.invoke, .read]).secret
      let native = try await predict(world, "broken", key: key)
      #expect(native.code == .internal && native.details.isEmpty)
      #expect(!native.message.contains("/srv") && !native.message.contains("host-7"))
      let https = try await world.invoke("broken", body, key: key)
      #expect(https.status == 500 && !https.text.contains("/srv"), "\(https.text)")
      let away = try await predict(world, "away", key: key, timeout: .milliseconds(500))
      #expect(!away.message.contains("no replica is ready"), "\(away)")
      #expect(try await predict(world, "broken", key: nil).message == Predictions.innerWords)

      // Nobody serves the trainer's role here: neither does that name addresses.
      var options = CallOptions(timeout: .milliseconds(500), target: "services/trainer")
      options.metadata.append("authorization", "Bearer \(key)")
      let nobody = await #expect(throws: RPCError.self) {
        try await TrainerClient(world.channel(nil)).listTrainingJobs(
          ListTrainingJobsRequest(),
          options: options
        )
      }
      #expect(nobody?.message.contains("127.0.0.1") == false, "\(nobody?.message ?? "")")

      // The trace that was told leads to the words in the log.
      let isLogged = try await eventually {
        let told = [native.message, https["error.message"]]
        return told.allSatisfy { told in
          requests(world).contains { fields in
            guard let trace = fields["trace_id"] as? String else { return false }
            return told.contains(trace) && fields["detail"] as? String == Predictions.innerWords
          }
        }
      }
      #expect(isLogged, "\(world.gateway.logText.suffix(2000))")
    }
  }

  @Test("every call on the native edge has a line that says who, what, how much and why it ended")
  func accessLog() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all")
      #expect(try await predict(world, "matrix", key: key.secret).code == .ok)
      #expect(try await predict(world, "nobody", key: key.secret).code == .notFound)
      #expect(try await predict(world, "matrix", key: "mk_wrong").code == .unauthenticated)
      let isThere = try await eventually {
        requests(world).count { $0["edge"] as? String == "native" } >= 3
      }
      #expect(isThere)
      let lines = requests(world).filter { $0["edge"] as? String == "native" }
      let good = try #require(lines.first { $0["why"] as? String == "ok" })
      #expect(good["method"] as? String == "/martlet.inference.v1.Inference/Predict")
      #expect(good["target"] as? String == "endpoints/matrix")
      #expect(good["key"] as? String == key.id && good["status"] as? String == "OK")
      #expect((good["bytes_in"] as? Int ?? 0) > 8 && (good["bytes_out"] as? Int ?? 0) > 8)
      #expect(good["total_ms"] != nil && good["trace_id"] != nil)
      #expect(lines.contains { $0["why"] as? String == "not_found" })
      #expect(lines.contains { $0["why"] as? String == "unauthenticated" && $0["key"] == nil })
      #expect(!world.gateway.logText.contains(key.secret))
    }
  }
}
