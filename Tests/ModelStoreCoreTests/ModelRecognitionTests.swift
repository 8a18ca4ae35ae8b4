import ModelStoreCore
import Testing

@Suite("What the files of an import are together")
struct ModelRecognitionTests {
  private func recognised(
    _ files: [(String, FileKind)]
  ) throws(StoreProblem) -> ModelRecognition {
    try ModelRecognition.of(files.map { ClassifiedFile(path: $0.0, kind: $0.1) })
  }

  private func refusal(_ files: [(String, FileKind)]) -> String {
    do throws(StoreProblem) {
      return "taken: \(try recognised(files))"
    } catch {
      return error.message
    }
  }

  @Test("one model is found among what belongs to it, whatever the others are called")
  func finds() throws {
    let onnx = try recognised([("README.md", .other), ("weights", .onnx)])
    #expect(onnx.format == .onnx)
    #expect(onnx.entryPath == "weights")
    #expect(onnx.magika == nil)
    let ir = try recognised([("a/m.bin", .other), ("a/m.xml", .openVINOTopology)])
    #expect(ir.format == .openVINO)
    #expect(ir.findings.contains("a/m.bin: its weights"))
    let saved = try recognised([
      ("m/saved_model.pb", .savedModel), ("m/variables/variables.index", .other),
    ])
    #expect(saved.format == .savedModel)
    #expect(saved.findings.contains("m/variables/: its variables"))
    #expect(try recognised([("m.tflite", .tflite)]).format == .tflite)
    #expect(try recognised([("g.pb", .frozenGraph)]).format == .frozenGraph)
    let paddle = try recognised([("m.pdmodel", .paddleProgram), ("m.pdiparams", .other)])
    #expect(paddle.format == .paddle)
    // A Hugging Face folder with an export in it.
    let exported = try recognised([
      ("config.json", .huggingFaceConfiguration), ("model.safetensors", .safetensors),
      ("onnx/model.onnx", .onnx),
    ])
    #expect(exported.entryPath == "onnx/model.onnx")
    #expect(exported.findings.contains { $0.contains("not used") })
  }

  @Test("a format that engines know by a name must have it")
  func nameRules() {
    #expect(refusal([("model", .tflite)]).contains(".tflite"))
    #expect(refusal([("graph.bin", .frozenGraph)]).contains(".pb"))
    #expect(refusal([("model.pb", .savedModel)]).contains("saved_model.pb"))
    #expect(refusal([("__model__", .paddleProgram)]).contains(".pdmodel"))
    #expect(refusal([("model.txt", .openVINOTopology)]).contains(".xml"))
  }

  @Test("weights that are missing are named")
  func missingWeights() {
    #expect(refusal([("m.xml", .openVINOTopology)]).contains("\"m.bin\""))
    #expect(refusal([("m.pdmodel", .paddleProgram)]).contains("\"m.pdiparams\""))
  }

  @Test("two models are not one version")
  func two() {
    let text = refusal([("a.onnx", .onnx), ("b.onnx", .onnx)])
    #expect(text.contains("2 models") && text.contains("\"a.onnx\""))
  }

  @Test(
    "what cannot be served is refused with the way out",
    arguments: [
      (FileKind.gguf, "llama.cpp"), (.safetensors, "optimum-cli"), (.pickle, "skl2onnx"),
      (.torchArchive, "torch.onnx.export"), (.hdf5, "SavedModel"), (.zip, "unpack"),
      (.fastText, "fastText itself"), (.xgboost, "convert_xgboost"),
      (.lightGBM, "convert_lightgbm"), (.paddlePIR, "paddle2onnx"),
      (.huggingFaceConfiguration, "optimum-cli"),
      (.magikaConfiguration, "model.onnx"), (.other, "no model was recognised"),
    ]
  )
  func refuses(_ kind: FileKind, _ word: String) {
    let text = refusal([("README.md", .other), ("weights", kind)])
    #expect(text.contains(word), "\(text)")
    #expect(!text.hasPrefix("taken"))
  }

  @Test("magika is a model, its configuration and its content types, each once")
  func magika() throws {
    let model: [(String, FileKind)] = [("model.onnx", .onnx)]
    let configuration: [(String, FileKind)] = [("config.min.json", .magikaConfiguration)]
    let types: [(String, FileKind)] = [("types.json", .contentTypes)]
    let whole = try recognised(model + configuration + types)
    #expect(whole.magika?.configurationPath == "config.min.json")
    #expect(whole.magika?.contentTypesPath == "types.json")
    #expect(refusal(model + configuration).contains("content_types_kb.min.json"))
    #expect(refusal(model + configuration + types + types).contains("2 of it found"))
    #expect(try recognised(model + types).magika == nil)
    #expect(!refusal([("m.tflite", .tflite)] + configuration + types).hasPrefix("taken"))
  }
}
