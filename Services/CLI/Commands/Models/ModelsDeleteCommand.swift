import ArgumentParser
import Protocols

/// `martlet models delete`.
struct ModelsDeleteCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes a version of a model, or all of it.",
    discussion: """
      Refused while an alias (other than `latest`) or an endpoint refers to it, with their names.
      With --force the aliases go with it, and the endpoints go on serving from the copies that
      they have. A version's number is never given out again. Files that nothing refers to any
      more are removed later, by `martlet models gc`.

      Examples:
        martlet models delete cars-mpg:2
        martlet models delete cars-mpg --all
        martlet models delete cars-mpg:2 --force
      """
  )

  @Argument(help: "NAME:VERSION, or NAME with --all.")
  var model: String

  @Flag(help: "All versions, in one step or not at all.")
  var all = false

  @Flag(help: "Although aliases or endpoints refer to it.")
  var force = false

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try ModelReference(model)
    guard all == (reference.choice == .latest), reference.alias.isEmpty else {
      throw CommandError(
        "say what goes: NAME:VERSION, or NAME --all",
        remedy: "`martlet models \(reference.name)` shows the versions",
        exit: .usage
      )
    }
    let deleted = try await console.withSession { session in
      all
        ? try await deleteModel(reference, session.modelStore)
        : try await deleteVersion(reference, session.modelStore)
    }
    try console.present(deleted) { out in
      let what =
        all
        ? "\(reference.name) with \(deleted.deletedVersionCount) versions" : "\(reference)"
      let aliases = deleted.deletedAliases.joined(separator: ", ")
      out.line("\(what) is deleted" + (aliases.isEmpty ? "" : ", and the aliases \(aliases)"))
    }
  }

  private func deleteVersion(
    _ reference: ModelReference,
    _ store: ModelStoreClient
  ) async throws -> Deleted {
    let request = DeleteVersionRequest(
      model: reference.name,
      version: reference.version,
      isForced: force
    )
    let answer = try await Patience().deleting { try await store.deleteVersion(request) }
    return Deleted(
      model: reference.name,
      version: reference.version,
      deletedVersionCount: 1,
      deletedAliases: answer?.deletedAliases ?? []
    )
  }

  private func deleteModel(
    _ reference: ModelReference,
    _ store: ModelStoreClient
  ) async throws -> Deleted {
    let request = DeleteModelRequest(model: reference.name, isForced: force)
    let answer = try await Patience().deleting { try await store.deleteModel(request) }
    return Deleted(
      model: reference.name,
      version: nil,
      deletedVersionCount: answer?.deletedVersionCount ?? 0,
      deletedAliases: answer?.deletedAliases ?? []
    )
  }

  private struct Deleted: Encodable, Sendable {
    let model: String
    /// Nil = all of them.
    let version: UInt32?
    let deletedVersionCount: UInt32
    let deletedAliases: [String]
  }
}
