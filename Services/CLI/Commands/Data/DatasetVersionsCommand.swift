import ArgumentParser
import Protocols

/// `martlet dataset versions`.
struct DatasetVersionsCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions",
    abstract: "Lists the versions of a dataset, newest first.",
    discussion: """
      Examples:
        martlet dataset versions cars
        martlet dataset versions cars --output json
      """
  )

  @Argument(help: "The dataset's name.")
  var name: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try DatasetReference(name)
    guard reference.version == 0 else {
      throw CommandError.name("'\(name)' is one version: write \(reference.name) alone")
    }
    let datasets = try await console.withSession { session in
      let patience = Patience()
      return try await AllPages.read { token in
        let page = try await patience.repeating {
          try await session.modelStore.listDatasetVersions(
            ListDatasetVersionsRequest(
              name: reference.name,
              pageSize: AllPages.size,
              pageToken: token
            )
          )
        }
        return (page.datasets, page.nextPageToken)
      }
    }
    guard !datasets.isEmpty else {
      throw CommandError(
        "there is no dataset '\(reference.name)'",
        remedy: "`martlet dataset list` shows those there are",
        exit: .notFound
      )
    }
    try console.present(List(datasets: datasets.map { DatasetView($0) })) { out in
      DatasetText.list(datasets).write(to: out)
    }
  }

  private struct List: Encodable {
    let datasets: [DatasetView]
  }
}
