import Logging
import Settings
import Telemetry

/// The settings that every service has.
public enum RuntimeSettings {
  public static let logLevel = Setting(
    "log.level",
    .choice,
    default: Logger.Level.info,
    doc: "log lines below this level are dropped; changeable at run time"
  )
  public static let logFormat = Setting(
    "log.format",
    .choice,
    default: LogFormat.auto,
    doc: "how log lines are written; auto is human on a terminal and json elsewhere"
  )
  public static let drainTimeout = Setting(
    "drain.timeout",
    .duration(.zero...(.seconds(3600))),
    default: .seconds(30),
    doc: "how long work may finish after SIGTERM; then the process exits with 124"
  )

  public static let lifelineStdin = Setting(
    "lifeline.stdin",
    .bool,
    default: false,
    doc: "stop as by SIGTERM when standard input ends: whoever started the service has gone"
  )

  public static let all: [any AnySetting] = [logLevel, logFormat, drainTimeout, lifelineStdin]
}
