import Primitives

/// A service of this machine as `martlet status` shows it.
struct ServiceView: Encodable, Sendable {
  let name: String
  let role: String
  /// `waiting`, `starting`, `ready`, `stopping`, `ended`; `not_ready` when it was ready and does
  /// not say so now; `ending` when its supervisor died.
  let state: String
  let pid: Int32?
  let uptimeMs: Int64?
  let restartCount: Int
  let memoryBytes: Int64?
  let address: String
  let privateAddress: String
  let log: String

  /// Asks the service itself whether it is ready; blocks for at most 1 s.
  init(_ record: SupervisorRecord.Service) {
    var state = record.phase.rawValue
    if record.phase == .ready {
      let status = record.privatePort.flatMap {
        LoopbackSocket.httpStatus(port: $0, path: "/readyz", seconds: 1)
      }
      if status != 200 { state = "not_ready" }
    }
    self.init(record, state: state)
  }

  /// Of a supervisor that died.
  init(leftOver record: SupervisorRecord.Service) {
    self.init(record, state: record.process?.isAlive == true ? "ending" : "ended")
  }

  private init(_ record: SupervisorRecord.Service, state: String) {
    name = record.name
    role = record.role
    self.state = state
    pid = record.process?.pid
    uptimeMs = record.process?.uptime?.wholeMilliseconds
    restartCount = record.restartCount
    memoryBytes = record.process?.residentBytes
    address = record.address
    privateAddress = record.privateAddress
    log = record.log
  }

  static func table(_ services: [ServiceView], _ terminal: Terminal) -> TextTable {
    var table = TextTable([
      .left("SERVICE"), .left("STATE"), .right("PID"), .right("UPTIME"), .right("RESTARTS"),
      .right("MEMORY"), .left("ADDRESS"), .left("PRIVATE"),
    ])
    for service in services {
      table.add([
        service.name, service.state, service.pid.map { "\($0)" } ?? "-",
        service.uptimeMs.map { ValueText.duration(.milliseconds($0)) } ?? "-",
        "\(service.restartCount)", service.memoryBytes.map(ValueText.bytes) ?? "-",
        service.address, service.privateAddress,
      ])
    }
    return table
  }
}
