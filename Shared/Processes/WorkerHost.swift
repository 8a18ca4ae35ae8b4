import Glibc
import Logging
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import Synchronization
import Telemetry
import Transport

/// A worker's side of its socket pair: serves calls on descriptor 0 until the other end closes,
/// and then ends the process at once. A worker never outlives its host, even when that was killed
/// with -9, and even when its own loops are stuck: a thread watches the descriptor, too.
///
/// The worker has nothing to save when its host goes; what it must not lose it has on disk.
public enum WorkerHost {
  /// A connection that never ends for its age: ten years.
  static let connectionAge = Duration.seconds(10 * 365 * 86_400)

  /// Serves on one loop until the host goes; never returns. Logs to standard error at `logLevel`.
  ///
  /// Exit codes: 0 when the host closed the pair, 64 when descriptor 0 is no socket pair, which is
  /// how it looks when a person started the worker, 70 for a defect of the program.
  /// - Parameters:
  ///   - name: For the log: `trainer worker`.
  ///   - environment: What decides how logs look; nil = this process's own.
  ///   - wire: Sizes of messages and windows; the host's should be the same.
  ///   - services: Made once logging stands.
  public static func run(
    name: String,
    logLevel: Logger.Level = .info,
    environment: [String: String]? = nil,
    wire: WireLimits = WireLimits(),
    services: () async throws -> [any Service]
  ) async -> Never {
    signal(SIGPIPE, SIG_IGN)
    // Ctrl-C goes to all processes of a terminal; what it means for a worker its host decides.
    signal(SIGINT, SIG_IGN)
    let logs = Logs(
      format: .auto,
      level: logLevel,
      environment: environment ?? environmentOfLogs()
    )
    logs.bootstrap()
    let logger = Logger(label: "martlet.worker")
    let server: Server
    do {
      var options = ServerOptions(logger: Logger(label: "martlet.rpc"))
      options.agent = name
      options.limits = wire
      options.limits.connectionAge = connectionAge
      server = try Server(try await services(), options: options)
    } catch {
      logger.critical("the worker cannot start", metadata: ["error": "\(error)"])
      end(70, logs)
    }
    guard watchHost() else { refuseStart(name) }
    let loops = LoopGroup(threadCount: 1)
    let loop = loops.loops[0]
    do {
      try SocketPairTransport.adopt(STDIN_FILENO, on: loop) {
        LastConnection(server.handler(on: loop)) { end(0, logs) }
      }
    } catch {
      refuseStart(name)
    }
    logger.debug("a worker serves", metadata: ["name": "\(name)"])
    while true { try? await Task.sleep(for: .seconds(86_400)) }
  }

  /// What the style of logs depends on.
  private static func environmentOfLogs() -> [String: String] {
    ["JOURNAL_STREAM", "NO_COLOR", "TERM"].reduce(into: [:]) { found, name in
      if let value = getenv(name) { found[name] = String(cString: value) }
    }
  }

  /// Starts the thread that ends this process when the host's end is closed; false when
  /// descriptor 0 cannot be watched.
  private static func watchHost() -> Bool {
    let copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return false }
    var thread = pthread_t()
    let failure = pthread_create(
      &thread,
      nil,
      { raw in
        var entry = pollfd(fd: CInt(Int(bitPattern: raw)), events: 0, revents: 0)
        // Both directions are closed: the host has gone or does not want us any more.
        while entry.revents & Int16(POLLHUP | POLLERR | POLLNVAL) == 0 { poll(&entry, 1, -1) }
        _exit(0)
      },
      UnsafeMutableRawPointer(bitPattern: Int(copy))
    )
    guard failure == 0 else { return false }
    pthread_detach(thread)
    return true
  }

  private static func refuseStart(_ name: String) -> Never {
    let text =
      "\(name) is started by its service, which hands it a socket pair as standard input; "
      + "start the service instead\n"
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    _exit(64)
  }

  private static func end(_ code: CInt, _ logs: Logs) -> Never {
    logs.sink.flush(withinMilliseconds: 100)
    // Not `exit`: its handlers may wait for threads that are at work.
    _exit(code)
  }
}

/// Passes a connection's events on, and tells of its end. Confined to its loop.
private final class LastConnection: ByteChannelHandler {
  private let handler: any ByteChannelHandler
  private let onClosed: () -> Void

  init(_ handler: any ByteChannelHandler, onClosed: @escaping () -> Void) {
    self.handler = handler
    self.onClosed = onClosed
  }

  var input: InputBuffer { handler.input }
  func opened(_ channel: any ByteChannel) { handler.opened(channel) }
  func received() { handler.received() }
  func flush() { handler.flush() }
  func drained() { handler.drained() }

  func closed(_ reason: ChannelClosure) {
    handler.closed(reason)
    onClosed()
  }
}
