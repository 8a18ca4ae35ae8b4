/// What the files of an import are together: one model that can be served, or a refusal that says
/// what was found and the way out.
public struct ModelRecognition: Sendable, Equatable {
  public enum Format: Sendable, Equatable {
    case onnx
    case openVINO
    case savedModel
    case frozenGraph
    case tflite
    case paddle
  }

  /// The files that say how bytes become the model's input, and its scores a label.
  public struct Magika: Sendable, Equatable {
    public let configurationPath: String
    public let contentTypesPath: String
  }

  public let format: Format
  /// The file that the engine loads.
  public let entryPath: String
  public let magika: Magika?
  /// For people, what was recognised.
  public let findings: [String]

  public static func of(_ files: [ClassifiedFile]) throws(StoreProblem) -> ModelRecognition {
    let models = files.compactMap { file in format(of: file.kind).map { (file.path, $0) } }
    guard let (path, format) = models.first else {
      throw .invalid(refusal(of: files))
    }
    guard models.count == 1 else {
      let names = models.prefix(4).map { FileList.quoted($0.0) }.joined(separator: ", ")
      throw .invalid(
        "files: \(models.count) models were found (\(names)\(models.count > 4 ? ", …" : "")); "
          + "a version is one model: import each alone, with what belongs to it"
      )
    }
    try checkName(path, format)
    var findings = ["\(path): \(words(for: format))"]
    findings += try companions(of: path, format, files)
    let magika = try magika(files, format)
    if let magika {
      findings.append("\(magika.configurationPath): magika's configuration of features and labels")
      findings.append("\(magika.contentTypesPath): which labels stand for text")
    }
    for file in files {
      if let text = leftOver(file.kind) { findings.append("\(file.path): \(text)") }
    }
    return ModelRecognition(format: format, entryPath: path, magika: magika, findings: findings)
  }

  private static func format(of kind: FileKind) -> Format? {
    switch kind {
    case .onnx: .onnx
    case .openVINOTopology: .openVINO
    case .savedModel: .savedModel
    case .frozenGraph: .frozenGraph
    case .tflite: .tflite
    case .paddleProgram: .paddle
    case .magikaConfiguration, .contentTypes, .gguf, .safetensors, .pickle, .torchArchive, .hdf5,
      .zip, .fastText, .xgboost, .lightGBM, .paddlePIR, .huggingFaceConfiguration, .other:
      nil
    }
  }

  private static func words(for format: Format) -> String {
    switch format {
    case .onnx: "an ONNX model"
    case .openVINO: "the topology of an OpenVINO IR model"
    case .savedModel: "a TensorFlow SavedModel"
    case .frozenGraph: "a frozen TensorFlow graph"
    case .tflite: "a TensorFlow Lite model"
    case .paddle: "a PaddlePaddle program"
    }
  }

  /// Engines tell these formats apart by the names of their files.
  private static func checkName(_ path: String, _ format: Format) throws(StoreProblem) {
    let (isRight, name): (Bool, String) =
      switch format {
      case .onnx: (true, "")
      case .openVINO: (path.hasSuffix(".xml"), "end in .xml")
      case .savedModel:
        (path == "saved_model.pb" || path.hasSuffix("/saved_model.pb"), "be called saved_model.pb")
      case .frozenGraph: (path.hasSuffix(".pb"), "end in .pb")
      case .tflite: (path.hasSuffix(".tflite"), "end in .tflite")
      case .paddle: (path.hasSuffix(".pdmodel"), "end in .pdmodel")
      }
    guard isRight else {
      throw .invalid(
        "files: \(FileList.quoted(path)) is \(words(for: format)), whose name must \(name) for the "
          + "engine to know it; rename it and import again"
      )
    }
  }

  /// Weights that lie in a file of their own.
  private static func companions(
    of path: String,
    _ format: Format,
    _ files: [ClassifiedFile]
  ) throws(StoreProblem) -> [String] {
    let weights: String
    switch format {
    case .onnx, .frozenGraph, .tflite: return []
    case .savedModel:
      let folder = path.dropLast("saved_model.pb".count) + "variables/"
      return files.contains { $0.path.hasPrefix(folder) } ? ["\(folder): its variables"] : []
    case .openVINO: weights = path.dropLast(4) + ".bin"
    case .paddle: weights = path.dropLast(8) + ".pdiparams"
    }
    guard files.contains(where: { $0.path == weights }) else {
      throw .invalid(
        "files: \(FileList.quoted(path)) is \(words(for: format)) and needs its weights in "
          + "\(FileList.quoted(weights)); import both"
      )
    }
    return ["\(weights): its weights"]
  }

  private static func magika(
    _ files: [ClassifiedFile],
    _ format: Format
  ) throws(StoreProblem) -> Magika? {
    let configurations = files.filter { $0.kind == .magikaConfiguration }
    guard let configuration = configurations.first else { return nil }
    guard format == .onnx, configurations.count == 1 else {
      throw .invalid(
        "files: a magika model is one ONNX file with one configuration; import each alone"
      )
    }
    let contentTypes = files.filter { $0.kind == .contentTypes }
    guard let first = contentTypes.first, contentTypes.count == 1 else {
      throw .invalid(
        "files: \(FileList.quoted(configuration.path)) is the configuration of a magika model; "
          + "which of its labels stand for text says config/content_types_kb.min.json of the "
          + "magika package (\(contentTypes.count) of it found): import it once, beside the model"
      )
    }
    return Magika(configurationPath: configuration.path, contentTypesPath: first.path)
  }

  /// What is kept beside a model, and not used.
  private static func leftOver(_ kind: FileKind) -> String? {
    switch kind {
    case .gguf: "GGUF weights, which are not used"
    case .safetensors: "safetensors weights, which are not used"
    case .pickle, .torchArchive: "a Python pickle, which is never opened"
    case .hdf5: "an HDF5 file, which is not used"
    case .fastText: "a fastText model, which is not used"
    case .xgboost, .lightGBM: "a model of boosted trees, which is not used"
    case .paddlePIR: "a program of PaddlePaddle 3, which is not used"
    case .onnx, .openVINOTopology, .savedModel, .frozenGraph, .tflite, .paddleProgram,
      .magikaConfiguration, .contentTypes, .zip, .huggingFaceConfiguration, .other:
      nil
    }
  }

  /// Why no model was found, most telling file first.
  private static func refusal(of files: [ClassifiedFile]) -> String {
    if let file = files.first(where: { $0.problem != nil }), let problem = file.problem {
      return "files: \(FileList.quoted(file.path)) cannot be read as its name says: it \(problem)"
    }
    let order: [FileKind] = [
      .gguf, .fastText, .xgboost, .lightGBM, .paddlePIR, .safetensors, .torchArchive, .pickle,
      .hdf5, .zip, .huggingFaceConfiguration, .magikaConfiguration,
    ]
    for kind in order {
      guard let file = files.first(where: { $0.kind == kind }), let text = wayOut(kind) else {
        continue
      }
      return "files: \(FileList.quoted(file.path)) is \(text)"
    }
    let names = files.prefix(4).map { FileList.quoted($0.path) }.joined(separator: ", ")
    return "files: no model was recognised in \(names)\(files.count > 4 ? ", …" : ""); ONNX, "
      + "OpenVINO IR, TensorFlow SavedModel and frozen graphs, TFLite and PaddlePaddle can be "
      + "imported"
  }

  private static func wayOut(_ kind: FileKind) -> String? {
    switch kind {
    case .gguf:
      "a GGUF model; no engine here runs language models yet: serve it with llama.cpp"
    case .safetensors:
      "weights in safetensors, without the graph that they belong to; export the model to ONNX "
        + "(optimum-cli export onnx --model FOLDER OUT) and import that"
    case .pickle:
      "a Python pickle, which runs code when it is opened, so it never is; export the model to "
        + "ONNX (skl2onnx for scikit-learn, torch.onnx.export for PyTorch) and import that"
    case .torchArchive:
      "a PyTorch archive with pickles inside, which are never opened; export the model to ONNX "
        + "(torch.onnx.export) and import that"
    case .hdf5:
      "an HDF5 file, as Keras writes it; save the model as a SavedModel (model.export) or convert "
        + "it to ONNX (tf2onnx) and import that"
    case .zip: "a zip archive; unpack it and import the files in it"
    case .fastText:
      "a fastText model, which no engine here runs and no exporter turns into ONNX; serve it with "
        + "fastText itself, or train a classifier that can be exported to ONNX"
    case .xgboost:
      "an XGBoost model; no engine here runs it: convert it to ONNX "
        + "(onnxmltools.convert_xgboost) and import that"
    case .lightGBM:
      "a LightGBM model; no engine here runs it: convert it to ONNX "
        + "(onnxmltools.convert_lightgbm) and import that"
    case .paddlePIR:
      "a program of PaddlePaddle 3, which the engine does not read; convert it to ONNX "
        + "(paddle2onnx), or save it by PaddlePaddle 2.6, and import that"
    case .huggingFaceConfiguration:
      "the configuration of a Hugging Face model, but its graph is missing; export the model to "
        + "ONNX (optimum-cli export onnx --model FOLDER OUT) and import that"
    case .magikaConfiguration:
      "the configuration of a magika model; import model.onnx, which lies beside it, too"
    case .onnx, .openVINOTopology, .savedModel, .frozenGraph, .tflite, .paddleProgram,
      .contentTypes, .other:
      nil
    }
  }
}
