/// What a file is, as its bytes say; its name counts for nothing here.
public enum FileKind: Sendable, Equatable {
  // Models that an engine loads.
  case onnx
  case openVINOTopology
  case savedModel
  case frozenGraph
  case tflite
  case paddleProgram
  // What belongs to such a model.
  case magikaConfiguration
  case contentTypes
  // What cannot be served.
  case gguf
  case safetensors
  case pickle
  case torchArchive
  case hdf5
  case zip
  case fastText
  case xgboost
  case lightGBM
  /// A program as PaddlePaddle 3 writes it, in JSON.
  case paddlePIR
  case huggingFaceConfiguration
  /// Anything else: it is kept beside the model.
  case other
}

/// A file and what it is.
public struct ClassifiedFile: Sendable, Equatable {
  public let path: String
  public let kind: FileKind
  /// Why it is not what its name promises, where that is known: `ends in the middle of …`.
  public let problem: String?

  public init(path: String, kind: FileKind, problem: String? = nil) {
    self.path = path
    self.kind = kind
    self.problem = problem
  }
}
