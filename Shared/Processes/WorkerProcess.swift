import Glibc
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import Transport

/// A process that this one starts from its own executable and calls over a socket pair, which is
/// the worker's standard input. Whatever happens in it, a crash in a native library or a kill for
/// memory, costs its calls in flight (UNAVAILABLE) and nothing else.
///
/// The worker runs `WorkerHost`, so it ends as soon as the pair is closed: by `stop`, by `kill`, or
/// because this process has gone.
public final class WorkerProcess: Sendable {
  /// Calls to the worker. One connection, made once and never made again: after its end calls end
  /// UNAVAILABLE at once, and nothing is retried.
  public let channel: any CallChannel
  private let child: ChildProcess
  private let transport: SocketPairClientTransport
  private let serviceChannel: ServiceChannel

  private init(
    _ child: ChildProcess,
    _ transport: SocketPairClientTransport,
    _ channel: ServiceChannel
  ) {
    self.child = child
    self.transport = transport
    self.channel = channel
    serviceChannel = channel
  }

  /// Starts the executable of this process, or another one, with these arguments. Returns before
  /// the worker answers; the first call waits for it.
  /// - Parameters:
  ///   - executable: Path; the default is this process's own file, also after it was replaced.
  ///   - environment: All of the worker's; nothing is inherited.
  ///   - loop: Serves this side of the pair; calls from other loops hop to it.
  ///   - limits: Set on the worker before it has done anything of weight.
  ///   - wire: Sizes of messages and windows towards the worker.
  ///   - errors: Where its log goes.
  public static func start(
    executable: String = WorkerProcess.ownExecutable,
    arguments: [String],
    environment: [String: String],
    loop: NIOLoop,
    limits: WorkerLimits = WorkerLimits(),
    wire: WireLimits = WireLimits(),
    errors: ChildOutput = .inherit
  ) throws(ProcessError) -> WorkerProcess {
    let pair: SocketPair
    do {
      pair = try SocketPair()
    } catch {
      throw ProcessError(executable, "\(error)")
    }
    defer { close(pair.worker) }
    let transport = SocketPairClientTransport(pair.host, on: loop)
    let child: ChildProcess
    do {
      child = try ChildProcess.start(
        executable: executable,
        arguments: arguments,
        environment: environment,
        input: .descriptor(pair.worker),
        output: .null,
        errors: errors
      )
    } catch {
      transport.close()
      throw error
    }
    do {
      try limits.apply(to: child.pid)
    } catch {
      child.signal(SIGKILL)
      transport.close()
      throw ProcessError(executable, "its limits cannot be set: \(error.reason)")
    }
    var options = ChannelOptions()
    options.connectionLimit = 1
    options.retry.maximumAttempts = 1
    options.limits = wire
    // Certificates are not renewed here, so the connection lives as long as the worker.
    options.limits.connectionAge = WorkerHost.connectionAge
    let name = "worker \(child.pid)"
    let channel = ServiceChannel(
      to: .unix(path: name),
      over: transport,
      name: name,
      options: options
    )
    return WorkerProcess(child, transport, channel)
  }

  /// The file that this process runs, whatever lies at its path by now.
  public static let ownExecutable = "/proc/self/exe"

  public var pid: pid_t { child.pid }

  /// Waits for its end; any number of tasks may.
  public func exited() async -> ExitStatus { await child.exit() }

  /// How it ended; nil while it runs.
  public var status: ExitStatus? { child.status }

  /// Takes no more calls and lets those in flight end, at most for `grace`; the worker ends when
  /// the pair closes. Then SIGTERM, and SIGKILL a second later.
  @discardableResult
  public func stop(grace: Duration) async -> ExitStatus {
    serviceChannel.close()
    transport.close()
    if let exit = await child.exit(within: grace) { return exit }
    return await child.terminate(grace: .seconds(1))
  }

  /// Ends it now. Calls in flight end UNAVAILABLE.
  public func kill() { child.signal(SIGKILL) }

  deinit {
    serviceChannel.close()
    transport.close()
  }
}
