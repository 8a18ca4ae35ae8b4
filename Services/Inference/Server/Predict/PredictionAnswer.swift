import InferenceCore
import Primitives
import Protocols
import RPC

/// Which tensors an answer consists of, and how they come from the model's.
struct PredictionAnswer: Sendable {
  private let form: ServingForm
  /// The model's outputs that are needed, in its order.
  let modelOutputs: [Int]
  /// The model's outputs that are part of the answer.
  private let shown: [Int]
  private let showsLabel: Bool
  private let showsScore: Bool

  /// - Parameter names: Those that are wanted; empty = the labels where the manifest chooses any,
  ///   all of the model's outputs elsewhere. Where it chooses labels, the model's own outputs may
  ///   be asked for by name, too.
  /// - Throws: INVALID_ARGUMENT for a name that is none.
  init(_ names: [String], _ form: ServingForm) throws(RPCError) {
    self.form = form
    let labelNames = [ServingForm.labelOutput.name, ServingForm.scoreOutput.name]
    do throws(TensorCheck.Problem) {
      guard let labels = form.labels else {
        shown = try TensorCheck.outputs(names, of: form.outputs)
        (showsLabel, showsScore) = (false, false)
        modelOutputs = shown
        return
      }
      showsLabel = names.isEmpty || names.contains(labelNames[0])
      showsScore = names.isEmpty || names.contains(labelNames[1])
      let own = names.filter { !labelNames.contains($0) }
      shown = own.isEmpty ? [] : try TensorCheck.outputs(own, of: form.outputs)
      modelOutputs = Set(shown + [labels.index]).sorted()
    } catch {
      throw RPCError(.invalidArgument, error.description)
    }
  }

  /// - Parameter contents: Of `modelOutputs`, in that order; empty when no item went to the model.
  func tensors(
    _ contents: [TensorContent],
    _ input: PredictionInput
  ) throws(RPCError) -> [Tensor] {
    var tensors: [Tensor] = []
    if let labels = form.labels, showsLabel || showsScore {
      let choices = try choices(labels, contents, input)
      if showsLabel {
        tensors.append(
          Tensor(
            name: ServingForm.labelOutput.name,
            dataType: .bytes,
            shape: [Int64(choices.count)],
            elements: choices.map { Bytes($0.label) }
          )
        )
      }
      if showsScore {
        tensors.append(
          Tensor(
            name: ServingForm.scoreOutput.name,
            dataType: .fp32,
            shape: [Int64(choices.count)],
            data: choices.map(\.score).withUnsafeBytes { Bytes(copying: $0) }
          )
        )
      }
    }
    for index in shown {
      guard let place = modelOutputs.firstIndex(of: index), place < contents.count else {
        throw RPCError(
          .invalidArgument,
          "output \"\(form.outputs[index].name)\" is the model's own, and no item went to the model"
        )
      }
      tensors.append(form.outputs[index].tensor(contents[place]))
    }
    return tensors
  }

  /// One for each item or row.
  private func choices(
    _ labels: ServingForm.Labels,
    _ contents: [TensorContent],
    _ input: PredictionInput
  ) throws(RPCError) -> [LabelRule.Choice] {
    let width = labels.rule.labels.count
    var scores = TensorContent(shape: [0, Int64(width)], data: Bytes())
    if let place = modelOutputs.firstIndex(of: labels.index), place < contents.count {
      scores = contents[place]
    }
    let outcomes =
      input.outcomes ?? Array(repeating: ByteWindowForm.Outcome.window, count: input.rowCount)
    let windowCount = outcomes.count { $0 == .window }
    let byteCount = windowCount * width * MemoryLayout<Float>.stride
    guard scores.data.count == byteCount else {
      throw RPCError(
        .internal,
        "the model gave scores \(TensorCheck.text(scores.shape)) for \(windowCount) items and "
          + "\(width) labels"
      )
    }
    let numbers = [Float](unsafeUninitializedCapacity: windowCount * width) { target, count in
      scores.data.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
      count = windowCount * width
    }
    var row = 0
    return outcomes.map { outcome in
      if let choice = labels.rule.choose(outcome) { return choice }
      defer { row += 1 }
      return numbers.withUnsafeBufferPointer { numbers in
        labels.rule.choose(
          UnsafeBufferPointer(rebasing: numbers[(row * width)..<((row + 1) * width)])
        )
      }
    }
  }
}
