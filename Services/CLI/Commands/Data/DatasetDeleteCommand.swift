import ArgumentParser
import Protocols

/// `martlet dataset delete`.
struct DatasetDeleteCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes a version of a dataset, or all of it.",
    discussion: """
      Models that were trained on it stay. A job that has not read it yet fails and says so.

      Examples:
        martlet dataset delete cars@1
        martlet dataset delete cars --all
      """
  )

  @Argument(help: "NAME@VERSION, or NAME with --all.")
  var dataset: String

  @Flag(help: "All versions.")
  var all = false

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try DatasetReference(dataset)
    guard all == (reference.version == 0) else {
      throw CommandError(
        "say what goes: NAME@VERSION, or NAME --all",
        remedy: "`martlet dataset versions \(reference.name)` shows the versions",
        exit: .usage
      )
    }
    let request = DeleteDatasetRequest(
      name: reference.name,
      version: reference.version,
      allVersions: all
    )
    let answer = try await console.withSession { session in
      let store = session.modelStore
      return try await Patience().deleting { try await store.deleteDataset(request) }
    }
    let count = answer?.deletedVersionCount ?? (all ? 0 : 1)
    let deleted = Deleted(
      dataset: reference.name,
      version: all ? nil : reference.version,
      deletedVersionCount: count
    )
    try console.present(deleted) { out in
      out.line(all ? "\(reference) with \(count) versions is deleted" : "\(reference) is deleted")
    }
  }

  private struct Deleted: Encodable {
    let dataset: String
    /// Nil = all of them.
    let version: UInt32?
    let deletedVersionCount: UInt32
  }
}
