import DurableFiles

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
  /// The names of the small files that supervisors write in the folder itself.
  var records: Set<String> {
    Set(
      [connection, supervisor, ports, wishes, upFailure].map {
        String($0.dropFirst(folder.count + 1))
      }
    )
  }
  /// How a supervisor in the background tells why it did not come up.
  var upFailure: String { "\(folder)/up-failure.json" }
  var logs: String { "\(folder)/logs" }
  var certificates: String { "\(folder)/pki" }
  var authority: String { "\(certificates)/ca.pem" }
  var authorityKey: String { "\(certificates)/ca.key" }

  /// What `up` was asked for last (`UpWishes`).
  var wishes: String { "\(folder)/up.json" }

  func log(of service: String) -> String { "\(logs)/\(service).log" }
  func service(_ name: String) -> String { "\(folder)/\(name)" }
  func certificate(of instance: String) -> String { "\(certificates)/\(instance).pem" }
  func key(of instance: String) -> String { "\(certificates)/\(instance).key" }

  /// Makes one of its folders, with those above, for this user alone.
  func make(_ path: String) throws(CommandError) {
    try CommandError.ofFiles { () throws(FileError) in
      _ = try Folder.make(path, makingParents: true)
    }
  }
}
