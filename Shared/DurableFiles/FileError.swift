import Glibc

/// What was tried with a path, and why it could not be done.
public struct FileError: Error, Equatable, CustomStringConvertible {
  public enum Operation: String, Sendable {
    case make
    case open
    case lookAt = "look at"
    case read
    case write
    case sync
    case rename
    case remove
    case protect
    case map
  }

  public enum Problem: Equatable, Sendable {
    /// The system's error number.
    case system(CInt)
    case notAFile
    case tooLarge(limitBytes: Int)
  }

  public let operation: Operation
  public let path: String
  public let problem: Problem

  public init(_ operation: Operation, _ path: String, _ problem: Problem) {
    self.operation = operation
    self.path = path
    self.problem = problem
  }

  /// With the error of the system call that just failed on this thread.
  init(_ operation: Operation, _ path: String) {
    self.init(operation, path, .system(errno))
  }

  /// The system's error number, where the system refused.
  public var code: CInt? {
    if case .system(let code) = problem { code } else { nil }
  }

  /// Why, in words, without the path: callers of a service do not see its paths.
  public var reason: String {
    switch problem {
    case .system(let code): FileError.words(code)
    case .notAFile: "it is no file"
    case .tooLarge(let limit): "it has more than \(limit) bytes, which are the most that are read"
    }
  }

  public var description: String { "cannot \(operation.rawValue) \(path): \(reason)" }

  /// The system's words for an error number, from any thread.
  public static func words(_ code: CInt) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
        return "error \(code)"
      }
      return String(cString: base)
    }
  }
}
