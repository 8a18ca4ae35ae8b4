import Primitives

/// How versions are numbered and found. The same content never becomes two versions.
public enum VersionRules {
  public enum OnCreate: Sendable, Equatable {
    /// This version has the same manifest.
    case existing(UInt32)
    case create(UInt32)
  }

  /// A version of a model: the same manifest is the same version, however old.
  /// - Parameter last: The highest number that was ever given out; 0 = none.
  public static func onCreateVersion(
    withSameManifest existing: UInt32?,
    last: UInt32
  ) throws(StoreProblem) -> OnCreate {
    if let existing { return .existing(existing) }
    return .create(try next(after: last))
  }

  /// A version of a dataset: only the newest one counts, so that going back to earlier files is a
  /// version of its own.
  /// - Parameter last: The highest number that was ever given out; 0 = none.
  public static func onCreateDataset(
    newest: (version: UInt32, hasSameFiles: Bool)?,
    last: UInt32
  ) throws(StoreProblem) -> OnCreate {
    if let newest, newest.hasSameFiles { return .existing(newest.version) }
    return .create(try next(after: last))
  }

  private static func next(after last: UInt32) throws(StoreProblem) -> UInt32 {
    guard last < .max else { throw .exhausted("there is no number left for another version") }
    return last + 1
  }

  /// Which version of a model a call means.
  public enum Selector: Sendable, Equatable {
    case number(UInt32)
    case alias(String)
    case latest

    /// Either a number or an alias; neither = the latest.
    public init(version: UInt32, alias: String) throws(StoreProblem) {
      if version != 0, !alias.isEmpty {
        throw .invalid("version, alias: give one of them, not both")
      }
      if version != 0 {
        self = .number(version)
      } else if alias.isEmpty || alias == AliasRules.latest {
        self = .latest
      } else {
        if let problem = ResourceName.problem(alias) { throw .invalid("alias: \(problem)") }
        self = .alias(alias)
      }
    }

    /// For messages that say what there is none of: `version 3`.
    public var text: String {
      switch self {
      case .number(let number): "version \(number)"
      case .alias(let name): "alias \(name)"
      case .latest: "version"
      }
    }
  }

  /// Compare-and-set of a version's revision.
  public static func checkRevision(
    _ current: UInt64,
    expected: UInt64,
    of what: String
  ) throws(StoreProblem) {
    guard current == expected else {
      throw .conflict(
        "\(what): is in revision \(current), not \(expected); look again and repeat"
      )
    }
  }
}
