import InferenceCore
import Primitives
import Protocols

/// Something that runs models: the seam behind which native libraries stand. Lives in worker
/// processes only, so that a crash costs one model's calls.
///
/// All of it blocks; callers are on a `BlockingExecutor`.
public protocol Engine: Sendable {
  /// Name and version: `OpenVINO 2026.4.1-…`.
  var description: String { get }

  /// Reads and compiles a model; seconds for a large one.
  func load(_ source: ModelSource) throws(EngineError) -> any LoadedModel
}

/// A model that an engine holds in memory, until the last reference goes.
public protocol LoadedModel: Sendable {
  /// In the model's own order.
  var inputs: [TensorForm] { get }
  var outputs: [TensorForm] { get }

  /// Inferences that the engine works on at once, at least 1; more of them wait inside of it, where
  /// nobody can cancel them.
  var concurrency: Int { get }

  /// Runs the model once. Safe from several threads at once; each of them has a request of its own.
  /// - Parameters:
  ///   - inputs: One for each of `inputs`, in that order, checked against it. Their memory is read
  ///     in place where its alignment allows it.
  ///   - outputs: Positions in `outputs` of those that are wanted.
  func infer(_ inputs: [TensorContent], outputs: [Int]) throws(EngineError) -> [TensorContent]
}

/// What to load.
public struct ModelSource: Sendable, Equatable {
  public var format: ModelFormat
  public var path: String
  /// 0 = the engine's own choice, which is one for each core.
  public var threadCount: Int
  /// Tensor names to prefer, in the order of the manifest; empty when it says nothing.
  public var inputNames: [String]
  public var outputNames: [String]

  public init(
    format: ModelFormat,
    path: String,
    threadCount: Int = 0,
    inputNames: [String] = [],
    outputNames: [String] = []
  ) {
    self.format = format
    self.path = path
    self.threadCount = threadCount
    self.inputNames = inputNames
    self.outputNames = outputNames
  }
}

/// The values of a tensor whose name and type are known from its place.
public struct TensorContent: Sendable, Equatable {
  /// Without free dimensions.
  public var shape: [Int64]
  /// Row by row, little-endian.
  public var data: Bytes

  public init(shape: [Int64], data: Bytes) {
    self.shape = shape
    self.data = data
  }
}
