import Glibc
import Primitives

/// Files that fit into memory whole, read and written in one go. Blocks.
enum SmallFile {
  enum ReadResult: Equatable {
    case bytes(Bytes)
    case absent
    /// What the system said, or that the file is too large.
    case failed(String)
  }

  static func read(_ path: String, maximumBytes: Int) -> ReadResult {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return errno == ENOENT ? .absent : .failed(String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failed(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { return .failed("it is no file") }
    guard status.st_size <= maximumBytes else {
      return .failed("it has \(status.st_size) bytes; at most \(maximumBytes) are read")
    }
    var problem: String?
    let bytes = Bytes(capacity: max(1, Int(status.st_size))) { target in
      var filled = 0
      while filled < Int(status.st_size) {
        let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
        let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
        if count == 0 { break }
        if count < 0 {
          if errno == EINTR { continue }
          problem = String(cString: strerror(errno))
          break
        }
        filled += count
      }
      return filled
    }
    if let problem { return .failed(problem) }
    return .bytes(bytes)
  }

  /// Nil when it is absent, unreadable or no UTF-8.
  static func text(_ path: String, maximumBytes: Int) -> String? {
    guard case .bytes(let bytes) = read(path, maximumBytes: maximumBytes) else { return nil }
    return bytes.utf8Text
  }
}
