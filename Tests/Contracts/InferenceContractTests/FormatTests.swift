import Digests
import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Models as TensorFlow and PaddlePaddle wrote them, from their import into the store to an answer:
/// y = x · W + b each time. Tests/Fixtures/Inference/make_formats.py made them.
@Suite("Formats of other frameworks", .timeLimit(.minutes(3)))
struct FormatTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let files: [String]
    let format: ModelFormat
    let entry: String
    /// As the engine calls it.
    let input: String

    var testDescription: String { name }
  }

  private static let samples = [
    Sample(
      name: "saved-model",
      files: [
        "saved_model/saved_model.pb", "saved_model/variables/variables.data-00000-of-00001",
        "saved_model/variables/variables.index",
      ],
      format: .tensorflowSavedModel,
      entry: "saved_model/saved_model.pb",
      input: "x"
    ),
    Sample(
      name: "frozen-graph",
      files: ["affine.pb"],
      format: .tensorflowFrozenGraph,
      entry: "affine.pb",
      input: "x:0"
    ),
    Sample(
      name: "tflite",
      files: ["affine.tflite"],
      format: .tflite,
      entry: "affine.tflite",
      input: "serving_default_x:0"
    ),
    Sample(
      name: "paddle",
      files: ["affine.pdmodel", "affine.pdiparams"],
      format: .paddle,
      entry: "affine.pdmodel",
      input: "x"
    ),
  ]

  private static func bytes(_ path: String) throws -> Bytes {
    Bytes(
      try Data(
        contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
          .appending(path: "../../Fixtures/Inference/formats/\(path)")
      )
    )
  }

  @Test("are recognised, loaded, and answer like the function that they are")
  func answers() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let host = try await HostProcess(world)
      var versions: [(String, ModelVersion)] = []
      for sample in FormatTests.samples {
        let files = try sample.files.map { ($0, try FormatTests.bytes($0)) }
        let version = try await store.importVersion(sample.name, files)
        #expect(version.manifest?.format == sample.format, "\(sample.name)")
        #expect(version.manifest?.entryPath == sample.entry, "\(sample.name)")
        versions.append((sample.name, version))
      }
      try await host.assign(1, stored: versions)
      let client = try host.client()
      for sample in FormatTests.samples {
        try await host.waitFor(sample.name, .ready)
        let answer = try await client.predict(
          .rows(Tensor(sample.input, [2, 3], [1, 1, 1, 0, 0, 1])),
          options: .endpoint(sample.name)
        )
        #expect(answer.outputs.count == 1, "\(sample.name)")
        #expect(answer.outputs[0].shape == [2, 2], "\(sample.name)")
        #expect(answer.outputs[0].floats == [9.5, 11.5, 5.5, 5.5], "\(sample.name)")
      }
      #expect(try await host.process.end() == .code(0))
      try await store.process.end()
    }
  }

  @Test("are refused with the reason when a part is missing or damaged")
  func refusals() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let host = try await HostProcess(world)
      // Paddle's weights are missing: known at the import.
      let error = await failure {
        _ = try await store.importVersion(
          "half",
          [("affine.pdmodel", try FormatTests.bytes("affine.pdmodel"))]
        )
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("affine.pdiparams") == true, "\(error as Any)")
      // What only the engine finds out: variables that are missing, and a damaged file.
      let tflite = try FormatTests.bytes("affine.tflite")
      let broken = [
        ("no-variables", [("saved_model.pb", try FormatTests.bytes("saved_model/saved_model.pb"))]),
        ("cut", [("affine.tflite", Bytes(Array(tflite.array.prefix(600))))]),
      ]
      var versions: [(String, ModelVersion)] = []
      for (name, files) in broken {
        versions.append((name, try await store.importVersion(name, files)))
      }
      try await host.assign(1, stored: versions)
      for (name, _) in broken {
        let report = try await host.waitFor(name, .failed)
        #expect(report.failure.contains("the engine cannot"), "\(report.failure)")
        let told = await failure {
          _ = try await host.client().predict(.rows(), options: .endpoint(name))
        }
        #expect(told?.code == .unavailable)
        #expect(told?.message.contains("engine") == false, "\(told as Any)")
      }
      #expect(try await host.process.end() == .code(0))
      try await store.process.end()
    }
  }
}
