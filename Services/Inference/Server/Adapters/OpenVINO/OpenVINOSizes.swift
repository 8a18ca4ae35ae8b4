import COpenVINO
import InferenceCore
import Synchronization

/// Asks the library whether a model can be computed with the sizes that a call has chosen, before
/// it is. Its CPU device does not compare all of them itself: with 2026.4.1 in 32 bits the product
/// of [1, 4] with weights [3, 2] is that of the first three columns, without a word.
///
/// Keeps the model beside what was compiled of it. The number of rows does not count: a pair of
/// sizes is asked for once, at the cost of the library's shape inference.
// `@unchecked`: the model is touched under the lock only.
final class OpenVINOSizes: @unchecked Sendable {
  private let library: OpenVINOLibrary
  private let model: OpaquePointer
  /// Sizes behind the first dimension, of all inputs, that fit.
  private let fitting = Mutex<Set<[[Int64]]>>([])

  /// Sizes that are kept in mind.
  private static let fittingLimit = 1024

  /// Takes over `model`.
  init(_ library: OpenVINOLibrary, takingOver model: OpaquePointer) {
    self.library = library
    self.model = model
  }

  deinit { library.functions.model_free(model) }

  /// What the library says against these sizes; nil when they fit.
  /// - Parameter contents: One for each of `inputs`, with as many dimensions.
  func problem(_ contents: [TensorContent], _ inputs: [TensorForm]) -> String? {
    let shapes = zip(contents, inputs).map { content, form in
      (form.shape.first.map { [$0] } ?? []) + content.shape.dropFirst()
    }
    return fitting.withLock { fitting in
      if fitting.contains(shapes) { return nil }
      let status = reshape(shapes)
      // A model that could not take them has its old shapes again.
      guard status == 0 else { return library.failure(status) }
      if fitting.count >= OpenVINOSizes.fittingLimit { fitting = [] }
      fitting.insert(shapes)
      return nil
    }
  }

  private func reshape(_ shapes: [[Int64]]) -> martlet_ov_status {
    // All dimensions in one piece of memory, of which each shape has its part.
    var dimensions = shapes.joined().map { martlet_ov_dimension(min: $0, max: $0) }
    let indices = Array(shapes.indices)
    return dimensions.withUnsafeMutableBufferPointer { dimensions in
      var offset = 0
      let partial = shapes.map { shape in
        defer { offset += shape.count }
        let rank = Int64(shape.count)
        return martlet_ov_partial_shape(
          rank: martlet_ov_dimension(min: rank, max: rank),
          dims: dimensions.baseAddress.map { $0 + offset }
        )
      }
      return library.functions.model_reshape_by_port_indexes(
        model,
        indices,
        partial,
        indices.count
      )
    }
  }
}
