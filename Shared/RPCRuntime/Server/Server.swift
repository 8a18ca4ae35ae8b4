import Logging
import Primitives
import RPC
import Telemetry
import Transport

/// How a server treats whoever comes through one listener.
public struct ListenerPolicy: Sendable {
  /// Open to people's clients: abuse ends connections. Between services it only slows a peer.
  public var isPublic: Bool

  public init(isPublic: Bool = false) { self.isPublic = isPublic }
}

public struct ServerOptions: Sendable {
  public var limits = WireLimits()
  /// Program and version, told to peers.
  public var agent = "martlet"
  public var interceptors: [any ServerInterceptor] = []
  /// Set on a server that passes calls with a target on.
  public var forwarder: (any CallForwarder)?
  public var budget = ReceiveBudget.ofThisProcess
  public var metrics: MetricsRegistry
  public var logger: Logger

  public init(
    metrics: MetricsRegistry = MetricsRegistry(),
    logger: Logger = Logger(label: "martlet.rpc")
  ) {
    self.metrics = metrics
    self.logger = logger
  }
}

/// Answers calls that come in through any number of transports.
///
/// Handlers run on the loop of their connection unless they say otherwise. `drain` lets what has
/// begun end; nothing that was accepted is dropped before its deadline or the grace is over.
public final class Server: Sendable {
  private let core: ServerCore
  private let loopsSeen = LoopGauges()

  /// - Throws: `Router.DuplicateMethod` when two services answer one method.
  public init(
    _ services: [any Service],
    options: ServerOptions = ServerOptions()
  ) throws(Router.DuplicateMethod) {
    core = try ServerCore(services.flatMap(\.handlers), options)
    loopsSeen.register(options.metrics, budget: options.budget)
  }

  /// Starts to serve a transport; returns when it listens.
  public func serve(
    _ transport: any ServerTransport,
    policy: ListenerPolicy = ListenerPolicy()
  ) async throws {
    let core = core
    let loopsSeen = loopsSeen
    try await transport.start { loop in
      loopsSeen.note(loop)
      return ServerConnectionHandler(server: core, listener: policy, loop: loop)
    }
  }

  /// Serves one connection that stands already: a worker's end of its socket pair. On its loop.
  public func handler(
    on loop: any TransportLoop,
    policy: ListenerPolicy = ListenerPolicy()
  ) -> any ByteChannelHandler {
    loopsSeen.note(loop)
    return ServerConnectionHandler(server: core, listener: policy, loop: loop)
  }

  public var openConnectionCount: Int { core.connections.count }

  /// Tells all peers to go elsewhere and waits until their calls have ended, at most for the grace
  /// that the limits set. New connections are told to go away at once.
  public func drain() async {
    core.startDraining()
    core.connections.forEach { $0.beginDrain() }
    await core.connections.waitUntilEmpty()
  }

  /// Waits until every connection is closed, and lets go of the loops: after this they may end.
  public func close() async {
    abort()
    await core.connections.waitUntilEmpty()
    loopsSeen.forget()
  }

  /// Ends every connection now. Their calls end for their callers as not answered.
  public func abort() {
    core.startDraining()
    core.connections.forEach { $0.channel?.abort() }
  }
}
