import ArgumentParser
import Protocols

/// `martlet endpoints`: the endpoints there are.
struct EndpointsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoints",
    abstract: "Lists endpoints, shows one with its hosts, or deletes one.",
    discussion: """
      Examples:
        martlet endpoints
        martlet endpoints mpg
        martlet endpoints delete mpg
      """,
    subcommands: [EndpointsShowCommand.self, EndpointsDeleteCommand.self],
    defaultSubcommand: EndpointsShowCommand.self
  )
}

/// `martlet endpoints [NAME]`.
struct EndpointsShowCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Lists all endpoints, or shows one with its hosts.",
    discussion: """
      Examples:
        martlet endpoints
        martlet endpoints mpg --output json
      """
  )

  @Argument(help: "The endpoint; without it all are listed.")
  var name: String?

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    try await console.withSession { session in
      let patience = Patience()
      if let name {
        let wait = EndpointWait(endpoints: session.endpoints, name: name, patience: patience)
        let endpoint = try await wait.describe()
        return try console.present(EndpointDetail(endpoint)) { out in
          EndpointText.write(endpoint, out)
        }
      }
      let endpoints = try await AllPages.read { token in
        let page = try await patience.repeating {
          try await session.endpoints.listEndpoints(
            ListEndpointsRequest(pageSize: AllPages.size, pageToken: token)
          )
        }
        return (page.endpoints, page.nextPageToken)
      }
      try console.present(List(endpoints: endpoints.map { EndpointDetail($0) })) { out in
        guard !endpoints.isEmpty else {
          return out.line(
            "There are no endpoints yet. Make one: martlet deploy ENDPOINT --model MODEL"
          )
        }
        EndpointText.list(endpoints).write(to: out)
      }
    }
  }

  private struct List: Encodable {
    let endpoints: [EndpointDetail]
  }
}

/// `martlet endpoints delete NAME`.
struct EndpointsDeleteCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes an endpoint; calls that are under way are answered.",
    discussion: """
      A self-hosted endpoint's copy on this machine goes too; the store keeps the model.

      Example:
        martlet endpoints delete mpg
      """
  )

  @Argument(help: "The endpoint.")
  var name: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    try await console.withSession { session in
      let patience = Patience()
      let wait = EndpointWait(endpoints: session.endpoints, name: name, patience: patience)
      let endpoint = try await wait.describe()
      _ = try await patience.deleting {
        try await session.endpoints.deleteEndpoint(DeleteEndpointRequest(name: name))
      }
      if endpoint.kind == .selfHosted, let models = session.selfHostedModels {
        try ModelFolder("\(models)/\(endpoint.name)").remove()
      }
      try console.present(Deleted(endpoint: name, isGone: true)) { out in
        out.line("endpoint \(name) is deleted")
      }
    }
  }

  private struct Deleted: Encodable {
    let endpoint: String
    let isGone: Bool
  }
}
