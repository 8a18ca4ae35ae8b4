/// How a process ended.
public enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
  /// It ended itself with this number; 0 says that all went well.
  case code(Int32)
  /// A signal ended it: 9 after `kill -9` or when the system ran out of memory.
  case signal(Int32)

  /// What `waitpid` reported.
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self = signal == 0 ? .code(waitStatus >> 8 & 0xFF) : .signal(signal)
  }

  public var isSuccess: Bool { self == .code(0) }

  public var description: String {
    switch self {
    case .code(let number): "exit code \(number)"
    case .signal(let number): "signal \(number)"
    }
  }
}
