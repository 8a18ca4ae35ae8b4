import Glibc

/// The disk refused something. For the log, and for the words of a job that fails of it.
struct DiskError: Error, Sendable, CustomStringConvertible {
  let operation: String
  let path: String
  let code: CInt

  /// With the error of the call that just failed.
  init(_ operation: String, _ path: String) {
    self.operation = operation
    self.path = path
    code = errno
  }

  var description: String {
    "cannot \(operation) \(path): \(String(cString: strerror(code)))"
  }
}
