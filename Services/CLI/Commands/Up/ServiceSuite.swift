/// The processes of one machine's Martlet, in the order in which they start.
struct ServiceSuite: Sendable, Equatable {
  /// In the certificates of all of them.
  static let suite = "martlet-dev"
  static let gateway = "gateway-1"
  static let balancer = "balancer-1"
  static let selfHosted = "inference-3"
  /// The command line's own certificate.
  static let operatorRole = "operator"
  static let operatorInstance = "cli"

  /// Instance and role, the registry first.
  static let instances: [(name: String, role: String)] = [
    (balancer, "balancer"), ("model-store-1", "model-store"), ("trainer-1", "trainer"),
    ("inference-1", "inference"), ("inference-2", "inference"), (selfHosted, "inference"),
    (gateway, "gateway"),
  ]

  /// Who is stopped together, one wave after the other: the door first, then what it leads to.
  static let stopOrder = [["gateway"], ["inference"], ["trainer"], ["model-store"], ["balancer"]]

  let plans: [ServicePlan]
  /// Where the gateway answers HTTPS.
  let httpsAddress: String

  /// - Parameter engine: The folder of the engine's libraries; nil = inference runs without.
  init(_ layout: StateLayout, _ ports: PortPlan, engine: String?) {
    httpsAddress = "127.0.0.1:\(ports.port(.https))"
    plans = Self.instances.map { name, role in
      var own: [String] = []
      switch role {
      case "gateway": own = ["--https-addresses", "127.0.0.1:\(ports.port(.https))"]
      case "inference":
        own =
          name == Self.selfHosted
          ? ["--pool", "self-hosted", "--models-folder", Self.selfHostedModels(layout)]
          : ["--pool", "managed"]
        if let engine { own += ["--engine-openvino-folder", engine] }
      default: break
      }
      return ServicePlan(
        name: name,
        role: role,
        port: ports.port(name == Self.gateway ? .native : .calls(name)),
        privatePort: ports.port(.health(name)),
        ownArguments: own
      )
    }
  }

  /// Where the self-hosted host of this machine looks for models.
  static func selfHostedModels(_ layout: StateLayout) -> String {
    "\(layout.service(selfHosted))/models"
  }

  func plan(_ name: String) -> ServicePlan? { plans.first { $0.name == name } }

  /// Where everybody finds the others.
  var registry: String { plan(Self.balancer)?.address ?? "" }
}
