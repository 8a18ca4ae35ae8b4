import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Primitives
import ServiceRuntime
import Settings
import Synchronization
import Telemetry
import Transport

/// A service's private HTTP port: `/healthz`, `/readyz`, `/metrics` and `/loglevel`.
///
/// The first component of every service, so that it answers while the others start and drain. It
/// has a thread of its own, and no TLS: its address is one that only this host reaches, unless the
/// settings say otherwise.
///
/// Limits: a header field 8 KiB, all of them 16 KiB and 64; a request's body 256 bytes; connections
/// and idle time by settings.
public final class PrivatePort: Component {
  public let name = "private port"
  /// Requests with a longer body are refused.
  static let maximumBodyBytes = 256
  /// The one thread of all private ports of a process (a service has one), for as long as the
  /// process lives: what HummingbirdCore's connection tasks say to their loop after the server has
  /// ended must not meet a loop that is gone.
  private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  private let address: TransportAddress
  private let maximumConnections: Int
  private let idleTimeout: Duration
  private let answers: PrivatePortAnswers
  private let bound = Mutex<TransportAddress?>(nil)

  /// The port of a service, as its settings have it.
  public convenience init(_ settings: PrivatePortSettings, _ context: ServiceContext) {
    let values = context.settings
    self.init(
      address: values[settings.address],
      maximumConnections: values[settings.maximumConnections],
      idleTimeout: values[settings.idleTimeout],
      metrics: context.metrics,
      levels: context.logs.levels,
      status: context.status
    )
  }

  /// A port with values of one's own. Opens nothing.
  public init(
    address: TransportAddress,
    maximumConnections: Int,
    idleTimeout: Duration,
    metrics: MetricsRegistry,
    levels: LogLevels,
    status: @escaping @Sendable () -> ServicePhaseName
  ) {
    self.address = address
    self.maximumConnections = maximumConnections
    self.idleTimeout = idleTimeout
    answers = PrivatePortAnswers(metrics: metrics, levels: levels, status: status)
  }

  /// Where it listens, with the port that the system picked; nil before it started.
  public var boundAddress: TransportAddress? { bound.withLock { $0 } }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    var logger = Logger(label: "martlet.private")
    let ownLogger = logger
    // Its notices of each connection are not for the service's log.
    logger.logLevel = .error
    let answers = answers
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { request, writer, _ in try await answers.respond(to: request, writer) },
        configuration: .init(
          idleTimeout: .nanoseconds(idleTimeout.wholeNanoseconds),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8 << 10,
            maxHeaderListSize: 16 << 10,
            maxHeaderFieldCount: 64
          )
        )
      ),
      configuration: ServerConfiguration(
        address: bindAddress,
        backlog: 128,
        availableConnectionsDelegate: MaximumAvailableConnections(
          maximumConnections,
          logger: logger
        )
      ),
      onServerRunning: { channel in
        self.nowListening(channel, ownLogger)
        lifecycle.started()
      },
      eventLoopGroup: PrivatePort.group,
      logger: logger
    )
    do {
      try await server.run()
    } catch {
      throw cannotListen(error)
    }
  }

  private var bindAddress: BindAddress {
    switch address {
    case .tcp(let host, let port): .hostname(host, port: port)
    case .unix(let path): .unixDomainSocket(path: path)
    }
  }

  private func nowListening(_ channel: any Channel, _ logger: Logger) {
    var listening = address
    switch address {
    case .tcp(let host, let port):
      listening = .tcp(host: host, port: channel.localAddress?.port ?? port)
    // The service's group may ask; others may not.
    case .unix(let path): chmod(path, 0o660)
    }
    bound.withLock { $0 = listening }
    logger.notice("private port listens", metadata: ["address": "\(listening)"])
  }

  private func cannotListen(_ error: any Error) -> StartupError {
    StartupError(
      what: "the private port cannot listen at \(address): \(error)",
      place: "private.address",
      remedy: "choose a free address that belongs to this host",
      exitCode: .unavailable
    )
  }
}
