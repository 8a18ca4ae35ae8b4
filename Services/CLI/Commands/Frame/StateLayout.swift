/// Where things lie in the folder of state.
struct StateLayout: Sendable, Equatable {
  let folder: String

  init(_ folder: String) { self.folder = folder }

  /// How the command line reaches the gateway (`ConnectionRecord`).
  var connection: String { "\(folder)/cli.json" }
  /// Held by the supervisor as long as it lives.
  var lock: String { "\(folder)/up.lock" }
  /// Who the supervisor and its services are (`SupervisorRecord`).
  var supervisor: String { "\(folder)/supervisor.json" }
  /// Which ports the services were given (`PortPlan`).
  var ports: String { "\(folder)/ports.json" }
  var logs: String { "\(folder)/logs" }
  var certificates: String { "\(folder)/pki" }
  var authority: String { "\(certificates)/ca.pem" }
  var authorityKey: String { "\(certificates)/ca.key" }

  func log(of service: String) -> String { "\(logs)/\(service).log" }
  func service(_ name: String) -> String { "\(folder)/\(name)" }
  func certificate(of instance: String) -> String { "\(certificates)/\(instance).pem" }
  func key(of instance: String) -> String { "\(certificates)/\(instance).key" }
}
