import Synchronization
import Telemetry
import Transport

/// The open connections of a server, so that a drain reaches all of them.
final class ConnectionRegister: Sendable {
  private let connections = Mutex<[ObjectIdentifier: LoopConfined<ServerConnectionHandler>]>([:])
  private let open: Gauge

  init(registry: MetricsRegistry) {
    open = registry.gauge("martlet_rpc_open_connections", help: "Connections that are open.")
  }

  var count: Int { connections.withLock { $0.count } }

  func add(_ handler: ServerConnectionHandler) {
    let entry = LoopConfined(handler, loop: handler.context.loop)
    connections.withLock { $0[ObjectIdentifier(handler)] = entry }
    open.add()
  }

  func remove(_ handler: ServerConnectionHandler) {
    if connections.withLock({ $0.removeValue(forKey: ObjectIdentifier(handler)) }) != nil {
      open.subtract()
    }
  }

  /// Runs `body` for each connection, on its loop.
  func forEach(_ body: @escaping @Sendable (ServerConnectionHandler) -> Void) {
    for entry in connections.withLock({ Array($0.values) }) { entry.run(body) }
  }
}
