/// A process could not be started.
public struct ProcessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was started, as the caller named it.
  public let executable: String
  /// What the system said.
  public let reason: String

  init(_ executable: String, _ reason: String) {
    self.executable = executable
    self.reason = reason
  }

  public var description: String { "\(executable) could not be started: \(reason)" }
}
