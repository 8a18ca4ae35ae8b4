import Digests
import FoundationEssentials
import ModelStoreCore
import ONNX
import Primitives
import Protocols
import RPCRuntime

/// Makes a manifest of files by looking into them. Nothing is unpickled, unpacked or run.
struct ModelImport {
  let blobs: any BlobStore
  /// Where files are read.
  let executor: BlockingExecutor
  /// All of them are here.
  let files: FileList

  /// - Throws: `StoreProblem.invalid` that says what was found and the way out.
  func outcome() async throws -> (manifest: Manifest, findings: [String]) {
    var classified: [ClassifiedFile] = []
    for file in files.files {
      // One after the other: ten thousand files are never open at once.
      classified.append(try await reading(file) { ModelImport.classified(file.path, $0) })
    }
    let recognition = try ModelRecognition.of(classified)
    var manifest = Manifest(
      files: ManifestReading.entries(files.files),
      entryPath: recognition.entryPath
    )
    var findings = recognition.findings
    switch recognition.format {
    case .onnx:
      try await describeONNX(&manifest, &findings, recognition.magika)
    case .openVINO:
      (manifest.format, manifest.framework) = (.openvinoIr, "openvino")
      manifest.signature = try await reading(recognition.entryPath) { TopologySignature.read($0) }
      findings += manifest.signature.map(ONNXWords.findings) ?? []
    case .savedModel: (manifest.format, manifest.framework) = (.tensorflowSavedModel, "tensorflow")
    case .frozenGraph:
      (manifest.format, manifest.framework) = (.tensorflowFrozenGraph, "tensorflow")
    case .tflite: (manifest.format, manifest.framework) = (.tflite, "tensorflow")
    case .paddle: (manifest.format, manifest.framework) = (.paddle, "paddle")
    }
    return (manifest, findings)
  }

  /// A file, and why it is no model where its name promises one.
  private static func classified(_ path: String, _ bytes: Bytes) -> ClassifiedFile {
    let kind = FileClassifier(bytes).kind()
    // A pickle that was compressed, or is of an old protocol, has nothing to be known by. A name
    // makes no model of it, only a refusal that helps.
    if kind == .other, [".pkl", ".pickle", ".joblib"].contains(where: path.hasSuffix) {
      return ClassifiedFile(path: path, kind: .pickle)
    }
    guard kind == .other, path.hasSuffix(".onnx") else {
      return ClassifiedFile(path: path, kind: kind)
    }
    do {
      _ = try ONNXModel(reading: bytes)
      return ClassifiedFile(path: path, kind: kind)
    } catch {
      return ClassifiedFile(path: path, kind: kind, problem: "\(error)")
    }
  }

  private func describeONNX(
    _ manifest: inout Manifest,
    _ findings: inout [String],
    _ magika: ModelRecognition.Magika?
  ) async throws {
    let path = manifest.entryPath
    let facts = try await reading(path) { try ONNXModel(reading: $0) }
    try checkExternalFiles(of: path, facts)
    manifest.format = .onnx
    manifest.framework = ONNXWords.framework(facts)
    findings.append(ONNXWords.summary(facts))
    manifest.signature = ONNXWords.signature(facts)
    if let signature = manifest.signature {
      findings += ONNXWords.findings(signature)
    } else {
      findings.append("some tensors have no type or rank that could be said here")
    }
    guard let magika else { return }
    guard let signature = manifest.signature, let input = signature.inputs.first,
      let output = signature.outputs.first, signature.inputs.count == 1,
      signature.outputs.count == 1
    else {
      throw StoreProblem.invalid(
        "files: magika's model has one input and one output, and this one has "
          + "\(facts.inputs.count) and \(facts.outputs.count); import what belongs together"
      )
    }
    let configuration = try await json(magika.configurationPath, MagikaConfiguration.self)
    let types = try await json(magika.contentTypesPath, MagikaContentTypes.self)
    let (before, after) = try MagikaImport.steps(
      configuration,
      types,
      input: input,
      output: output
    )
    manifest.preprocessing = before
    manifest.postprocessing = after
    manifest.task = "classification"
    findings.append(
      "magika: the first \(configuration.beginningCount) and last \(configuration.endCount) bytes "
        + "of a file become one of \(configuration.labels.count) labels"
    )
  }

  /// Weights that an engine would look for beside the model, and nowhere else.
  private func checkExternalFiles(of path: String, _ facts: ONNXModel) throws(StoreProblem) {
    let folder = FilePath.folders(of: path).last.map { $0 + "/" } ?? ""
    for name in facts.externalDataFiles {
      let weights = folder + name
      if let problem = FilePath.problem(weights) {
        throw .invalid(
          "files: \(path) keeps weights in \(name.prefix(80).debugDescription), a path that "
            + "\(problem); such a model is not taken"
        )
      }
      guard files.file(at: weights) != nil else {
        throw .invalid(
          "files: \(path) keeps weights in \(name.prefix(80).debugDescription), which is not among "
            + "the files; import both"
        )
      }
    }
  }

  private func json<Value: Decodable & Sendable>(
    _ path: String,
    _: Value.Type
  ) async throws -> Value {
    try await reading(path) { bytes in
      guard let data = FileClassifier.json(bytes) else {
        throw StoreProblem.invalid("files: \(path) is too large")
      }
      do {
        return try JSONDecoder().decode(Value.self, from: data)
      } catch {
        throw StoreProblem.invalid("files: \(path) is not the JSON that it seemed to be")
      }
    }
  }

  private func reading<Value: Sendable>(
    _ path: String,
    _ body: @escaping @Sendable (Bytes) throws -> Value
  ) async throws -> Value {
    guard let file = files.file(at: path) else {
      throw StoreProblem.invalid("files: \(path) is not among them")
    }
    return try await reading(file, body)
  }

  private func reading<Value: Sendable>(
    _ file: FileRecord,
    _ body: @escaping @Sendable (Bytes) throws -> Value
  ) async throws -> Value {
    guard let contents = try await blobs.contents(of: ModelStoreAnswers.digest(file.sha256)) else {
      throw StoreProblem.damaged(
        "files: \(file.path) is lost from the store's disk; upload it again"
      )
    }
    return try await executor.run { try body(contents.mapped()) }
  }
}
