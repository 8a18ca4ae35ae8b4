public import Primitives

/// What an ONNX file says of itself: enough to recognise it, to sign it and to find its parts.
/// Weights and the nodes' meanings are passed over.
///
/// Reading costs one pass, allocates nothing for the weights, and is bounded: whatever the bytes
/// are, it ends with a model or an `ONNXProblem`. Sources: onnx.proto of ONNX 1.17 (IR version 10);
/// later versions add fields, which are passed over.
public struct ONNXModel: Sendable, Equatable {
  public struct OperatorSet: Sendable, Equatable {
    /// Empty for ONNX's own operators.
    public var domain: String
    public var version: Int64

    public init(domain: String, version: Int64) {
      self.domain = domain
      self.version = version
    }
  }

  /// Inputs and outputs together, and dimensions of one tensor at most.
  public static let valueLimit = 4096
  public static let dimensionLimit = 64
  public static let nameLimitBytes = 4096
  /// Files of external data at most.
  public static let externalFileLimit = 1024
  /// Graphs in graphs (of `If` and `Loop`) at most.
  public static let depthLimit = 16

  public internal(set) var irVersion: Int64 = 0
  /// Who wrote it: `pytorch`, `martlet`, …
  public internal(set) var producerName = ""
  public internal(set) var producerVersion = ""
  public internal(set) var operatorSets: [OperatorSet] = []
  public internal(set) var graphName = ""
  /// What a call brings: without those that have a value in the file.
  public internal(set) var inputs: [ONNXValue] = []
  public internal(set) var outputs: [ONNXValue] = []
  /// Of the main graph.
  public internal(set) var nodeCount = 0
  /// Relative paths of the files that hold weights, sorted, each once.
  public internal(set) var externalDataFiles: [String] = []

  /// Reads a whole file. Throws when it is no ONNX model, or one that is damaged.
  public init(reading bytes: Bytes) throws(ONNXProblem) {
    var reading = ModelReading()
    try bytes.withUnsafeBytes { (raw) throws(ONNXProblem) in try reading.readModel(raw) }
    self = try reading.finish()
  }

  init() {}
}
