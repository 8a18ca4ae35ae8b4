import Glibc
import Primitives

/// The digest of a file on disk.
public enum FileDigest {
  /// Reads the whole file; blocks, so not for a loop.
  /// - Throws: `FileReadError` when it cannot be opened or read.
  public static func sha256(
    path: String,
    bufferBytes: Int = 1 << 20
  ) throws(FileReadError) -> (digest: SHA256Digest, byteCount: UInt64) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReadError(path: path, code: errno) }
    defer { close(descriptor) }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    let hasher = SHA256Hasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 64)
    defer { buffer.deallocate() }
    var byteCount: UInt64 = 0
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return (hasher.finish(), byteCount) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileReadError(path: path, code: errno)
      }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
      byteCount += UInt64(count)
    }
  }
}

/// A file could not be read.
public struct FileReadError: Error, Sendable, CustomStringConvertible {
  public let path: String
  public let code: CInt

  public init(path: String, code: CInt) {
    self.path = path
    self.code = code
  }

  public var description: String { "\(path): \(String(cString: strerror(code)))" }
}
