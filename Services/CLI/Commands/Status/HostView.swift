import Protocols

/// An inference host as `martlet status` shows it.
struct HostView: Encodable, Sendable {
  struct Replica: Encodable, Sendable {
    let endpoint: String
    let state: String
    let callCount: UInt64
    let failure: String
  }
  let name: String
  /// `managed` or `self-hosted`.
  let pool: String
  let address: String
  let isReachable: Bool
  let replicas: [Replica]

  init(_ host: Host) {
    name = host.name
    pool = host.pool
    address = host.address
    isReachable = host.isReachable
    replicas = host.replicas.map { report in
      Replica(
        endpoint: report.endpoint,
        state: EndpointText.state(report.state),
        callCount: report.callCount,
        failure: report.failure
      )
    }
  }

  static func table(_ hosts: [HostView]) -> TextTable {
    var table = TextTable([
      .left("HOST"), .left("POOL"), .left("REACHABLE"), .left("ADDRESS"), .left("REPLICAS"),
    ])
    for host in hosts {
      let replicas = host.replicas.map { "\($0.endpoint) \($0.state), \($0.callCount) calls" }
      table.add([
        host.name, host.pool, host.isReachable ? "yes" : "no", host.address,
        replicas.isEmpty ? "-" : replicas.joined(separator: "; "),
      ])
    }
    return table
  }
}
