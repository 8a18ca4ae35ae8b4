import Logging
import Primitives

/// Writes swift-log's lines in one of our styles to a sink, with the trace of the current call.
public struct StructuredLogHandler: LogHandler {
  private let label: String
  private let sink: LogSink
  private let style: LogStyle
  private let cell: LogLevels.Cell
  /// Set when somebody gave this logger a level of its own.
  private var ownLevel: Logger.Level?

  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?

  public init(
    label: String,
    sink: LogSink,
    style: LogStyle,
    levels: LogLevels,
    metadataProvider: Logger.MetadataProvider? = .traceScope
  ) {
    self.label = label
    self.sink = sink
    self.style = style
    self.metadataProvider = metadataProvider
    cell = levels.cell(for: label)
  }

  /// The process's level for this label, unless it was set on this logger.
  public var logLevel: Logger.Level {
    get { ownLevel ?? cell.level }
    set { ownLevel = newValue }
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var merged = metadata
    if let provided = metadataProvider?.get(), !provided.isEmpty {
      merged.merge(provided) { _, new in new }
    }
    if let own = event.metadata { merged.merge(own) { _, new in new } }
    var line = LogLine(style)
    line.write(
      time: UTCTime.now,
      label: label,
      level: event.level,
      message: event.message.description,
      error: event.error,
      metadata: merged
    )
    sink.write(line.bytes)
  }
}

extension Logger.MetadataProvider {
  /// `trace_id` and `span_id` of the call that the current task works for.
  public static let traceScope = Logger.MetadataProvider {
    guard let scope = TraceScope.span else { return [:] }
    return ["trace_id": .string("\(scope.traceID)"), "span_id": .string("\(scope.spanID)")]
  }
}
