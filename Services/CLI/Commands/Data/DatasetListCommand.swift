import ArgumentParser
import Protocols

/// `martlet dataset list`.
struct DatasetListCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists all datasets, the newest version of each.",
    discussion: """
      Examples:
        martlet dataset list
        martlet dataset list --output json
      """
  )

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let datasets = try await console.withSession { session in
      let patience = Patience()
      return try await AllPages.read { token in
        let page = try await patience.repeating {
          try await session.modelStore.listDatasets(
            ListDatasetsRequest(pageSize: AllPages.size, pageToken: token)
          )
        }
        return (page.datasets, page.nextPageToken)
      }
    }
    try console.present(List(datasets: datasets.map { DatasetView($0) })) { out in
      guard !datasets.isEmpty else {
        return out.line("There are no datasets yet. Add one: martlet dataset add NAME FILE.csv")
      }
      DatasetText.list(datasets).write(to: out)
    }
  }

  private struct List: Encodable {
    let datasets: [DatasetView]
  }
}
