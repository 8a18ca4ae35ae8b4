import Glibc

/// One of the process's output streams, and what it can show.
struct Terminal: Sendable {
  /// A person looks at it: progress may be redrawn in place.
  var isInteractive: Bool
  var hasColour: Bool
  /// Characters in a line; 100 where nobody says.
  var columns: Int
  private let sink: @Sendable (String) -> Void

  init(
    isInteractive: Bool,
    hasColour: Bool,
    columns: Int = 100,
    sink: @escaping @Sendable (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.hasColour = hasColour
    self.columns = max(20, columns)
    self.sink = sink
  }

  /// A stream of this process. Colour needs a terminal that is not `dumb`, and NO_COLOR not set.
  static func ofProcess(_ descriptor: Int32) -> Terminal {
    let isTerminal = isatty(descriptor) == 1 && GlobalOptions.environment("TERM") != "dumb"
    var size = winsize()
    let hasSize = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      isInteractive: isTerminal,
      hasColour: isTerminal && GlobalOptions.environment("NO_COLOR") == nil,
      columns: hasSize ? Int(size.ws_col) : 100
    ) { text in
      guard writeAll(text, to: descriptor) else {
        // The reader has gone (`martlet models | head`): as a shell shows the end by SIGPIPE.
        exit(128 + SIGPIPE)
      }
    }
  }

  func write(_ text: String) { sink(text) }
  func line(_ text: String = "") { sink(text + "\n") }

  enum Style: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  /// The text in a style where there is colour; else as it is.
  func styled(_ text: String, _ style: Style) -> String {
    hasColour && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var offset = 0
      while let start = bytes.baseAddress, offset < bytes.count {
        let count = Glibc.write(descriptor, start + offset, bytes.count - offset)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }
  }
}
