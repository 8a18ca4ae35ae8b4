/// How a service's process ends; systemd and scripts see the number. Values up to 78 mean what
/// sysexits.h says.
public struct ExitCode: Sendable, Hashable, CustomStringConvertible {
  public let number: Int32
  public init(_ number: Int32) { self.number = number }

  /// Asked to stop, and everything finished in time.
  public static let ok = ExitCode(0)
  /// The command line is wrong (EX_USAGE).
  public static let usage = ExitCode(64)
  /// A file that is needed is not there or cannot be read (EX_NOINPUT).
  public static let missingInput = ExitCode(66)
  /// Something that is needed cannot be reached, or an address is in use (EX_UNAVAILABLE).
  public static let unavailable = ExitCode(69)
  /// A component failed or ended while it should serve: a defect (EX_SOFTWARE).
  public static let software = ExitCode(70)
  /// The system refused something, such as memory or descriptors (EX_OSERR).
  public static let system = ExitCode(71)
  /// A file or folder cannot be made (EX_CANTCREAT).
  public static let cannotCreate = ExitCode(73)
  /// The user of the process may not do this (EX_NOPERM).
  public static let noPermission = ExitCode(77)
  /// Environment or YAML file are wrong (EX_CONFIG). A restart will not help.
  public static let configuration = ExitCode(78)
  /// Work was left when the drain time was over, as timeout(1) says it.
  public static let drainTimedOut = ExitCode(124)

  /// A second signal came while draining: 128 + its number, as shells say it.
  public static func secondSignal(_ signal: Int32) -> ExitCode { ExitCode(128 + signal) }

  public var description: String { "\(number)" }
}
