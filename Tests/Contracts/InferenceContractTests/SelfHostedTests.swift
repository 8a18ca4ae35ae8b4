import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// What a host does with the models in its own folder.
@Suite("A self-hosted inference host", .timeLimit(.minutes(2)))
struct SelfHostedTests {
  private func withHost(
    _ models: (String) throws -> Void,
    _ body: (HostProcess, String) async throws -> Void
  ) async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try models(folder)
      let host = try await HostProcess(world, models: folder)
      try await body(host, folder)
      #expect(try await host.process.end() == .code(0))
    }
  }

  @Test("answers tensors with the model's outputs, all or those that are asked for")
  func tensors() async throws {
    try await withHost({ try TestModel("affine").place(as: "sums", in: $0, version: 3) }) {
      host,
      _ in
      try await host.waitFor("sums", .ready)
      let client = try host.client()
      let x = Tensor("x", [2, 3], [1, 1, 1, 0, 0, 1])
      let answer = try await client.predict(.rows(x), options: .endpoint("sums"))
      #expect(answer.outputs.map(\.name) == ["y", "double"])
      #expect(answer.outputs[0].floats == [9.5, 11.5, 5.5, 5.5])
      #expect(answer.outputs[0].shape == [2, 2])
      #expect(answer.outputs[1].floats == [2, 2, 2, 0, 0, 2])
      #expect(answer.model == "affine" && answer.modelVersion == 3 && answer.host == "a")

      let one = try await client.predict(
        .rows(x, outputs: ["double"]),
        options: .endpoint("sums/main")
      )
      #expect(one.outputs.map(\.name) == ["double"])
      #expect(try await host.metric("martlet_inference_rows_total{") == 4)
      let report = try await host.waitFor("sums", .ready)
      #expect(report.callCount == 2 && report.model == "affine")
    }
  }

  @Test("refuses tensors that do not fit, and says which and what is expected")
  func wrongTensors() async throws {
    try await withHost({ try TestModel("affine").place(as: "sums", in: $0) }) { host, _ in
      try await host.waitFor("sums", .ready)
      let client = try host.client()
      let wrong: [(PredictRequest, [String])] = [
        (.rows(Tensor("z", [1, 3], [1, 2, 3])), ["no input \"z\"", "\"x\" FP32 [-1, 3]"]),
        (.rows(Tensor("x", [1, 2], [1, 2])), ["\"x\" has the shape [1, 2]", "[-1, 3]"]),
        (.rows(Tensor("x", [2, 3], [1, 2, 3])), ["12 bytes", "24 bytes"]),
        (
          .rows(Tensor(name: "x", dataType: .int32, shape: [1, 3], data: Bytes(count12))),
          ["\"x\" has INT32", "expected FP32"]
        ),
        (.rows(), ["\"x\" is missing"]),
        (
          .rows(Tensor("x", [1, 3], [1, 2, 3]), outputs: ["w"]), ["no output \"w\"", "\"double\""]
        ),
        (PredictRequest(), ["no input", "tensors"]),
        (PredictRequest(input: .bytes(ByteInput(items: [Bytes("a")]))), ["takes no bytes"]),
      ]
      for (request, words) in wrong {
        let error = await failure {
          _ = try await client.predict(request, options: .endpoint("sums"))
        }
        #expect(error?.code == .invalidArgument)
        for word in words { #expect(error?.message.contains(word) == true, "\(error as Any)") }
      }
      let unknown = await failure {
        _ = try await client.predict(PredictRequest(), options: .endpoint("other"))
      }
      #expect(unknown?.code == .notFound)
      #expect(try await host.metric("martlet_inference_failures_total{") == Double(wrong.count))
    }
  }

  private var count12: [UInt8] { [UInt8](repeating: 0, count: 12) }

  @Test("chooses labels from a window of bytes, and by rule for short contents")
  func bytes() async throws {
    var model = try TestModel("bytes")
    model.manifest.preprocessing = Preprocessing(
      kind: .byteWindow(
        ByteWindow(
          tensor: "window",
          beginningCount: 4,
          endCount: 2,
          blockBytes: 16,
          padding: 0,
          minimumBytes: 3
        )
      )
    )
    model.manifest.postprocessing = Postprocessing(
      labelChoice: LabelChoice(
        tensor: "scores",
        labels: ["high", "low"],
        thresholds: ["low": 0.7],
        defaultThreshold: 0.5,
        textLabels: ["low"],
        textFallback: "text",
        fallback: "unknown",
        emptyLabel: "empty"
      )
    )
    let made = model
    try await withHost({ try made.place(as: "kinds", in: $0) }) { host, _ in
      try await host.waitFor("kinds", .ready)
      let items = ["zzz", "", "ab", "  \u{1}aaa", "  zzz  "].map { Bytes($0) } + [[0xFF, 0x00]]
      let answer = try await host.client()
        .predict(
          PredictRequest(input: .bytes(ByteInput(items: items))),
          options: .endpoint("kinds")
        )
      #expect(answer.outputs.map(\.name) == ["label", "score"])
      #expect(answer.outputs[0].texts == ["high", "empty", "text", "text", "high", "unknown"])
      let score = Float(0.01) * 122
      #expect(answer.outputs[1].floats == [score, 1, 1, 0.6, score, 1])
    }
  }

  @Test("serves what appears in its folder, replaces it, and lets go of what disappears")
  func folders() async throws {
    try await withHost({ _ in }) { host, folder in
      let client = try host.client()
      try TestModel("affine").place(as: "sums", in: folder, version: 1)
      try await host.waitFor("sums", .ready)
      let before = host.workers
      #expect(before.count == 1)
      try TestModel("affine").place(as: "sums", in: folder, version: 2)
      let x = PredictRequest.rows(Tensor("x", [1, 3], [1, 1, 1]))
      // From one version to the other without a call that fails.
      try await eventually("version 2 answers") {
        try await client.predict(x, options: .endpoint("sums")).modelVersion == 2
      }
      try await eventually("the old worker is gone") {
        !before.contains(where: HostProcess.isAlive)
      }
      try FileManager.default.removeItem(atPath: "\(folder)/sums")
      try await eventually("no worker is left") { host.workers.isEmpty }
      try await eventually("nobody knows it any more") {
        await failure { _ = try await client.predict(x, options: .endpoint("sums")) }?.code
          == .notFound
      }
    }
  }

  @Test("reports a broken folder, and serves the others")
  func brokenFolders() async throws {
    try await withHost({ folder in
      try TestModel("affine").place(as: "good", in: folder)
      try TestModel("texts").place(as: "texts", in: folder)
      var damaged = try TestModel("affine")
      damaged.manifest.files[0].sizeBytes += 1
      try damaged.place(as: "damaged", in: folder)
      var leading = try TestModel("affine")
      leading.manifest.files[0].path = "../x.onnx"
      leading.manifest.entryPath = "../x.onnx"
      try leading.place(as: "leading", in: folder)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/empty",
        withIntermediateDirectories: false
      )
    }) { host, _ in
      try await host.waitFor("good", .ready)
      #expect(try await host.waitFor("texts", .failed).failure.contains("BYTES"))
      #expect(try await host.waitFor("damaged", .failed).failure.contains("is not the file"))
      #expect(try await host.waitFor("leading", .failed).failure.contains("without . and .."))
      #expect(
        try await host.waitFor("empty", .failed).failure.contains("manifest.binpb is missing")
      )
      let error = await failure {
        _ = try await host.client().predict(PredictRequest(), options: .endpoint("texts"))
      }
      #expect(error?.code == .unavailable)
      // Why is for operators: it may hold paths and what engines say.
      #expect(error?.message.contains("has failed") == true)
      #expect(error?.message.contains("BYTES") == false && error?.message.contains("/") == false)
    }
  }

  @Test("without an engine it runs, says what it lacks, and refuses plans")
  func noEngine() async throws {
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("affine").place(as: "sums", in: folder)
      let host = try await HostProcess(world, models: folder, engine: nil)
      #expect(
        try await host.waitFor("sums", .failed).failure.contains("run deploy/fetch-openvino")
      )
      #expect(try await HTTPGet.text(of: "/readyz", at: host.metricsAddress).contains("200"))
      let description = try await host.hostClient().describeHost(DescribeHostRequest())
      #expect(description.engine.isEmpty && description.pool == "self-hosted")
      let error = await failure {
        _ = try await host.hostClient().assignReplicas(AssignReplicasRequest(planRevision: 1))
      }
      #expect(error?.code == .failedPrecondition)
      #expect(try await host.process.end() == .code(0))
    }
  }
}

/// How a call failed; nil when it did not.
func failure(_ body: () async throws -> Void) async -> RPCError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? RPCError ?? RPCError(.unknown, "\(error)")
  }
}
