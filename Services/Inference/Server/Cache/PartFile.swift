import DurableFiles
import Glibc
import Primitives

/// A file that grows until it is whole, also over restarts; what has come of it stays where it is.
/// For one piece of work at a time, which its owner sees to.
// `@unchecked`: its owner awaits each piece of work before it begins the next.
final class PartFile: @unchecked Sendable {
  let path: String
  private(set) var byteCount: UInt64
  private let descriptor: CInt

  /// Opens what is there of it; begins anew when that is more than there can be.
  init(_ path: String, maximumBytes: UInt64) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(.open, path, .system(errno)) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(.lookAt, path, .system(code))
    }
    byteCount = UInt64(max(0, status.st_size))
    if byteCount > maximumBytes {
      byteCount = 0
      // From here on `deinit` closes it.
      guard ftruncate(descriptor, 0) == 0 else { throw FileError(.write, path, .system(errno)) }
    }
    lseek(descriptor, off_t(byteCount), SEEK_SET)
  }

  deinit { close(descriptor) }

  func append(_ chunk: Bytes) throws {
    try chunk.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let now = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(descriptor, now.baseAddress, now.count)
        if count < 0 {
          if errno == EINTR { continue }
          throw FileError(.write, path, .system(errno))
        }
        rest = rest.dropFirst(count)
        byteCount += UInt64(count)
      }
    }
  }

  /// Brings it to disk and gives it its name.
  func finish(as name: String) throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(.sync, path, .system(errno)) }
    guard rename(path, name) == 0 else { throw FileError(.rename, name, .system(errno)) }
    try Folder.sync(Folder.parent(of: name))
  }
}
