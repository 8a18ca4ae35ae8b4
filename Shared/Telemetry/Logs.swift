import Glibc
import Logging

/// The logs of a process: its sink, its style and its levels.
public struct Logs: Sendable {
  public let levels: LogLevels
  public let sink: LogSink
  public let style: LogStyle

  /// Logs to `descriptor`, standard error unless said otherwise.
  public init(
    format: LogFormat,
    level: Logger.Level,
    environment: [String: String],
    descriptor: Int32 = STDERR_FILENO
  ) {
    let style = LogStyle.of(format, descriptor: descriptor, environment: environment)
    self.style = style
    levels = LogLevels(level)
    sink = LogSink(descriptor: descriptor) { count in
      var line = LogLine(style)
      line.write(
        time: UTCTime.now,
        label: "martlet.log",
        level: .warning,
        message: "log lines were dropped because the reader is slow",
        error: nil,
        metadata: ["dropped": .stringConvertible(count)]
      )
      return line.bytes
    }
  }

  /// A logger that writes here.
  public func logger(_ label: String) -> Logger {
    Logger(label: label) { label in
      StructuredLogHandler(label: label, sink: sink, style: style, levels: levels)
    }
  }

  /// Makes `Logger(label:)` anywhere in the process write here. Once a process, at its start.
  public func bootstrap() {
    let logs = self
    LoggingSystem.bootstrap(
      { label, provider in
        StructuredLogHandler(
          label: label,
          sink: logs.sink,
          style: logs.style,
          levels: logs.levels,
          metadataProvider: provider
        )
      },
      metadataProvider: .traceScope
    )
  }
}
