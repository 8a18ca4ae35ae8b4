import PredictionFormats
import Protocols
import Tabular
import TabularCoding

extension InputForm {
  /// What a model takes by its manifest, as rows or tensors; `.unknown` when nobody said.
  /// - Parameter place: The input, for messages.
  /// - Throws: `CommandError` when it takes files.
  init(of manifest: Manifest?, _ place: String) throws(CommandError) {
    guard let manifest else {
      self = .unknown
      return
    }
    switch manifest.preprocessing?.kind {
    case .table(let table)?:
      self = .table(
        try CommandError.inTable(place) { () throws(TableProblem) in try FittedTable(table) }
      )
    case .byteWindow?:
      throw CommandError(
        "this endpoint takes files, and \(place) gives rows or tensors",
        remedy: "give them with --file",
        exit: .badInput
      )
    case nil:
      let forms = (manifest.signature?.inputs ?? []).map { spec in
        ElementType(rawValue: spec.dataType.name).map {
          TensorForm(name: spec.name, type: $0, shape: spec.shape)
        }
      }
      // A type of a later release: whoever knows it checks the tensors.
      self =
        forms.isEmpty || forms.contains(nil) ? .unknown : .tensors(forms.compactMap { $0 })
    }
  }
}

extension Tensor {
  init(_ values: PredictionFormats.TensorValues) {
    self.init(
      name: values.name,
      dataType: DataType(name: values.type.rawValue) ?? .unspecified,
      shape: values.shape,
      data: values.data,
      elements: values.elements
    )
  }
}

extension CommandError {
  /// Reads an input; what is wrong with it is said with its name in front.
  static func inInput<Value>(
    _ place: String,
    _ body: () throws(InvocationProblem) -> Value
  ) throws(CommandError) -> Value {
    do throws(InvocationProblem) {
      return try body()
    } catch {
      // A table's problem names its row and column itself.
      let field = error.code == "wrong_table" ? nil : error.field
      throw CommandError(
        "\(place): \(field.map { "\($0): " } ?? "")\(error.message)",
        remedy: error.kind == .malformed ? "`martlet predict --help` shows what is taken" : nil,
        exit: .badInput
      )
    }
  }
}
