/// Where a value came from.
public enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
  case flag(String)
  case environment(String)
  case file(path: String, line: Int)
  case builtIn

  public var description: String {
    switch self {
    case .flag(let name): name
    case .environment(let name): name
    case .file(let path, let line): line > 0 ? "\(path):\(line)" : path
    case .builtIn: "default"
    }
  }
}

/// One thing that is wrong with the settings: where, what, and what to do.
public struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
  public let origin: SettingOrigin
  public let message: String

  public var description: String {
    origin == .builtIn ? message : "\(origin): \(message)"
  }
}

/// All that is wrong with the settings, at once, so that one look at the output is enough.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
  public let service: String
  /// At least one; command line first, then environment, file, and rules over several settings.
  public let problems: [SettingsProblem]

  /// True when the command line alone is to blame.
  public var isUsageError: Bool {
    problems.allSatisfy { if case .flag = $0.origin { true } else { false } }
  }

  public var description: String {
    let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
    let lines = problems.map { "  \($0)" }.joined(separator: "\n")
    return "\(service): \(count) in the settings\n\(lines)\n"
      + "`\(service) --help` lists every setting."
  }
}

/// A value as one source gave it.
struct SettingAssignment {
  let key: String
  let raw: RawSettingValue
  let origin: SettingOrigin
}

/// What one source said.
struct SourceReading {
  var assignments: [SettingAssignment] = []
  var problems: [SettingsProblem] = []

  mutating func assign(_ key: String, _ raw: RawSettingValue, at origin: SettingOrigin) {
    assignments.append(SettingAssignment(key: key, raw: raw, origin: origin))
  }

  mutating func refuse(_ message: String, at origin: SettingOrigin) {
    problems.append(SettingsProblem(origin: origin, message: message))
  }
}
