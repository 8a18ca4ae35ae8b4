import ArgumentParser

/// `martlet dataset`: tables that models are trained on.
struct DatasetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Adds, lists, shows and deletes the tables that models are trained on.",
    discussion: """
      A dataset is a CSV file and what is known of its columns. It never changes: adding other rows
      under the same name makes its next version.

      Examples:
        martlet dataset add cars cars.csv --description "1983 cars, public domain"
        martlet dataset list
        martlet dataset show cars
        martlet dataset show cars@1 --output json
        martlet dataset delete cars@1
      """,
    subcommands: [
      DatasetAddCommand.self, DatasetListCommand.self, DatasetShowCommand.self,
      DatasetVersionsCommand.self, DatasetDeleteCommand.self,
    ]
  )
}
