import ArgumentParser
import Primitives
import Protocols

/// `martlet deploy`: an endpoint that serves a model.
struct DeployCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Makes an endpoint that answers predictions with a model.",
    discussion: """
      managed      the platform puts replicas on the hosts of its pool, and elsewhere when one goes
      self-hosted  hosts that have a copy of the model of their own serve it; on this machine the
                   copy is made here, elsewhere the command says how

      Giving the same command again is harmless.

      Examples:
        martlet deploy mpg --model cars-mpg
        martlet deploy mpg --model cars-mpg:2 --replicas 2 --policy least_outstanding_requests
        martlet deploy groups --model cars-groups@champion --self-hosted
      """
  )

  @Argument(help: "The endpoint's name.")
  var endpoint: String

  @Option(help: ArgumentHelp("NAME, NAME:VERSION or NAME@ALIAS.", valueName: "model"))
  var model: String

  @Flag(help: "Who holds the replicas.")
  var kind: Kind = .managed

  @Option(help: ArgumentHelp("Of a managed endpoint.", valueName: "number"))
  var replicas: UInt32 = 1

  @Option(
    help: ArgumentHelp(
      "How calls are spread: round_robin or least_outstanding_requests.",
      valueName: "policy"
    )
  )
  var policy: Policy = .roundRobin

  @Flag(name: .customLong("no-wait"), help: "Does not wait until the endpoint answers.")
  var returnsAtOnce = false

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  enum Kind: String, EnumerableFlag {
    case managed
    case selfHosted

    static func name(for value: Kind) -> NameSpecification { .long }
  }

  enum Policy: String, ExpressibleByArgument, CaseIterable {
    case roundRobin = "round_robin"
    case leastOutstandingRequests = "least_outstanding_requests"

    var wire: RoutingPolicy {
      switch self {
      case .roundRobin: .roundRobin
      case .leastOutstandingRequests: .leastOutstandingRequests
      }
    }
  }

  func run(_ console: Console) async throws {
    if let problem = ResourceName.problem(endpoint) {
      throw CommandError.name("the endpoint's name '\(endpoint)' \(problem)")
    }
    guard (1...64).contains(replicas) else {
      throw CommandError("--replicas must be 1 to 64", exit: .usage)
    }
    if kind == .selfHosted, replicas > 1 {
      throw CommandError(
        "--replicas belongs to managed endpoints; a self-hosted one is served by every host that "
          + "has a copy",
        remedy: "leave it out, or give --managed",
        exit: .usage
      )
    }
    let reference = try ModelReference(model)
    try await console.withSession { session in
      try await deploy(reference, session, console)
    }
  }

  private func deploy(
    _ reference: ModelReference,
    _ session: Session,
    _ console: Console
  ) async throws {
    let patience = Patience()
    let version = try await StoredModel.describe(reference, session.modelStore, patience)
    // The number, so that repeating the call asks for the same whatever an alias does meanwhile.
    let variant = Variant(
      model: version.model,
      modelVersion: version.version,
      replicaCount: kind == .managed ? replicas : 0
    )
    let request = CreateEndpointRequest(
      name: endpoint,
      kind: kind == .managed ? .managed : .selfHosted,
      variants: [variant],
      policy: policy.wire
    )
    let answer = try await patience.repeating {
      try await session.endpoints.createEndpoint(request)
    }
    if answer.existed { console.note("endpoint \(endpoint) is there already") }
    let isHere = kind == .managed ? true : try await copy(version, session, patience, console)
    let wait = EndpointWait(endpoints: session.endpoints, name: endpoint, patience: patience)
    // Nobody serves it before a copy lies somewhere: that is the reader's next step.
    let result =
      returnsAtOnce || !isHere
      ? try await wait.describe() : try await wait.untilInService(console)
    try console.present(EndpointDetail(result)) { out in
      out.line(
        out.styled("endpoint \(result.name)", .bold) + " is \(EndpointText.status(result.status)): "
          + "\(EndpointText.model(result)), \(EndpointText.kind(result.kind)), "
          + "\(EndpointText.ready(result)) ready"
      )
      if !result.reason.isEmpty { out.line("  \(result.reason)") }
    }
  }

  /// Puts the model where this machine's self-hosted inference host looks.
  /// - Returns: false where there is no such host here; then it has said what to do by hand.
  private func copy(
    _ version: ModelVersion,
    _ session: Session,
    _ patience: Patience,
    _ console: Console
  ) async throws -> Bool {
    guard let models = session.selfHostedModels else {
      console.note(
        """
        The endpoint waits for hosts that have the model. On each of them:
          martlet models pull \(version.model):\(version.version) --into MODELS/\(endpoint)
        MODELS is the folder of the setting models.folder of that inference host.
        """
      )
      return false
    }
    let folder = ModelFolder("\(models)/\(endpoint)")
    if folder.manifest() == version.manifest, folder.replica() == ModelFolder.replica(version) {
      return true
    }
    try await StoredModel.pull(
      version,
      into: folder,
      replacing: true,
      session.modelStore,
      patience,
      console
    )
    console.note("copied \(version.model):\(version.version) to \(folder.path)")
    return true
  }
}
