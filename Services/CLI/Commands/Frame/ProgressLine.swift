import Primitives
import Synchronization

/// Shows how far something is, on standard error: redrawn in place on a terminal, elsewhere a plain
/// line now and then. Any thread. Silent with JSON unless a person looks on.
final class ProgressLine: Sendable {
  /// Redrawing costs a write; people see no more than this.
  static let redrawInterval = Duration.milliseconds(100)
  /// Between plain lines.
  static let plainInterval = Duration.seconds(5)

  private struct State {
    var text: ProgressText
    var drawn: Instant
    var hasLine = false
  }

  private let terminal: Terminal
  private let isSilent: Bool
  private let interval: Duration
  private let started: Instant
  private let state: Mutex<State>

  /// - Parameters:
  ///   - total: Nil where nobody knows it yet; `update` may bring it.
  ///   - interval: Between two drawings; nil = as the terminal suggests.
  init(
    _ console: Console,
    _ label: String,
    total: Int64?,
    unit: ProgressText.Unit = .bytes,
    interval: Duration? = nil
  ) {
    terminal = console.err
    self.interval =
      interval ?? (console.err.isInteractive ? Self.redrawInterval : Self.plainInterval)
    isSilent = console.isJSON && !console.err.isInteractive
    started = .now
    let text = ProgressText(label: label, done: 0, total: total, unit: unit, elapsed: .zero)
    // Plain lines begin after a while: what is quick needs none.
    state = Mutex(State(text: text, drawn: .now))
  }

  func update(_ done: Int64, total: Int64? = nil, note: String? = nil) {
    guard !isSilent else { return }
    let now = Instant.now
    let line = state.withLock { state -> String? in
      state.text.done = done
      if let total { state.text.total = total }
      if let note { state.text.note = note }
      guard now - state.drawn >= interval else { return nil }
      state.drawn = now
      state.hasLine = true
      state.text.elapsed = now - started
      return state.text.line(columns: terminal.columns)
    }
    guard let line else { return }
    terminal.write(terminal.isInteractive ? "\r\u{1B}[K\(line)" : "\(line)\n")
  }

  /// Takes the line away again, so that results can follow.
  func clear() {
    let hasLine = state.withLock { state in
      defer { state.hasLine = false }
      return state.hasLine
    }
    if hasLine, terminal.isInteractive { terminal.write("\r\u{1B}[K") }
  }
}
