import ArgumentParser
import Synchronization

@testable import Commands

/// What was written to a terminal.
final class Recording: Sendable {
  private let text = Mutex("")
  var written: String { text.withLock { $0 } }

  func terminal(isInteractive: Bool, columns: Int = 80) -> Terminal {
    Terminal(isInteractive: isInteractive, hasColour: isInteractive, columns: columns) { piece in
      self.text.withLock { $0 += piece }
    }
  }

  func console(isInteractive: Bool, output: OutputFormat = .human) throws -> Console {
    Console(
      options: try GlobalOptions.parse(["--output", output.rawValue]),
      out: terminal(isInteractive: isInteractive),
      err: terminal(isInteractive: isInteractive)
    )
  }
}
