/// One process that `martlet up` starts.
struct ServicePlan: Sendable, Equatable {
  /// Of the instance: `inference-2`. Also the name of its folder, its log and its certificate.
  let name: String
  /// The role in its certificate, which is also the executable's name.
  let role: String
  /// Where it answers calls; loopback.
  let port: Int
  /// Where it answers /readyz and /metrics, in plain HTTP; loopback.
  let privatePort: Int
  /// Beyond what every service is given.
  var ownArguments: [String] = []

  var executable: String { role }
  var address: String { "127.0.0.1:\(port)" }
  var privateAddress: String { "127.0.0.1:\(privatePort)" }

  /// Everything on its command line: no secret is among it, only the paths of files.
  func arguments(_ layout: StateLayout, registry: String) -> [String] {
    [
      "--state-folder", layout.service(name),
      "--listen-addresses", address,
      "--private-address", privateAddress,
      "--tls-certificate", layout.certificate(of: name),
      "--tls-key", layout.key(of: name),
      "--tls-authorities", layout.authority,
      "--discovery-instances", "balancer=\(registry)",
      "--drain-timeout", "\(ServicePlan.drainSeconds)s",
      "--discovery-drain-notice", "\(ServicePlan.noticeMilliseconds)ms",
      "--log-format", "json",
      "--lifeline-stdin",
    ] + ownArguments
  }

  /// How long a service may finish what is in work.
  static let drainSeconds = 10
  /// How long it takes calls after it has said that it stops. The others of this machine hear of it
  /// within milliseconds, and who has not calls again elsewhere.
  static let noticeMilliseconds = 50
}
