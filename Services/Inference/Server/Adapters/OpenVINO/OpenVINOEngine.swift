import COpenVINO
import DurableFiles
import InferenceCore
import Primitives
import Protocols

/// OpenVINO's CPU device.
// `@unchecked`: the core is made here, is not changed afterwards, and may be used by any thread.
public final class OpenVINOEngine: Engine, @unchecked Sendable {
  /// In which numbers the device computes.
  public enum Precision: String, Sendable, CaseIterable {
    /// As the model says: answers are those of other runtimes.
    case f32
    /// Faster on processors that have it, and about three digits less exact.
    case bf16
  }

  private static let device = "CPU"
  private let library: OpenVINOLibrary
  private let core: OpaquePointer
  private let precision: Precision

  /// Opens the library in `folder`; see `OpenVINOLibrary`.
  public init(folder: String, precision: Precision = .f32) throws(EngineError) {
    library = try OpenVINOLibrary(folder: folder)
    self.precision = precision
    var core: OpaquePointer?
    let status = library.functions.core_create(&core)
    guard status == 0, let core else {
      throw .missing("the engine in \(folder) does not start: \(library.failure(status))")
    }
    self.core = core
  }

  deinit { library.functions.core_free(core) }

  public var description: String { "OpenVINO \(library.version)" }

  /// What a host can say of the engine in a folder without opening it; nil when there is none.
  public static func description(in folder: String) -> String? {
    guard OpenVINOLibrary.path(in: folder) != nil else { return nil }
    guard let mark = try? SmallFile.read("\(folder)/VERSION", limitBytes: 256)?.utf8Text else {
      return "OpenVINO"
    }
    let line = mark.prefix { !$0.isNewline }
    return line.isEmpty ? "OpenVINO" : String(line)
  }

  /// Why no model can be loaded with the engine of this folder.
  public static func absence(in folder: String?) -> String {
    guard let folder else {
      return "no engine: run deploy/fetch-openvino FOLDER and set engine.openvino-folder to it"
    }
    return OpenVINOLibrary.absence(in: folder)
  }

  public func load(_ source: ModelSource) throws(EngineError) -> any LoadedModel {
    let functions = library.functions
    let path = try OpenVINOEngine.readPath(source)
    var model: OpaquePointer?
    let readStatus = functions.core_read_model(core, path, nil, &model)
    guard readStatus == 0, let model else {
      throw .refusedModel("the engine cannot read the model: \(library.failure(readStatus))")
    }
    // What was compiled keeps what it needs of it.
    let sizes = OpenVINOSizes(library, takingOver: model)
    let compiled = try compile(model, threadCount: source.threadCount)
    do throws(EngineError) {
      return try OpenVINOModel(library, compiled, sizes, keeping: self, source: source)
    } catch {
      functions.compiled_model_free(compiled)
      throw error
    }
  }

  private func compile(
    _ model: OpaquePointer,
    threadCount: Int
  ) throws(EngineError) -> OpaquePointer {
    var compiled: OpaquePointer?
    let status = precision.rawValue.withCString { precision in
      "\(threadCount)".withCString { threads in
        "INFERENCE_PRECISION_HINT".withCString { precisionKey in
          "INFERENCE_NUM_THREADS".withCString { threadsKey in
            let properties = [
              martlet_ov_property(key: precisionKey, value: precision),
              martlet_ov_property(key: threadsKey, value: threads),
            ]
            // Its own choice is the absence of a number.
            let count = threadCount > 0 ? 2 : 1
            return library.functions.core_compile_model_props(
              core,
              model,
              OpenVINOEngine.device,
              count,
              properties,
              &compiled
            )
          }
        }
      }
    }
    guard status == 0, let compiled else {
      throw .refusedModel("the engine cannot run the model: \(library.failure(status))")
    }
    return compiled
  }

  /// What the library reads: a file, or the folder of a SavedModel.
  private static func readPath(_ source: ModelSource) throws(EngineError) -> String {
    switch source.format {
    case .onnx, .openvinoIr, .tensorflowFrozenGraph, .tflite, .paddle: return source.path
    case .tensorflowSavedModel:
      guard source.path.hasSuffix(".pb"), let slash = source.path.lastIndex(of: "/") else {
        return source.path
      }
      return String(source.path[..<slash])
    case .unspecified, .unrecognized:
      throw .refusedModel(
        "the manifest names no format that this host knows; it runs ONNX, OpenVINO IR, TensorFlow "
          + "(SavedModel and frozen graph), TFLite and Paddle"
      )
    }
  }
}
