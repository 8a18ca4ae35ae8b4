import Glibc
import Primitives

/// Writes that go on until all bytes are handed to the system.
enum FileWriting {
  /// - Parameter path: for the words of an error.
  static func writeAll(
    _ bytes: Bytes,
    to descriptor: CInt,
    _ path: String
  ) throws(CommandError) {
    try bytes.withUnsafeBytes { (source) throws(CommandError) in
      var rest = source
      while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          throw .file(path, errno)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}
