import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import ServiceRuntime
import Settings
import Synchronization
import Telemetry
import Transport

/// The port on which a service answers calls: sockets, TLS, the server, health, drain. A component
/// like any other, so that start, readiness, reload and stop are the runtime's.
///
/// While it drains it accepts nothing new, says NOT_SERVING, tells its peers to go elsewhere and
/// lets the calls that it has taken end.
public final class ServicePort: Component {
  public let name = "service port"
  /// What this process says of its health; services may report for themselves.
  public let health: HealthReporter

  private let configuration: ServicePortConfiguration
  private let services: [any Service]
  private let interceptors: [any ServerInterceptor]
  private let agent: String
  private let metrics: MetricsRegistry
  private let logger: Logger
  private let forwarder: (any CallForwarder)?
  private let sharedLoops: LoopGroup?
  private let bound = Mutex<[TransportAddress]>([])
  private let onListening: @Sendable ([TransportAddress]) -> Void
  private let identity = Mutex<TLSIdentity?>(nil)
  /// Sockets that systemd opened; taken early, before other descriptors are.
  private let inherited: [InheritedSocket]

  /// - Parameters:
  ///   - forwarder: Where calls with a target go; nil answers all calls here.
  ///   - loops: Somebody else's loops to serve on, who ends them; nil = own ones.
  ///   - onListening: Called once with the addresses, ports included, when it listens.
  public init(
    _ configuration: ServicePortConfiguration,
    _ context: ServiceContext,
    services: [any Service],
    interceptors: [any ServerInterceptor] = [],
    forwarder: (any CallForwarder)? = nil,
    loops: LoopGroup? = nil,
    onListening: @escaping @Sendable ([TransportAddress]) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.services = services
    self.interceptors = interceptors
    self.forwarder = forwarder
    sharedLoops = loops
    self.onListening = onListening
    inherited = InheritedSocket.all(environment: context.environment)
      .filter { !configuration.foreignSocketNames.contains($0.name) }
    agent = "\(context.name)/\(context.version)"
    metrics = context.metrics
    logger = Logger(label: "martlet.rpc")
    health = HealthReporter(
      services: Set(services.flatMap { $0.handlers.map(\.method.service) }).sorted()
    )
  }

  /// Where it listens, ports included; empty before it does.
  public var addresses: [TransportAddress] { bound.withLock { $0 } }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    if let sharedLoops { return try await serve(on: sharedLoops, lifecycle) }
    let loops = LoopGroup(onLongCycle: ServicePort.longCycles(metrics))
    do {
      try await serve(on: loops, lifecycle)
    } catch {
      await loops.shutdown()
      throw error
    }
    await loops.shutdown()
  }

  private func serve(on loops: LoopGroup, _ lifecycle: ComponentLifecycle) async throws {
    let transport = try listener(on: loops)
    var options = ServerOptions(metrics: metrics, logger: logger)
    options.agent = agent
    options.limits = configuration.limits
    options.interceptors = interceptors
    options.forwarder = forwarder
    let server: Server
    do {
      server = try Server([health] + services, options: options)
    } catch .path(let path) {
      throw StartupError(
        what: "two services answer \(path)",
        place: "the program itself",
        remedy: "this is a defect of the program: report it",
        exitCode: .software
      )
    }
    try await server.serve(transport, policy: ListenerPolicy(isPublic: configuration.isPublic))
    logger.info("listening", metadata: ["addresses": "\(transport.addresses)"])
    bound.withLock { $0 = transport.addresses }
    onListening(transport.addresses)
    health.setAll(.serving)
    lifecycle.started()

    await lifecycle.drainRequested()
    health.setAll(.notServing)
    health.endWatches()
    await transport.stopAccepting()
    await drain(server, until: lifecycle.drainDeadline)
  }

  /// Lets calls end; what is left at the deadline ends with its connections.
  private func drain(_ server: Server, until deadline: Instant?) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.drain() }
      group.addTask {
        // Some time is left for the components that stop after this one.
        let room = (deadline ?? .distantFuture) - .now - .seconds(1)
        try? await Task.sleep(for: min(max(room, .zero), .seconds(86_400)))
      }
      await group.next()
      group.cancelAll()
    }
    await server.close()
  }

  /// Reads the certificates again; connections that stand go on, new ones get the new ones.
  public func reload() async throws {
    try identity.withLock { $0 }?.reload()
    logger.info("certificates were read again")
  }

  private func listener(on loops: LoopGroup) throws -> TLSServerTransport {
    let identity = try TLSIdentity(configuration.files)
    self.identity.withLock { $0 = identity }
    let sources: [ListenSource] =
      inherited.isEmpty
      ? configuration.addresses.map { ListenSource.address($0) }
      : inherited.map { ListenSource.inherited($0) }
    let failures = metrics.counter(
      "martlet_tls_handshake_failures_total",
      help: "Connections that failed their TLS handshake."
    )
    let logger = logger
    let advice = configuration.foreignProtocolAdvice
    return try TLSServerTransport(
      loops: loops,
      listenOn: sources,
      identity: identity,
      policy: TLSListenerPolicy(clientCertificate: configuration.clientCertificate),
      onHandshakeFailure: { address, reason in
        failures.add()
        var metadata: Logger.Metadata = ["address": "\(address)", "reason": "\(reason)"]
        if ForeignProtocol.isReason(reason) { metadata["advice"] = "\(advice)" }
        logger.info("a TLS handshake failed", metadata: metadata)
      }
    )
  }

  /// A handler that blocks shows here: it has kept every connection of its loop waiting.
  public static func longCycles(
    _ metrics: MetricsRegistry
  ) -> @Sendable (Int, Duration) -> Void {
    let count = metrics.counter(
      "martlet_loop_long_cycles_total",
      help: "Cycles of a loop that took longer than 20 ms: a handler blocks."
    )
    let seconds = metrics.histogram(
      "martlet_loop_long_cycle_seconds",
      help: "Length of those cycles."
    )
    return { _, duration in
      count.add()
      seconds.observe(duration)
    }
  }
}
