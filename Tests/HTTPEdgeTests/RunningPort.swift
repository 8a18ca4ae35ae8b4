import Glibc
import HTTPEdge
import Logging
import ServiceLifecycle
import ServiceRuntime
import Synchronization
import Telemetry
import Transport

/// A private port that runs for the time of a test.
final class RunningPort: Sendable {
  let metrics = MetricsRegistry()
  let levels = LogLevels(.info)
  let phase = Mutex(ServicePhaseName.ready)
  private let bound = Mutex<TransportAddress?>(nil)

  var address: TransportAddress { bound.withLock { $0 } ?? .tcp(host: "127.0.0.1", port: 0) }

  /// Starts a port, calls `body` with it, drains it; throws what the port throws.
  static func with(
    _ address: TransportAddress = .tcp(host: "127.0.0.1", port: 0),
    maximumConnections: Int = 16,
    idleTimeout: Duration = .seconds(30),
    _ body: @escaping @Sendable (RunningPort) throws -> Void
  ) async throws {
    let running = RunningPort()
    let port = PrivatePort(
      address: address,
      maximumConnections: maximumConnections,
      idleTimeout: idleTimeout,
      metrics: running.metrics,
      levels: running.levels,
      status: { running.phase.withLock { $0 } }
    )
    let (started, continuation) = AsyncStream.makeStream(of: Void.self)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(
            service: PortService(
              port: port,
              lifecycle: ComponentLifecycle(
                drainDeadline: { nil },
                onStarted: { continuation.finish() }
              )
            ),
            successTerminationBehavior: .gracefullyShutdownGroup
          )
        ],
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      )
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { continuation.finish() }
        try await group.run()
      }
      for await _ in started {}
      if let bound = port.boundAddress {
        running.bound.withLock { $0 = bound }
        let result = await withTaskExecutorPreference(BlockingThread()) {
          await Self.outcome(of: body, running)
        }
        await group.triggerGracefulShutdown()
        try result.get()
      }
      try await tasks.waitForAll()
    }
  }

  @concurrent
  private static func outcome(
    of body: @Sendable (RunningPort) throws -> Void,
    _ running: RunningPort
  ) async -> Result<Void, any Error> {
    Result { try body(running) }
  }

  private struct PortService: Service {
    let port: PrivatePort
    let lifecycle: ComponentLifecycle
    func run() async throws { try await port.run(lifecycle) }
  }
}
