import Glibc

/// The system refused something of the blobs' folder.
struct DiskFailure: Error, Equatable, CustomStringConvertible {
  enum Kind: Equatable {
    case diskFull
    case tooManyFiles
    case other
  }

  /// What was tried, in words without a path: `write an upload`.
  let operation: String
  let code: CInt

  /// Of the last system call on this thread.
  init(_ operation: String) { self.init(operation, code: errno) }

  init(_ operation: String, code: CInt) {
    self.operation = operation
    self.code = code
  }

  var kind: Kind {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: .diskFull
    case EMFILE, ENFILE: .tooManyFiles
    default: .other
    }
  }

  var text: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
        return "error \(code)"
      }
      return String(cString: base)
    }
  }

  var description: String { "cannot \(operation): \(text)" }
}
