import Dispatch
import Glibc
import Logging
import Settings
import Telemetry

/// What an executable is: its declaration and the components that it consists of.
public struct ServiceDefinition: Sendable {
  /// As typed: `model-store`.
  public let name: String
  public let about: String
  public let version: String
  /// Its own; `ServiceMain` puts `RuntimeSettings` before them.
  public let settings: [any AnySetting]
  public let commands: [SettingsCommand]
  public let checks: [SettingsCheck]
  /// Makes the components in start order. Opens nothing: that is for `Component.run`.
  public let components: @Sendable (ServiceContext) async throws -> [any Component]

  public init(
    name: String,
    about: String,
    version: String,
    settings: [any AnySetting],
    commands: [SettingsCommand] = [],
    checks: [SettingsCheck] = [],
    components: @escaping @Sendable (ServiceContext) async throws -> [any Component]
  ) {
    self.name = name
    self.about = about
    self.version = version
    self.settings = settings
    self.commands = commands
    self.checks = checks
    self.components = components
  }

  /// The declaration with the settings that every service has.
  public var declaration: SettingsDeclaration {
    SettingsDeclaration(
      service: name,
      about: about,
      version: version,
      settings: RuntimeSettings.all + settings,
      commands: commands,
      checks: checks
    )
  }
}

/// The one way to start a service, let it become ready, drain it and stop it.
///
/// Signals: SIGTERM and SIGINT drain, and a second one exits at once with 128 + its number;
/// SIGHUP reloads; SIGUSR1 makes the log one level more verbose and SIGUSR2 sets it back. With
/// `lifeline.stdin` the end of standard input drains as SIGTERM does.
public enum ServiceMain {
  /// Runs the service and ends the process; see `ExitCode` for the numbers.
  public static func run(_ definition: ServiceDefinition) async -> Never {
    let environment = processEnvironment()
    // Writing to a peer that has gone is an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let request: SettingsRequest
    do {
      request = try definition.declaration.request(
        from: SettingsSources(
          arguments: Array(CommandLine.arguments.dropFirst()),
          environment: environment
        )
      )
    } catch {
      writeFully("\(error)\n", to: STDERR_FILENO)
      exit(error.isUsageError ? ExitCode.usage.number : ExitCode.configuration.number)
    }
    switch request {
    case .print(let text):
      writeFully(text, to: STDOUT_FILENO)
      exit(ExitCode.ok.number)
    case .run(let settings):
      let code = await run(definition, settings, environment)
      exit(code.number)
    }
  }

  private static func run(
    _ definition: ServiceDefinition,
    _ settings: ResolvedSettings,
    _ environment: [String: String]
  ) async -> ExitCode {
    let logs = Logs(
      format: settings[RuntimeSettings.logFormat],
      level: settings[RuntimeSettings.logLevel],
      environment: environment
    )
    logs.bootstrap()
    defer { logs.sink.flush() }
    let logger = Logger(label: "martlet.\(definition.name)")
    let notify = NotifySocket(environment: environment)
    let metrics = processMetrics(logs)
    logger.notice(
      "starting",
      metadata: [
        "version": "\(definition.version)", "pid": .stringConvertible(getpid()),
        "config": "\(settings.configPath ?? "none")",
      ]
    )

    let holder = StatusHolder()
    let context = ServiceContext(
      name: definition.name,
      version: definition.version,
      settings: settings,
      environment: environment,
      logs: logs,
      metrics: metrics,
      status: { holder.phaseName }
    )
    let components: [any Component]
    do {
      components = try await definition.components(context)
    } catch {
      logger.critical("cannot start", error: error)
      notify?.send(["STATUS=cannot start"])
      return (error as? StartupError)?.exitCode ?? .software
    }
    let status = ServiceStatus(componentCount: components.count)
    holder.set(status)
    let runner = ServiceRunner(
      components: components,
      status: status,
      drainTimeout: settings[RuntimeSettings.drainTimeout],
      notify: notify,
      logger: logger
    ) { code in
      logs.sink.flush()
      // Not `exit`: its handlers may wait for the very thread that is stuck.
      _exit(code.number)
    }
    let configuredLevel = settings[RuntimeSettings.logLevel]
    let sources = await runner.handle([SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2]) { signal in
      switch signal {
      case SIGHUP: runner.reloadRequested()
      case SIGUSR1: setLevel(logs.levels, moreVerbose(logs.levels.level), logger)
      case SIGUSR2: setLevel(logs.levels, configuredLevel, logger)
      default: runner.stopRequested(signal: signal)
      }
    }
    if settings[RuntimeSettings.lifelineStdin] { Lifeline.watch { runner.lifelineEnded() } }
    let timer = Watchdog(environment: environment, processID: getpid())
      .flatMap { watchdog in notify == nil ? nil : runner.watch(watchdog) }
    let code = await runner.run()
    timer?.cancel()
    withExtendedLifetime(sources) {}
    logger.notice("stopped", metadata: ["exit_code": "\(code)"])
    notify?.send(["STATUS=stopped with exit code \(code)"])
    return code
  }

  /// A registry with what every process measures.
  private static func processMetrics(_ logs: Logs) -> MetricsRegistry {
    let metrics = MetricsRegistry()
    ProcessMetrics.register(in: metrics)
    metrics.counter(
      "martlet_log_lines_dropped_total",
      help: "Log lines that no reader took in time."
    ) { Double(logs.sink.droppedLineCount) }
    return metrics
  }

  private static func setLevel(_ levels: LogLevels, _ level: Logger.Level, _ logger: Logger) {
    levels.set(level)
    logger.notice("log level changed", metadata: ["level": "\(level.rawValue)"])
  }

  /// The next level that shows more; trace stays.
  static func moreVerbose(_ level: Logger.Level) -> Logger.Level {
    Logger.Level.allCases.last { $0 < level } ?? .trace
  }

  private static func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(
        separator: "=",
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return result
  }

  /// For the texts before logging stands.
  private static func writeFully(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }
}
