import ArgumentParser
import Primitives
import Protocols
import RPC

/// `martlet models alias`.
struct ModelsAliasCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "alias",
    abstract: "Lets a name point to a version of a model.",
    discussion: """
      An alias that is there already moves. What was deployed by it stays at the version that it
      had then.

      Examples:
        martlet models alias cars-mpg:2 champion
        martlet deploy mpg --model cars-mpg@champion
      """
  )

  @Argument(help: "NAME:VERSION.")
  var model: String

  @Argument(help: "The alias; `latest` is the store's own.")
  var alias: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try ModelReference(model)
    guard reference.version > 0 else {
      throw CommandError("say which version: \(reference.name):VERSION", exit: .usage)
    }
    if let problem = ResourceName.problem(alias) {
      throw CommandError.name("the alias '\(alias)' \(problem)")
    }
    let pointed = try await console.withSession { session in
      let (store, patience) = (session.modelStore, Patience())
      return try await patience.repeating(passes: Patience.isAway) {
        let seen = try await ModelAliases.find(alias, of: reference.name, store, patience)
        if seen?.version != reference.version {
          let request = SetAliasRequest(
            model: reference.name,
            alias: alias,
            version: reference.version,
            expectedRevision: seen?.revision ?? 0
          )
          _ = try await store.setAlias(request)
        }
        return Pointed(
          model: reference.name,
          alias: alias,
          version: reference.version,
          earlierVersion: seen?.version
        )
      }
    }
    try console.present(pointed) { out in
      let earlier = pointed.earlierVersion.map { ", and not to :\($0) any more" } ?? ""
      let isNew = pointed.earlierVersion != pointed.version
      out.line(
        "\(reference.name)@\(alias) points to :\(reference.version)"
          + (isNew ? earlier : " already")
      )
    }
  }

  private struct Pointed: Encodable, Sendable {
    let model: String
    let alias: String
    let version: UInt32
    /// Nil = the alias is new.
    let earlierVersion: UInt32?
  }
}

/// `martlet models unalias`.
struct ModelsUnaliasCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "unalias",
    abstract: "Removes an alias; the version that it points to stays.",
    discussion: """
      Example:
        martlet models unalias cars-mpg@champion
      """
  )

  @Argument(help: "NAME@ALIAS.")
  var model: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try ModelReference(model)
    guard case .alias(let alias) = reference.choice else {
      throw CommandError("say which alias: \(reference.name)@ALIAS", exit: .usage)
    }
    let version = try await console.withSession { session -> UInt32? in
      let (store, patience) = (session.modelStore, Patience())
      var isRepeated = false
      return try await patience.repeating(
        passes: Patience.isAway,
        waiting: { _ in isRepeated = true }
      ) {
        guard let seen = try await ModelAliases.find(alias, of: reference.name, store, patience)
        else {
          if isRepeated { return nil }
          throw CommandError(
            "\(reference.name) has no alias '\(alias)'",
            remedy: "`martlet models` shows the aliases",
            exit: .notFound
          )
        }
        let request = DeleteAliasRequest(
          model: reference.name,
          alias: alias,
          expectedRevision: seen.revision
        )
        _ = try await store.deleteAlias(request)
        return seen.version
      }
    }
    let removed = Removed(model: reference.name, alias: alias, version: version)
    try console.present(removed) { out in
      let target = version.map { "; it pointed to :\($0)" } ?? ""
      out.line("\(reference) is removed\(target)")
    }
  }

  private struct Removed: Encodable {
    let model: String
    let alias: String
    /// Where it pointed; nil = nobody knows any more.
    let version: UInt32?
  }
}

private enum ModelAliases {
  /// Nil when the model has no such alias.
  static func find(
    _ alias: String,
    of model: String,
    _ store: ModelStoreClient,
    _ patience: Patience
  ) async throws -> Alias? {
    let models = try await AllPages.read { token in
      let page = try await patience.repeating {
        try await store.listModels(ListModelsRequest(pageSize: AllPages.size, pageToken: token))
      }
      return (page.models, page.nextPageToken)
    }
    return models.first { $0.model == model }?.aliases.first { $0.name == alias }
  }
}
