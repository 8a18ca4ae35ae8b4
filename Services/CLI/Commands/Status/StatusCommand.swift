import ArgumentParser
import Primitives
import Protocols

/// `martlet status`: what runs here.
struct StatusCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the services of this machine, the endpoints and the inference hosts.",
    discussion: """
      Ends with 69 when the services are not up, and says whether they were stopped or their
      supervisor died. With --gateway only endpoints and hosts are shown.

      Examples:
        martlet status
        martlet status --output json | jq '.services[] | select(.state != "ready")'
      """
  )

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  private struct Report: Encodable {
    let isUp: Bool
    /// `starting`, `ready`, `stopping`, `stopped`, `failed`, `died`; nil for a gateway elsewhere.
    let supervisor: String?
    let state: String
    let nativeAddress: String?
    let httpsAddress: String?
    let services: [ServiceView]
    let endpoints: [EndpointDetail]
    let hosts: [HostView]
    /// Why endpoints and hosts are not known; nil when they are.
    let problem: String?
  }

  func run(_ console: Console) async throws {
    let isRemote = (global.gateway ?? GlobalOptions.environment("MARTLET_GATEWAY")) != nil
    if isRemote { return try await showRemote(console) }
    let layout = console.state
    let supervision = try Supervision.look(layout)
    guard case .running(let record) = supervision else {
      let failure = CommandError.servicesNotUp(layout, supervision)
      var left: [ServiceView] = []
      if case .died(let record) = supervision {
        left = record.services.map { ServiceView(leftOver: $0) }
      }
      if console.isJSON {
        let behind = Behind(problem: failure.message)
        try console.present(report(layout, supervision, left, behind)) { _ in }
      }
      throw failure
    }
    let services = record.services.map { ServiceView($0) }
    var behind = Behind(problem: "the gateway is not ready")
    if services.contains(where: { $0.role == "gateway" && $0.state == "ready" }) {
      do {
        behind = try await console.withSession { try await Behind.ask($0) }
      } catch {
        guard let failure = CommandError(whatever: error) else { throw error }
        behind = Behind(problem: failure.message)
      }
    }
    try console.present(report(layout, supervision, services, behind)) { out in
      ServiceView.table(services, out).write(to: out)
      behind.write(to: out)
    }
    if let problem = behind.problem {
      console.warn("endpoints and hosts are not known: \(problem)")
    }
  }

  private func showRemote(_ console: Console) async throws {
    let behind = try await console.withSession { try await Behind.ask($0) }
    try console.present(report(console.state, nil, [], behind)) { out in behind.write(to: out) }
  }

  private func report(
    _ layout: StateLayout,
    _ supervision: Supervision?,
    _ services: [ServiceView],
    _ behind: Behind
  ) -> Report {
    var record: SupervisorRecord?
    if case .running(let running)? = supervision { record = running }
    return Report(
      isUp: record?.isReady ?? (behind.problem == nil),
      supervisor: supervision?.name,
      state: layout.folder,
      nativeAddress: record?.nativeAddress,
      httpsAddress: record?.httpsAddress,
      services: services,
      endpoints: behind.endpoints.map(EndpointDetail.init),
      hosts: behind.hosts,
      problem: behind.problem
    )
  }

  /// What the gateway leads to.
  private struct Behind: Sendable {
    var endpoints: [Endpoint] = []
    var hosts: [HostView] = []
    var problem: String?

    /// A gateway that always names a next page is not followed for ever.
    private static let pageLimit = 1000

    static func ask(_ session: Session) async throws -> Behind {
      var behind = Behind()
      var token = ""
      for _ in 0..<pageLimit {
        let page = try await session.endpoints.listEndpoints(ListEndpointsRequest(pageToken: token))
        behind.endpoints += page.endpoints
        token = page.nextPageToken
        if token.isEmpty { break }
      }
      let hosts = try await session.endpoints.listHosts(ListHostsRequest())
      behind.hosts = hosts.hosts.map(HostView.init).sorted { $0.name < $1.name }
      return behind
    }

    func write(to out: Terminal) {
      if !endpoints.isEmpty {
        out.line()
        EndpointText.list(endpoints).write(to: out)
      }
      if !hosts.isEmpty {
        out.line()
        HostView.table(hosts).write(to: out)
      }
    }
  }
}
