import Logging
import Synchronization

/// The level below which log lines are dropped: one for the process, and exceptions by label
/// prefix. Changeable at run time; loggers that exist follow at once.
///
/// The check that every `logger.debug(…)` makes is one relaxed load.
public final class LogLevels: Sendable {
  /// What a handler looks at; one for each label that was ever used.
  final class Cell: Sendable {
    private let value: Atomic<UInt8>

    init(_ level: Logger.Level) { value = Atomic(LogLevels.number(level)) }

    var level: Logger.Level {
      get { LogLevels.level(value.load(ordering: .relaxed)) }
      set { value.store(LogLevels.number(newValue), ordering: .relaxed) }
    }
  }

  private struct State {
    var level: Logger.Level
    var prefixes: [String: Logger.Level] = [:]
    var cells: [String: Cell] = [:]

    /// The level of the longest prefix of `label` that has one, else the process's.
    func level(of label: String) -> Logger.Level {
      let matching = prefixes.filter { prefix, _ in
        label == prefix || label.hasPrefix(prefix + ".")
      }
      return matching.max { $0.key.utf8.count < $1.key.utf8.count }?.value ?? level
    }
  }

  /// At most this many labels get a level of their own; later ones share the process's.
  public static let maximumLabelCount = 4096
  /// At most this many exceptions are kept.
  public static let maximumPrefixCount = 64

  private let state: Mutex<State>
  private let shared: Cell

  public init(_ level: Logger.Level = .info) {
    state = Mutex(State(level: level))
    shared = Cell(level)
  }

  /// The process's level.
  public var level: Logger.Level { state.withLock { $0.level } }

  /// The exceptions by label prefix, a prefix being one or more whole parts between dots.
  public var exceptions: [String: Logger.Level] { state.withLock { $0.prefixes } }

  /// Sets the process's level; exceptions stay.
  public func set(_ level: Logger.Level) {
    change { state in
      state.level = level
      return true
    }
  }

  /// Sets or, with nil, removes the exception for labels that begin with `prefix`.
  /// Answers false, and changes nothing, when there are too many exceptions.
  @discardableResult
  public func set(_ level: Logger.Level?, forPrefix prefix: String) -> Bool {
    change { state in
      let isNew = state.prefixes[prefix] == nil && level != nil
      if isNew && state.prefixes.count >= LogLevels.maximumPrefixCount { return false }
      state.prefixes[prefix] = level
      return true
    }
  }

  @discardableResult
  private func change(_ body: (inout State) -> Bool) -> Bool {
    state.withLock { state in
      guard body(&state) else { return false }
      shared.level = state.level
      for (label, cell) in state.cells { cell.level = state.level(of: label) }
      return true
    }
  }

  func cell(for label: String) -> Cell {
    state.withLock { state in
      if let cell = state.cells[label] { return cell }
      guard state.cells.count < LogLevels.maximumLabelCount else { return shared }
      let cell = Cell(state.level(of: label))
      state.cells[label] = cell
      return cell
    }
  }

  private static func level(_ number: UInt8) -> Logger.Level {
    switch number {
    case 0: .trace
    case 1: .debug
    case 2: .info
    case 3: .notice
    case 4: .warning
    case 5: .error
    default: .critical
    }
  }

  private static func number(_ level: Logger.Level) -> UInt8 {
    switch level {
    case .trace: 0
    case .debug: 1
    case .info: 2
    case .notice: 3
    case .warning: 4
    case .error: 5
    case .critical: 6
    }
  }
}
