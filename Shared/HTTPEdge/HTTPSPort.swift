import HummingbirdCore
import Logging
import NIOCore
import Primitives
import SecureTransport
import ServiceRuntime
import Synchronization
import Telemetry
import Transport

/// A public HTTPS port: HTTP/1.1 by HummingbirdCore over this project's own TLS 1.3, on the loops
/// of the service, so that a request which becomes a call never changes threads.
///
/// While it drains it accepts nothing new, closes connections that wait for a request, and lets
/// requests that have come be answered.
public final class HTTPSPort: Component {
  public let name = "https port"
  private let sources: [ListenSource]
  private let files: TLSFiles
  private let policy: TLSListenerPolicy
  private let limits: HTTPSLimits
  private let loops: LoopGroup
  private let responder: any HTTPResponder
  private let metrics: MetricsRegistry
  private let budget: BodyBudget
  private let logger = Logger(label: "martlet.https")
  private let bound = Mutex<[TransportAddress]>([])
  private let identity = Mutex<TLSIdentity?>(nil)
  private let register = HTTPConnectionRegister()
  private let onListening: @Sendable ([TransportAddress]) -> Void

  /// - Parameters:
  ///   - inherited: Sockets that systemd opened for this port; then `addresses` are ignored.
  ///   - takesClientCertificates: Clients may show one of a trusted authority; nobody has to.
  ///   - loops: Somebody else's, who ends them after this component.
  ///   - onListening: Called once with the addresses, ports included, when it listens.
  public init(
    addresses: [TransportAddress],
    inherited: [InheritedSocket] = [],
    files: TLSFiles,
    takesClientCertificates: Bool,
    limits: HTTPSLimits = HTTPSLimits(),
    loops: LoopGroup,
    responder: any HTTPResponder,
    metrics: MetricsRegistry,
    onListening: @escaping @Sendable ([TransportAddress]) -> Void = { _ in }
  ) {
    sources =
      inherited.isEmpty
      ? addresses.map { .address($0) } : inherited.map { .inherited($0) }
    self.files = files
    self.limits = limits
    self.loops = loops
    self.responder = responder
    self.metrics = metrics
    self.onListening = onListening
    budget = BodyBudget(limitBytes: limits.bodyBudgetBytes)
    policy = TLSListenerPolicy(
      clientCertificate: takesClientCertificates ? .optional : .none,
      applicationProtocols: ["http/1.1"],
      requiresApplicationProtocol: false
    )
  }

  /// Where it listens, ports included; empty before it does.
  public var boundAddresses: [TransportAddress] { bound.withLock { $0 } }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    let listener = try makeListener()
    do {
      try await listener.start { [self] in adopt($0, $1, $2) }
    } catch {
      throw StartupError(
        what: "\(error)",
        place: "https.addresses",
        remedy: "choose a free address that belongs to this host",
        exitCode: .unavailable
      )
    }
    bound.withLock { $0 = listener.addresses }
    logger.notice("https listens", metadata: ["addresses": "\(listener.addresses)"])
    onListening(listener.addresses)
    lifecycle.started()
    await lifecycle.drainRequested()
    await listener.stopAccepting()
    await drain(until: lifecycle.drainDeadline)
  }

  /// Reads the certificates again; connections that stand go on, new ones get the new ones.
  public func reload() async throws { try identity.withLock { $0 }?.reload() }

  private func makeListener() throws -> TLSStreamListener {
    let identity: TLSIdentity
    do {
      identity = try TLSIdentity(files)
    } catch {
      throw StartupError(
        what: "the certificate cannot be used: \(error)",
        place: "https.certificate, https.key",
        remedy: "give the port files that are current and belong together",
        exitCode: .configuration
      )
    }
    self.identity.withLock { $0 = identity }
    var transport = TransportLimits()
    transport.connectionCount = limits.connectionCount
    transport.handshakeTimeout = min(limits.handshakeTimeout, limits.idleTimeout)
    transport.closeTimeout = limits.closeTimeout
    let failures = metrics.counter(
      "martlet_https_handshake_failures_total",
      help: "HTTPS connections that failed their TLS handshake."
    )
    let logger = logger
    let listener = try TLSStreamListener(
      loops: loops,
      listenOn: sources,
      identity: identity,
      policy: policy,
      limits: transport,
      onHandshakeFailure: { address, reason in
        failures.add()
        var metadata: Logger.Metadata = ["address": "\(address)", "reason": "\(reason)"]
        if ForeignProtocol.isReason(reason) {
          // Who connected sees no more than an alert of TLS; whoever looks here can help.
          metadata["advice"] = """
            this is https.addresses and speaks HTTP/1.1: martlet's clients belong to \
            listen.addresses, where --gateway points
            """
        }
        logger.info("a TLS handshake failed", metadata: metadata)
      }
    )
    metrics.gauge("martlet_https_connections", help: "HTTPS connections that stand.") {
      Double(listener.counts.openConnections)
    }
    metrics.counter(
      "martlet_https_refused_connections_total",
      help: "HTTPS connections closed at once because too many stood."
    ) { Double(listener.counts.refusedConnections) }
    metrics.gauge("martlet_https_body_bytes", help: "Memory that request bodies hold now.") {
      [budget] in Double(budget.usedBytes)
    }
    return listener
  }

  // MARK: Connections

  /// Puts HTTP above TLS, and serves the connection by a task on its loop.
  private func adopt(
    _ channel: any Channel,
    _ loop: NIOLoop,
    _ peer: TLSStreamPeer
  ) -> EventLoopFuture<Void> {
    let connection = HTTPConnection(
      responder: responder,
      limits: limits,
      budget: budget,
      loop: loop,
      peer: peer,
      remoteAddress: channel.remoteAddress.map(HTTPSPort.text) ?? "unknown"
    )
    let http = HTTP1Channel(
      responder: { request, writer, _ in try await connection.respond(to: request, writer) },
      configuration: .init(
        idleTimeout: .nanoseconds(limits.idleTimeout.wholeNanoseconds),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headerFieldBytes,
          maxHeaderListSize: limits.headerBytes,
          maxHeaderFieldCount: limits.headerFieldCount
        )
      )
    )
    channel.closeFuture.whenComplete { _ in connection.closed() }
    var quiet = logger
    quiet.logLevel = .error
    let log = quiet
    let register = register
    return http.setup(channel: channel, logger: log).map { value in
      register.began(channel)
      // Everything that HummingbirdCore and the responder await comes back to this loop.
      Task(executorPreference: loop) {
        await http.handle(value: value, logger: log)
        register.ended(channel)
      }
    }
  }

  private static func text(_ address: SocketAddress) -> String {
    guard let host = address.ipAddress, let port = address.port else { return "unix" }
    return "\(TransportAddress.tcp(host: host, port: port))"
  }

  private func drain(until deadline: Instant?) async {
    register.quiesce()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [register] in await register.waitUntilEmpty() }
      group.addTask { [register] in
        // Some time is left for the components that stop after this one.
        let room = (deadline ?? .distantFuture) - .now - .seconds(1)
        try? await Task.sleep(for: min(max(room, .zero), .seconds(86_400)))
        register.closeAll()
      }
      await group.next()
      group.cancelAll()
    }
    // What the connections still said to their loops is done before the loops end.
    for loop in loops.loops { try? await loop.eventLoop.submit {}.get() }
  }
}
