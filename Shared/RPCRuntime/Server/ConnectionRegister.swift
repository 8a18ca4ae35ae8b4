import Synchronization
import Telemetry
import Transport

/// The open connections of a server, so that a drain reaches all of them.
final class ConnectionRegister: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: Entry] = [:]
    /// Who waits until there are none.
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    /// For waiters and for the order of connections.
    var nextNumber = 0

    mutating func number() -> Int {
      nextNumber += 1
      return nextNumber
    }
  }

  private struct Entry {
    var number: Int
    var handler: LoopConfined<ServerConnectionHandler>
  }

  private let state = Mutex(State())
  private let open: Gauge

  init(registry: MetricsRegistry) {
    open = registry.gauge("martlet_rpc_open_connections", help: "Connections that are open.")
  }

  var count: Int { state.withLock { $0.connections.count } }

  func add(_ handler: ServerConnectionHandler) {
    let confined = LoopConfined(handler, loop: handler.context.loop)
    state.withLock { state in
      state.connections[ObjectIdentifier(handler)] = Entry(
        number: state.number(),
        handler: confined
      )
    }
    open.add()
  }

  func remove(_ handler: ServerConnectionHandler) {
    let (isRemoved, woken) = state.withLock { state in
      let entry = state.connections.removeValue(forKey: ObjectIdentifier(handler))
      guard entry != nil, state.connections.isEmpty else { return (entry != nil, [Int: Waiter]()) }
      defer { state.waiters = [:] }
      return (true, state.waiters)
    }
    if isRemoved { open.subtract() }
    for waiter in woken.values { waiter.resume() }
  }

  private typealias Waiter = CheckedContinuation<Void, Never>

  /// Returns when no connection is open, or when the task is cancelled.
  func waitUntilEmpty() async {
    let id = state.withLock { $0.number() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          // A cancellation that comes later finds the waiter in its place.
          guard !state.connections.isEmpty, !Task.isCancelled else { return false }
          state.waiters[id] = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }

  /// Runs `body` for each connection, on its loop, the oldest first.
  func forEach(_ body: @escaping @Sendable (ServerConnectionHandler) -> Void) {
    let entries = state.withLock { $0.connections.values.sorted { $0.number < $1.number } }
    for entry in entries { entry.handler.run(body) }
  }
}
