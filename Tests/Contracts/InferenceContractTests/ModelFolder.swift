import Digests
import Foundation
import Primitives
import Protocols
import TestKit
import WireCodec

/// A committed model of the tests, and its manifest.
struct TestModel {
  let name: String
  let bytes: Bytes
  var manifest: Manifest

  init(_ name: String) throws {
    self.name = name
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/Inference/\(name).onnx")
    bytes = Bytes(try Data(contentsOf: file))
    manifest = Manifest(
      format: .onnx,
      files: [
        FileEntry(
          path: "model/\(name).onnx",
          sizeBytes: UInt64(bytes.count),
          sha256: Bytes(SHA256Hasher.digest(bytes).bytes)
        )
      ],
      entryPath: "model/\(name).onnx"
    )
  }

  var sha256: Bytes { manifest.files[0].sha256 }

  /// Lays it out as a self-hosted endpoint's folder, which appears whole.
  func place(as endpoint: String, in folder: String, version: UInt32? = nil) throws {
    let files = FileManager.default
    let draft = "\(folder)/.\(endpoint)-\(UUID().uuidString)"
    try files.createDirectory(atPath: "\(draft)/model", withIntermediateDirectories: true)
    try Data(bytes.array).write(to: URL(filePath: "\(draft)/model/\(name).onnx"))
    try Data(manifest.encoded().array).write(to: URL(filePath: "\(draft)/manifest.binpb"))
    if let version {
      let attribute = ReplicaAttribute(variant: "main", model: name, modelVersion: version)
      try Data(attribute.encoded().array).write(to: URL(filePath: "\(draft)/replica.binpb"))
    }
    if files.fileExists(atPath: "\(folder)/\(endpoint)") {
      try files.moveItem(atPath: "\(folder)/\(endpoint)", toPath: "\(draft)-old")
    }
    try files.moveItem(atPath: draft, toPath: "\(folder)/\(endpoint)")
    try? files.removeItem(atPath: "\(draft)-old")
  }

  static func folder(in world: InferenceWorld) throws -> String {
    let path = world.path("models")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}

extension Tensor {
  init(_ name: String, _ shape: [Int64], _ values: [Float]) {
    self.init(
      name: name,
      dataType: .fp32,
      shape: shape,
      data: values.withUnsafeBytes { Bytes(copying: $0) }
    )
  }

  var floats: [Float] {
    data.withUnsafeBytes { bytes in
      (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }

  var texts: [String] { elements.map { $0.utf8Text ?? "?" } }
}

extension PredictRequest {
  static func rows(_ tensors: Tensor..., outputs: [String] = []) -> PredictRequest {
    PredictRequest(input: .tensors(TensorInput(tensors: tensors)), outputs: outputs)
  }
}
