import Glibc

/// How log lines are written.
public enum LogFormat: String, Sendable, CaseIterable {
  /// Human on a terminal, JSON otherwise.
  case auto
  /// One line for people, with colour on a terminal unless NO_COLOR is set.
  case human
  /// One JSON object a line, with a priority prefix when systemd's journal reads the descriptor.
  case json
}

/// A format with what the environment decides about it.
public enum LogStyle: Sendable, Equatable {
  case human(hasColour: Bool)
  /// `hasPriority`: begin lines with `<6>`, which the journal takes off and keeps as PRIORITY.
  case json(hasPriority: Bool)

  /// What `format` means for `descriptor` in this environment.
  public static func of(
    _ format: LogFormat,
    descriptor: Int32,
    environment: [String: String]
  ) -> LogStyle {
    let isTerminal = isatty(descriptor) == 1
    let isHuman = format == .human || (format == .auto && isTerminal)
    guard isHuman else {
      return .json(hasPriority: isJournal(descriptor, environment["JOURNAL_STREAM"]))
    }
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return .human(hasColour: isTerminal && !isPlain && environment["TERM"] != "dumb")
  }

  /// systemd sets JOURNAL_STREAM to the device and inode of the stream that the journal reads; a
  /// descriptor that was redirected since has others (systemd.exec(5)).
  private static func isJournal(_ descriptor: Int32, _ stream: String?) -> Bool {
    var status = stat()
    guard let stream, fstat(descriptor, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }
}
