import COpenVINO
import InferenceCore
import Primitives
import Synchronization

/// A compiled model with its requests, each of which serves one thread at a time.
// `@unchecked`: the compiled model is constant and may be used by any thread; requests are handed
// out by the lock.
final class OpenVINOModel: LoadedModel, @unchecked Sendable {
  let inputs: [TensorForm]
  let outputs: [TensorForm]
  let concurrency: Int
  private let sizes: OpenVINOSizes?
  private let library: OpenVINOLibrary
  private let compiled: OpaquePointer
  /// The library wants its core to outlive what came from it.
  private let engine: OpenVINOEngine
  /// Idle requests. There are never more than threads that infer at once.
  private let requests = Mutex<[Request]>([])

  private struct Request: @unchecked Sendable {
    // `@unchecked`: owned by whoever took it from the list.
    let pointer: OpaquePointer
  }

  /// Takes over `compiled` unless it throws.
  init(
    _ library: OpenVINOLibrary,
    _ compiled: OpaquePointer,
    _ sizes: OpenVINOSizes,
    keeping engine: OpenVINOEngine,
    source: ModelSource
  ) throws(EngineError) {
    let ports = OpenVINOPorts(library, compiled)
    inputs = try ports.inputs(preferring: source.inputNames)
    outputs = try ports.outputs(preferring: source.outputNames)
    concurrency = OpenVINOModel.concurrency(library, compiled)
    // Where calls choose nothing but the number of rows, their tensors were compared already.
    self.sizes = inputs.contains(where: \.hasInnerFreeDimensions) ? sizes : nil
    self.library = library
    self.compiled = compiled
    self.engine = engine
  }

  /// How many streams the device has for this model: one, unless it was asked for throughput.
  private static func concurrency(_ library: OpenVINOLibrary, _ compiled: OpaquePointer) -> Int {
    var value: UnsafeMutablePointer<CChar>?
    let key = "OPTIMAL_NUMBER_OF_INFER_REQUESTS"
    guard library.functions.compiled_model_get_property(compiled, key, &value) == 0, let value
    else { return 1 }
    defer { library.functions.free(value) }
    return max(1, Int(String(cString: value)) ?? 1)
  }

  deinit {
    let idle = requests.withLock { $0 }
    for request in idle { library.functions.infer_request_free(request.pointer) }
    library.functions.compiled_model_free(compiled)
  }

  func infer(_ inputs: [TensorContent], outputs: [Int]) throws(EngineError) -> [TensorContent] {
    for (content, form) in zip(inputs, self.inputs) {
      if let problem = OpenVINORange.problem(content, form) { throw .refusedInput(problem) }
    }
    if let problem = sizes?.problem(inputs, self.inputs) { throw misfit(inputs, problem) }
    let request = try takeRequest()
    do throws(EngineError) {
      // The library reads the callers' memory while it works; it lives until then.
      let aligned = zip(inputs, self.inputs).map { OpenVINOModel.aligned($0, $1.type) }
      for (index, content) in aligned.enumerated() {
        try set(content, self.inputs[index].type, at: index, request.pointer)
      }
      let status = library.functions.infer_request_infer(request.pointer)
      withExtendedLifetime(aligned) {}
      guard status == 0 else { throw inferenceFailure(status, inputs) }
      var results: [TensorContent] = []
      for index in outputs { results.append(try output(at: index, request.pointer)) }
      requests.withLock { $0.append(request) }
      return results
    } catch {
      // A request that failed may hold half a state; a new one is cheap.
      library.functions.infer_request_free(request.pointer)
      throw error
    }
  }

  /// Where calls choose dimensions besides the number of rows, they may have chosen wrongly; the
  /// library only says that some layer did not fit.
  private func inferenceFailure(
    _ status: martlet_ov_status,
    _ contents: [TensorContent]
  ) -> EngineError {
    let reason = library.failure(status)
    return sizes == nil ? .failedInference(reason) : misfit(contents, reason)
  }

  private func misfit(_ contents: [TensorContent], _ reason: String) -> EngineError {
    let sizes = zip(inputs, contents).map { "\"\($0.name)\" \(TensorCheck.text($1.shape))" }
    return .refusedInput(
      "the model cannot compute with tensors of these sizes: \(sizes.joined(separator: ", "))",
      engine: reason
    )
  }

  private func takeRequest() throws(EngineError) -> Request {
    if let idle = requests.withLock({ $0.popLast() }) { return idle }
    var made: OpaquePointer?
    let status = library.functions.compiled_model_create_infer_request(compiled, &made)
    guard status == 0, let made else { throw .failedInference(library.failure(status)) }
    return Request(pointer: made)
  }

  /// The same content where its elements may be read in place; a copy elsewhere, as slices of a
  /// received message begin anywhere.
  private static func aligned(_ content: TensorContent, _ type: ElementType) -> TensorContent {
    let width = type.byteCount ?? 1
    let isAligned = content.data.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return false }
      return UInt(bitPattern: start) % UInt(width) == 0
    }
    if isAligned { return content }
    // Also gives a tensor without elements an address, which the library insists on.
    let copy = Bytes(capacity: max(1, content.data.count)) { target in
      content.data.withUnsafeBytes { target.copyMemory(from: $0) }
      return max(1, content.data.count)
    }
    return TensorContent(shape: content.shape, data: copy)
  }

  private func set(
    _ content: TensorContent,
    _ type: ElementType,
    at index: Int,
    _ request: OpaquePointer
  ) throws(EngineError) {
    guard let number = type.openVINO else {
      throw .failedInference("input \"\(inputs[index].name)\" is of byte strings")
    }
    var dimensions = content.shape
    var tensor: OpaquePointer?
    let rank = Int64(dimensions.count)
    let made = content.data.withUnsafeBytes { bytes in
      dimensions.withUnsafeMutableBufferPointer { dimensions in
        library.functions.tensor_create_from_host_ptr(
          number,
          martlet_ov_shape(rank: rank, dims: dimensions.baseAddress),
          // An input is only read; the C API has one kind of pointer for both directions.
          UnsafeMutableRawPointer(mutating: bytes.baseAddress),
          &tensor
        )
      }
    }
    guard made == 0, let tensor else { throw .failedInference(library.failure(made)) }
    // The request keeps what it needs of it.
    defer { library.functions.tensor_free(tensor) }
    let status = library.functions.infer_request_set_input_tensor_by_index(request, index, tensor)
    guard status == 0 else { throw .failedInference(library.failure(status)) }
  }

  /// A copy, because the request uses its own memory again.
  private func output(at index: Int, _ request: OpaquePointer) throws(EngineError) -> TensorContent
  {
    let functions = library.functions
    var made: OpaquePointer?
    let status = functions.infer_request_get_output_tensor_by_index(request, index, &made)
    guard status == 0, let tensor = made else { throw .failedInference(library.failure(status)) }
    defer { functions.tensor_free(tensor) }
    var shape = martlet_ov_shape()
    var byteCount = 0
    var data: UnsafeMutableRawPointer?
    let shapeStatus = functions.tensor_get_shape(tensor, &shape)
    guard shapeStatus == 0 else { throw .failedInference(library.failure(shapeStatus)) }
    defer { _ = functions.shape_free(&shape) }
    let sizeStatus = functions.tensor_get_byte_size(tensor, &byteCount)
    guard sizeStatus == 0 else { throw .failedInference(library.failure(sizeStatus)) }
    if byteCount > 0 {
      let dataStatus = functions.tensor_data(tensor, &data)
      guard dataStatus == 0 else { throw .failedInference(library.failure(dataStatus)) }
    }
    let dimensions = UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank))
    return TensorContent(
      shape: Array(dimensions),
      data: Bytes(copying: UnsafeRawBufferPointer(start: data, count: byteCount))
    )
  }
}
