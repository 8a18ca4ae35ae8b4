import Settings
import Telemetry

/// What the components of a service are made from.
public struct ServiceContext: Sendable {
  public let name: String
  public let version: String
  public let settings: ResolvedSettings
  /// The process's environment at its start, for what is no setting, such as LISTEN_FDS.
  public let environment: [String: String]
  public let logs: Logs
  public let metrics: MetricsRegistry
  /// The phase of the service; `starting` until the components exist.
  public let status: @Sendable () -> ServicePhaseName

  /// `ServiceMain` makes it; a test that runs components alone makes its own.
  public init(
    name: String,
    version: String,
    settings: ResolvedSettings,
    environment: [String: String],
    logs: Logs,
    metrics: MetricsRegistry,
    status: @escaping @Sendable () -> ServicePhaseName
  ) {
    self.name = name
    self.version = version
    self.settings = settings
    self.environment = environment
    self.logs = logs
    self.metrics = metrics
    self.status = status
  }
}
