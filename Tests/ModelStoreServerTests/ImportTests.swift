import Foundation
import ModelStoreCore
import Primitives
import Protocols
import RPCRuntime
import Testing
import WireCodec

@testable import ModelStoreServer

@Suite("An import")
struct ImportTests {
  private let folder: TemporaryFolder
  private let store: LocalBlobStore

  init() throws {
    folder = try TemporaryFolder()
    store = try folder.blobStore()
  }

  private func outcome(
    _ files: [(String, Bytes)]
  ) async throws -> (manifest: Manifest, findings: [String]) {
    var records: [FileRecord] = []
    for (path, bytes) in files { records.append(try await store.file(path, bytes)) }
    let list = try FileList(records, sorts: true)
    return try await ModelImport(blobs: store, executor: store.executor, files: list).outcome()
  }

  private func refusal(_ files: [(String, Bytes)]) async -> String {
    do {
      return "taken: \(try await outcome(files).manifest)"
    } catch {
      return (error as? StoreProblem)?.message ?? "another error: \(error)"
    }
  }

  private static let kinds: [(FileKind, Bytes)] = [
    (.onnx, ImportSamples.affine), (.onnx, ImportSamples.small),
    (.savedModel, ImportSamples.savedModel), (.frozenGraph, ImportSamples.frozenGraph),
    (.paddleProgram, ImportSamples.paddle), (.openVINOTopology, ImportSamples.topology),
    (.tflite, Bytes([0x1C, 0, 0, 0]) + Bytes("TFL3 and more")), (.gguf, Bytes("GGUF\u{3}")),
    (.safetensors, Bytes([16, 0, 0, 0, 0, 0, 0, 0]) + Bytes("{\"__metadata__\":0}")),
    (.pickle, Bytes([0x80, 4, 0x95, 0x2E])), (.hdf5, Bytes([0x89]) + Bytes("HDF\r\n\u{1A}\n")),
    (.fastText, Bytes([0xBA, 0x16, 0x4F, 0x2F, 12, 0, 0, 0])), (.zip, archive("data/a.csv")),
    (.torchArchive, archive("archive/data.pkl")), (.hdf5, archive("metadata.json")),
    (.magikaConfiguration, ImportSamples.configuration),
    (.contentTypes, ImportSamples.contentTypes),
    (.huggingFaceConfiguration, Bytes("{\"model_type\": \"bert\"}")),
    (.torchArchive, Bytes([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A])),
    (.lightGBM, Bytes("tree\nversion=v4\nnum_class=1\n")),
    (.xgboost, Bytes("{\"learner\": {\"attributes\": {}}, \"version\": [2, 1, 1]}")),
    (.xgboost, Bytes([0x7B, 0x4C, 0, 0, 0, 0, 0, 0, 0, 7]) + Bytes("learner{")),
    (.paddlePIR, Bytes("{\"base_code\":{\"magic\":\"pir\",\"trainable\":false}}")),
    (.other, Bytes("{\"a\": 1}")), (.other, Bytes("{")), (.other, Bytes("<html></html>")),
    (.other, Bytes()), (.other, Bytes("age,pulse\n1,2\n")), (.other, Bytes([0])),
  ]

  /// The first header of a zip archive.
  private static func archive(_ name: String) -> Bytes {
    Bytes("PK\u{3}\u{4}") + Bytes([UInt8](repeating: 0, count: 22))
      + Bytes([UInt8(name.utf8.count), 0, 0, 0]) + Bytes(name)
  }

  @Test("a file is known by its bytes", arguments: kinds)
  func classifies(_ kind: FileKind, _ bytes: Bytes) {
    #expect(FileClassifier(bytes).kind() == kind)
  }

  @Test("a file that was cut anywhere, or has a wrong byte, is something, and harms nobody")
  func cut() {
    for (_, bytes) in ImportTests.kinds {
      for end in 0..<bytes.count { _ = FileClassifier(bytes.slice(0..<end)).kind() }
      for index in 0..<bytes.count {
        var changed = bytes.array
        changed[index] ^= 0xFF
        _ = FileClassifier(Bytes(changed)).kind()
      }
    }
    for end in 0..<ImportSamples.affine.count {
      // Its last field, which it cannot do without, names the operators.
      #expect(FileClassifier(ImportSamples.affine.slice(0..<end)).kind() != .onnx)
    }
  }

  @Test("an ONNX model gets the signature that it has")
  func onnx() async throws {
    let (manifest, findings) = try await outcome([
      ("net", ImportSamples.affine), ("README.md", Bytes("# A model")),
    ])
    #expect(manifest.format == .onnx)
    #expect(manifest.framework == "martlet-tests")
    #expect(manifest.entryPath == "net")
    #expect(manifest.files.map(\.path) == ["README.md", "net"])
    #expect(
      manifest.signature
        == Signature(
          inputs: [TensorSpec(name: "x", dataType: .fp32, shape: [-1, 2])],
          outputs: [TensorSpec(name: "y", dataType: .fp32, shape: [-1, 1])]
        )
    )
    #expect(manifest.preprocessing == nil && manifest.postprocessing == nil)
    #expect(findings.contains("net: an ONNX model"))
    #expect(findings.contains("input x: FP32 [?, 2]"))
    #expect(throws: Never.self) {
      try ManifestReading.check(manifest, encodedBytes: manifest.encoded().count)
    }
  }

  @Test("magika's folder brings its byte window and its labels")
  func magika() async throws {
    let (manifest, _) = try await outcome([
      ("standard_v3_3/model.onnx", ImportSamples.small),
      ("standard_v3_3/config.min.json", ImportSamples.configuration),
      ("config/content_types_kb.min.json", ImportSamples.contentTypes),
    ])
    #expect(manifest.task == "classification")
    #expect(manifest.framework == "tensorflow")
    #expect(
      manifest.preprocessing?.kind
        == .byteWindow(
          ByteWindow(
            tensor: "bytes",
            beginningCount: 8,
            endCount: 8,
            blockBytes: 32,
            padding: 256,
            minimumBytes: 4
          )
        )
    )
    #expect(
      manifest.postprocessing?.labelChoice
        == LabelChoice(
          tensor: "target_label",
          labels: ["python", "randomtxt", "zip"],
          thresholds: ["python": 0.9],
          defaultThreshold: 0.5,
          replacements: ["randomtxt": "txt"],
          textLabels: ["python", "txt"],
          textFallback: "txt",
          fallback: "unknown",
          emptyLabel: "empty"
        )
    )
    #expect(throws: Never.self) {
      try ManifestReading.check(manifest, encodedBytes: manifest.encoded().count)
    }
  }

  @Test("magika's parts that do not belong together are refused")
  func mixedMagika() async {
    let types = ("types.json", ImportSamples.contentTypes)
    let configuration = ("config.json", ImportSamples.configuration)
    let wrongModel = await refusal([("m.onnx", ImportSamples.affine), configuration, types])
    #expect(wrongModel.contains("16 elements"))
    let missing = await refusal([("m.onnx", ImportSamples.small), configuration])
    #expect(missing.contains("content_types_kb.min.json"))
    let foreign = ("types.json", Bytes("{\"zip\": {\"is_text\": false}}"))
    let unknown = await refusal([("m.onnx", ImportSamples.small), configuration, foreign])
    #expect(unknown.contains("\"python\""))
    let middle = Bytes(
      (ImportSamples.configuration.utf8Text ?? "")
        .split(separator: "\"mid_size\":0").joined(separator: "\"mid_size\":8")
    )
    let offsets = await refusal([("m.onnx", ImportSamples.small), ("c.json", middle), types])
    #expect(offsets.contains("mid_size"))
  }

  @Test("weights outside of the file must be among the files, and in their folder")
  func external() async throws {
    let weights = Bytes([UInt8](repeating: 0, count: 8))
    let whole = try await outcome([
      ("a/model.onnx", ImportSamples.external), ("a/weights.bin", weights),
    ])
    #expect(whole.manifest.entryPath == "a/model.onnx")
    let missing = await refusal([
      ("a/model.onnx", ImportSamples.external), ("weights.bin", weights),
    ])
    #expect(missing.contains("\"weights.bin\", which is not among the files"))
    let hostile = await refusal([("a/b/model.onnx", ImportSamples.hostile)])
    #expect(hostile.contains("not taken"))
  }

  @Test("a model that is cut off is told so, not that there is none")
  func truncated() async {
    let cut = ImportSamples.affine.slice(0..<100)
    let text = await refusal([("model.onnx", cut), ("README.md", Bytes("x"))])
    #expect(text.contains("\"model.onnx\"") && text.contains("middle of"), "\(text)")
  }

  private static let real: [(ModelFormat, String, [String])] = [
    (.tensorflowFrozenGraph, "affine.pb", ["affine.pb"]),
    (.tflite, "affine.tflite", ["affine.tflite"]),
    (.paddle, "affine.pdmodel", ["affine.pdmodel", "affine.pdiparams"]),
    (
      .tensorflowSavedModel, "saved_model/saved_model.pb",
      [
        "saved_model/saved_model.pb", "saved_model/variables/variables.index",
        "saved_model/variables/variables.data-00000-of-00001",
      ]
    ),
  ]

  @Test("files that the frameworks themselves wrote are known", arguments: real)
  func knowsReal(_ format: ModelFormat, _ entry: String, _ paths: [String]) async throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/Inference/formats")
    let files = try paths.map { path in
      (path, Bytes(try Data(contentsOf: folder.appending(path: path))))
    }
    let (manifest, findings) = try await outcome(files)
    #expect(manifest.format == format)
    #expect(manifest.entryPath == entry)
    #expect(!findings.isEmpty)
  }

  /// What is refused, by its content or where that says nothing by its name, and the way out.
  private static let refusals: [(String, Bytes, [String])] = [
    ("model.gguf", Bytes("GGUF\u{3}"), ["a GGUF model", "llama.cpp"]),
    (
      "model.safetensors", Bytes([16, 0, 0, 0, 0, 0, 0, 0]) + Bytes("{\"__metadata__\":0}"),
      ["safetensors", "optimum-cli export onnx"]
    ),
    ("forest.bin", Bytes([0x80, 4, 0x95, 0x2E]), ["a Python pickle", "skl2onnx"]),
    // Compressed by joblib.
    ("forest.joblib", Bytes([0x78, 0x9C, 1, 2, 3]), ["a Python pickle", "skl2onnx"]),
    ("forest.pkl", Bytes("(dp0\n."), ["a Python pickle", "skl2onnx"]),
    ("net.pt", archive("archive/data.pkl"), ["a PyTorch archive", "torch.onnx.export"]),
    ("net.h5", Bytes([0x89]) + Bytes("HDF\r\n\u{1A}\n"), ["HDF5", "model.export", "tf2onnx"]),
    ("net.keras", archive("metadata.json"), ["HDF5", "model.export"]),
    ("all.zip", archive("model.onnx"), ["zip archive", "unpack"]),
    (
      "lid.bin", Bytes([0xBA, 0x16, 0x4F, 0x2F, 12, 0, 0, 0]),
      ["fastText model", "fastText itself"]
    ),
    ("trees.json", Bytes("{\"learner\":{\"attributes\":{}}}"), ["XGBoost", "convert_xgboost"]),
    ("trees.txt", Bytes("tree\nversion=v4\n"), ["LightGBM", "convert_lightgbm"]),
    (
      "inference.json", Bytes("{\"base_code\":{\"magic\":\"pir\"}}"),
      ["PaddlePaddle 3", "paddle2onnx"]
    ),
    ("config.json", Bytes("{\"model_type\": \"bert\"}"), ["Hugging Face", "optimum-cli"]),
    ("model.xml", ImportSamples.topology, ["\"model.bin\"", "import both"]),
    ("notes.txt", Bytes("nothing"), ["no model was recognised", "ONNX"]),
  ]

  @Test("what cannot be served is refused: what it is, why, and the way out", arguments: refusals)
  func refuses(_ path: String, _ bytes: Bytes, _ words: [String]) async {
    let text = await refusal([("README.md", Bytes("# A model")), (path, bytes)])
    for word in words { #expect(text.contains(word), "\(text)") }
  }

  @Test("the signature of an IR stands in its topology")
  func topology() async throws {
    let (manifest, findings) = try await outcome([
      ("model.xml", ImportSamples.affineTopology), ("model.bin", Bytes("weights")),
    ])
    #expect(
      manifest.signature
        == Signature(
          inputs: [TensorSpec(name: "x", dataType: .fp32, shape: [-1, 2])],
          outputs: [TensorSpec(name: "y", dataType: .fp32, shape: [-1, 1])]
        )
    )
    #expect(findings.contains("input x: FP32 [?, 2]"))
    let text = ImportSamples.affineTopology
    // Cut anywhere, it has no signature or the whole one.
    for end in 0..<text.count {
      let cut = TopologySignature.read(text.slice(0..<end))
      #expect(cut == nil || cut == manifest.signature)
    }
  }

  @Test("other formats keep their files and name their entry")
  func others() async throws {
    let ir = try await outcome([
      ("model.bin", Bytes("weights")), ("model.xml", ImportSamples.topology),
    ])
    #expect(ir.manifest.format == .openvinoIr)
    #expect(ir.manifest.entryPath == "model.xml")
    let saved = try await outcome([("m/saved_model.pb", ImportSamples.savedModel)])
    #expect(saved.manifest.format == .tensorflowSavedModel)
    let frozen = try await outcome([("graph.pb", ImportSamples.frozenGraph)])
    #expect(frozen.manifest.format == .tensorflowFrozenGraph)
    let paddle = try await outcome([
      ("m.pdmodel", ImportSamples.paddle), ("m.pdiparams", Bytes("w")),
    ])
    #expect(paddle.manifest.format == .paddle)
    for manifest in [ir, saved, frozen, paddle].map(\.manifest) {
      #expect(throws: Never.self) { try ManifestReading.check(manifest, encodedBytes: 100) }
    }
  }
}
