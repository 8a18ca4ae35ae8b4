import InferenceCore
import Primitives
import Protocols
import Tabular
import TabularCoding

/// How the calls to one model version are turned into its tensors and back: the engine's signature
/// together with what the manifest says of the steps before and after.
struct ServingForm: Sendable, Equatable {
  /// What comes before the model.
  enum Input: Sendable, Equatable {
    /// Calls bring the tensors.
    case tensors
    case table(FittedTable)
    case byteWindow(ByteWindowForm)
  }

  /// Chooses labels from the output at `index`.
  struct Labels: Sendable, Equatable {
    let index: Int
    let rule: LabelRule
  }

  /// The outputs that a label choice gives.
  static let labelOutput = TensorForm(name: "label", type: .bytes, shape: [-1])
  static let scoreOutput = TensorForm(name: "score", type: .fp32, shape: [-1])

  let inputs: [TensorForm]
  let outputs: [TensorForm]
  let input: Input
  let labels: Labels?

  /// What in the manifest does not fit the model, in words.
  struct Problem: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// - Parameter signature: As the engine says it.
  init(_ signature: Signature, _ manifest: Manifest) throws(Problem) {
    inputs = try ServingForm.forms(signature.inputs)
    outputs = try ServingForm.forms(signature.outputs)
    switch manifest.preprocessing?.kind {
    case nil: input = .tensors
    case .table(let table)?: input = .table(try ServingForm.table(table, inputs))
    case .byteWindow(let window)?: input = .byteWindow(try ServingForm.window(window, inputs))
    }
    if let choice = manifest.postprocessing?.labelChoice {
      labels = try ServingForm.labels(choice, outputs)
    } else {
      labels = nil
    }
  }

  private static func forms(_ specs: [TensorSpec]) throws(Problem) -> [TensorForm] {
    var forms: [TensorForm] = []
    for spec in specs {
      guard let form = TensorForm(spec) else {
        throw Problem(description: "the engine gives tensor \"\(spec.name)\" no known type")
      }
      forms.append(form)
    }
    return forms
  }

  private static func table(
    _ preprocessing: TablePreprocessing,
    _ inputs: [TensorForm]
  ) throws(Problem) -> FittedTable {
    let table: FittedTable
    do throws(TableProblem) {
      table = try FittedTable(preprocessing)
    } catch {
      throw Problem(description: "the manifest's preprocessing: \(error)")
    }
    try check(preprocessing.tensor, .fp32, width: table.width, inputs, "table preprocessing")
    return table
  }

  private static func window(
    _ window: ByteWindow,
    _ inputs: [TensorForm]
  ) throws(Problem) -> ByteWindowForm {
    let form = ByteWindowForm(
      beginningCount: Int(window.beginningCount),
      endCount: Int(window.endCount),
      blockBytes: Int(window.blockBytes),
      padding: window.padding,
      minimumBytes: Int(window.minimumBytes)
    )
    guard let form else {
      throw Problem(description: "the manifest's byte window has sizes that make no sense")
    }
    try check(window.tensor, .int32, width: form.count, inputs, "byte window")
    return form
  }

  /// The step's tensor must be the model's one input, [any, width].
  private static func check(
    _ name: String,
    _ type: ElementType,
    width: Int,
    _ inputs: [TensorForm],
    _ step: String
  ) throws(Problem) {
    guard inputs.count == 1, let input = inputs.first, input.name == name, input.type == type,
      input.shape.count == 2, input.shape[1] == -1 || input.shape[1] == Int64(width)
    else {
      let found = inputs.map { "\"\($0.name)\" \($0.type) \(TensorCheck.text($0.shape))" }
      throw Problem(
        description: "the manifest's \(step) gives \"\(name)\" \(type) [-1, \(width)], and the "
          + "model takes \(found.joined(separator: ", "))"
      )
    }
  }

  private static func labels(
    _ choice: LabelChoice,
    _ outputs: [TensorForm]
  ) throws(Problem) -> Labels {
    guard let index = outputs.firstIndex(where: { $0.name == choice.tensor }) else {
      throw Problem(
        description: "the manifest chooses labels by output \"\(choice.tensor)\", which the model "
          + "does not have"
      )
    }
    let output = outputs[index]
    guard output.type == .fp32, output.shape.count == 2, !choice.labels.isEmpty,
      output.shape[1] == -1 || output.shape[1] == Int64(choice.labels.count)
    else {
      throw Problem(
        description: "the manifest has \(choice.labels.count) labels, and the output "
          + "\"\(output.name)\" is \(output.type) \(TensorCheck.text(output.shape))"
      )
    }
    return Labels(
      index: index,
      rule: LabelRule(
        labels: choice.labels,
        thresholds: choice.thresholds,
        defaultThreshold: choice.defaultThreshold,
        replacements: choice.replacements,
        textLabels: Set(choice.textLabels),
        textFallback: choice.textFallback,
        fallback: choice.fallback,
        emptyLabel: choice.emptyLabel
      )
    )
  }
}
