import ArgumentParser
import Protocols

/// `martlet models`: the models in the store.
struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists, shows, copies, approves and deletes models.",
    discussion: """
      Examples:
        martlet models
        martlet models cars-mpg
        martlet models cars-mpg:2
        martlet models pull cars-mpg@champion --into ./cars-mpg
        martlet models alias cars-mpg:2 champion
        martlet models delete cars-mpg:1
      """,
    subcommands: [
      ModelsShowCommand.self, ModelsPullCommand.self, ModelsAliasCommand.self,
      ModelsUnaliasCommand.self, ModelsApproveCommand.self, ModelsRejectCommand.self,
      ModelsDeleteCommand.self, ModelsGarbageCommand.self,
    ],
    defaultSubcommand: ModelsShowCommand.self
  )
}

/// `martlet models [NAME[:VERSION|@ALIAS]]`.
struct ModelsShowCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Lists all models; of one, its versions and what the newest one is.",
    discussion: """
      Examples:
        martlet models
        martlet models cars-mpg
        martlet models cars-mpg:2 --output json
      """
  )

  @Argument(help: "NAME, NAME:VERSION or NAME@ALIAS; without it all models are listed.")
  var model: String?

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try model.map { try ModelReference($0) }
    try await console.withSession { session in
      switch reference {
      case nil: try await list(session, console)
      case let reference? where reference.choice == .latest:
        try await showAll(reference, session, console)
      case let reference?: try await showOne(reference, session, console)
      }
    }
  }

  private func list(_ session: Session, _ console: Console) async throws {
    let patience = Patience()
    let models = try await AllPages.read { token in
      let page = try await patience.repeating {
        try await session.modelStore.listModels(
          ListModelsRequest(pageSize: AllPages.size, pageToken: token)
        )
      }
      return (page.models, page.nextPageToken)
    }
    try console.present(ModelList(models: models.map { ModelSummaryView($0) })) { out in
      guard !models.isEmpty else {
        return out.line(
          "There are no models yet. Train one (martlet train --help) or bring one "
            + "(martlet import --help)"
        )
      }
      ModelText.list(models).write(to: out)
    }
  }

  private func showAll(
    _ reference: ModelReference,
    _ session: Session,
    _ console: Console
  ) async throws {
    let patience = Patience()
    let versions = try await AllPages.read { token in
      let page = try await patience.repeating {
        try await session.modelStore.listVersions(
          ListVersionsRequest(
            model: reference.name,
            pageSize: AllPages.size,
            pageToken: token
          )
        )
      }
      return (page.versions, page.nextPageToken)
    }
    guard let newest = versions.first else {
      throw CommandError(
        "there is no model '\(reference.name)'",
        remedy: "`martlet models` lists those there are",
        exit: .notFound
      )
    }
    let view = ModelVersions(
      model: reference.name,
      versions: versions.map { ModelVersionView($0) }
    )
    try console.present(view) { out in
      ModelText.versions(versions).write(to: out)
      out.line()
      ModelText.write(newest, out)
    }
  }

  private func showOne(
    _ reference: ModelReference,
    _ session: Session,
    _ console: Console
  ) async throws {
    let version = try await StoredModel.describe(reference, session.modelStore, Patience())
    try console.present(ModelVersionView(version)) { out in ModelText.write(version, out) }
  }

  private struct ModelList: Encodable {
    let models: [ModelSummaryView]
  }

  private struct ModelVersions: Encodable {
    let model: String
    let versions: [ModelVersionView]
  }
}
