import ArgumentParser
import Protocols

/// `martlet algorithms`: what can be trained, and with which hyperparameters.
struct AlgorithmsCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "algorithms",
    abstract: "Shows what can be trained, and the hyperparameters of each algorithm.",
    discussion: """
      Examples:
        martlet algorithms
        martlet algorithms kmeans
        martlet train kmeans --dataset cars --model groups --set k=5
      """
  )

  @Argument(help: "The algorithm; without it all are listed.")
  var name: String?

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let algorithms = try await console.withSession { session in
      let patience = Patience()
      return try await patience.repeating {
        try await session.trainer.listAlgorithms(ListAlgorithmsRequest())
      }.algorithms
    }
    guard let name else {
      return try console.present(List(algorithms: algorithms.map { AlgorithmView($0) })) { out in
        AlgorithmText.list(algorithms).write(to: out)
        out.line()
        out.line("the hyperparameters of one: martlet algorithms NAME")
      }
    }
    guard let algorithm = algorithms.first(where: { $0.name == name }) else {
      throw CommandError(
        "there is no algorithm '\(name)'",
        remedy: "there are \(algorithms.map(\.name).joined(separator: ", "))",
        exit: .notFound
      )
    }
    try console.present(AlgorithmView(algorithm)) { out in AlgorithmText.write(algorithm, out) }
  }

  private struct List: Encodable {
    let algorithms: [AlgorithmView]
  }
}

/// An algorithm as JSON shows it.
struct AlgorithmView: Encodable, Equatable {
  struct Hyperparameter: Encodable, Equatable {
    let name: String
    /// `integer`, `number` or `choice`.
    let type: String
    /// Of numbers alone; both ends are allowed.
    let minimum: Double?
    let maximum: Double?
    let choices: [String]?
    let defaultValue: String
    let doc: String
  }

  let name: String
  let doc: String
  let task: String
  let needsLabel: Bool
  let hyperparameters: [Hyperparameter]

  init(_ algorithm: AlgorithmDescription) {
    name = algorithm.name
    doc = algorithm.doc
    task = algorithm.task
    needsLabel = algorithm.needsLabel
    hyperparameters = algorithm.hyperparameters.map { parameter in
      let isChoice = parameter.type == .choice
      return Hyperparameter(
        name: parameter.name,
        type: AlgorithmText.type(parameter.type),
        minimum: isChoice ? nil : parameter.minimum,
        maximum: isChoice ? nil : parameter.maximum,
        choices: isChoice ? parameter.choices : nil,
        defaultValue: parameter.defaultValue,
        doc: parameter.doc
      )
    }
  }
}

/// Algorithms in words and tables for people.
enum AlgorithmText {
  static func list(_ algorithms: [AlgorithmDescription]) -> TextTable {
    var table = TextTable([.left("ALGORITHM"), .left("TASK"), .left("LABEL"), .left("")])
    for algorithm in algorithms {
      table.add([
        algorithm.name, algorithm.task, algorithm.needsLabel ? "a column of numbers" : "none",
        algorithm.doc,
      ])
    }
    return table
  }

  static func write(_ algorithm: AlgorithmDescription, _ out: Terminal) {
    out.line(out.styled(algorithm.name, .bold) + "  \(algorithm.task)")
    out.line(algorithm.doc)
    out.line()
    var table = TextTable([
      .left("--set"), .left("TYPE"), .left("ALLOWED"), .left("DEFAULT"), .left(""),
    ])
    for parameter in algorithm.hyperparameters {
      table.add([
        parameter.name, type(parameter.type), allowed(parameter), parameter.defaultValue,
        parameter.doc,
      ])
    }
    table.write(to: out)
  }

  static func type(_ type: HyperparameterType) -> String {
    switch type {
    case .integer: "integer"
    case .number: "number"
    case .choice: "choice"
    case .unspecified: "unknown"
    case .unrecognized(let number): "unknown (\(number))"
    }
  }

  private static func allowed(_ parameter: HyperparameterDescription) -> String {
    guard parameter.type != .choice else { return parameter.choices.joined(separator: " | ") }
    let minimum = ValueText.number(parameter.minimum, digits: 10)
    return "\(minimum) to \(ValueText.number(parameter.maximum, digits: 10))"
  }
}
