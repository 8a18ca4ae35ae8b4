import ArgumentParser
import Protocols

/// `martlet models approve`.
struct ModelsApproveCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Says that a model version may be used.",
    discussion: """
      Examples:
        martlet models approve cars-mpg:2
        martlet models approve cars-mpg@candidate
      """
  )

  @Argument(help: "NAME:VERSION or NAME@ALIAS.")
  var model: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    try await ModelApproval.set(.approved, of: model, console)
  }
}

/// `martlet models reject`.
struct ModelsRejectCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Says that a model version may not be used.",
    discussion: """
      Endpoints that serve it already go on.

      Example:
        martlet models reject cars-mpg:2
      """
  )

  @Argument(help: "NAME:VERSION or NAME@ALIAS.")
  var model: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    try await ModelApproval.set(.rejected, of: model, console)
  }
}

private enum ModelApproval {
  static func set(_ approval: Approval, of model: String, _ console: Console) async throws {
    let reference = try ModelReference(model)
    guard reference.choice != .latest else {
      throw CommandError(
        "say which version: \(reference.name):VERSION or \(reference.name)@ALIAS",
        remedy: "`martlet models \(reference.name)` shows them",
        exit: .usage
      )
    }
    let version = try await console.withSession { session in
      let (store, patience) = (session.modelStore, Patience())
      // Reading belongs to each try: a change whose answer was lost is there already.
      return try await patience.repeating(passes: Patience.isAway) {
        let seen = try await StoredModel.describe(reference, store, patience)
        if seen.approval == approval { return seen }
        let request = SetApprovalRequest(
          model: seen.model,
          version: seen.version,
          approval: approval,
          expectedRevision: seen.revision
        )
        let answer = try await store.setApproval(request)
        guard let version = answer.version else {
          throw CommandError("the store answered without the version")
        }
        return version
      }
    }
    try console.present(ModelVersionView(version)) { out in
      out.line("\(version.model):\(version.version) is \(ModelText.approval(version.approval))")
    }
  }
}
