/// Why a service cannot start or go on: wider than one call (that is RPCError).
public struct StartupError: Error, Sendable, CustomStringConvertible {
  /// What was wrong: `the certificate has expired`.
  public let what: String
  /// Where: a file with its line, an address, a setting.
  public let place: String
  /// What to do about it.
  public let remedy: String
  public let exitCode: ExitCode

  /// Without `exitCode` it is a defect of the program: 70.
  public init(what: String, place: String, remedy: String, exitCode: ExitCode = .software) {
    self.what = what
    self.place = place
    self.remedy = remedy
    self.exitCode = exitCode
  }

  public var description: String { "\(place): \(what); \(remedy)" }
}
