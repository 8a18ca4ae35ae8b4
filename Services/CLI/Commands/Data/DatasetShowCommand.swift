import ArgumentParser
import Protocols

/// `martlet dataset show`.
struct DatasetShowCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows the columns of a dataset.",
    discussion: """
      Examples:
        martlet dataset show cars
        martlet dataset show cars@2
      """
  )

  @Argument(help: "NAME, or NAME@VERSION.")
  var dataset: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try DatasetReference(dataset)
    let request = DescribeDatasetRequest(name: reference.name, version: reference.version)
    let answer = try await console.withSession { session in
      let patience = Patience()
      return try await patience.repeating {
        try await session.modelStore.describeDataset(request)
      }
    }
    guard let dataset = answer.dataset else {
      throw CommandError("the store answered without the dataset")
    }
    try console.present(DatasetView(dataset)) { out in
      out.line(out.styled("\(dataset.name)@\(dataset.version)", .bold))
      if !dataset.description_.isEmpty { out.line(dataset.description_) }
      let size = ValueText.bytes(Int64(clamping: DatasetText.size(dataset)))
      let created = ValueText.time(unixMicroseconds: dataset.createdUnixUs)
      out.line("\(dataset.schema_?.rowCount ?? 0) rows, \(size), added \(created) UTC")
      out.line("sha256 \(HexText.of(dataset.sha256))")
      out.line()
      DatasetText.columns(dataset).write(to: out)
    }
  }
}
