import Digests
import Glibc
import Primitives

/// A regular file of this machine, read at positions; `-` is not known here.
///
/// Reading blocks; the CLI's tasks may, since no loop runs on their threads.
final class LocalFile: Sendable {
  let path: String
  let sizeBytes: UInt64
  private let descriptor: CInt

  /// - Throws: `CommandError` when there is no such file, it may not be read, or is a folder.
  init(_ path: String) throws(CommandError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommandError.file(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      close(descriptor)
      throw CommandError.file(path, isFolder ? "is a folder; name a file" : "is no regular file")
    }
    sizeBytes = UInt64(max(0, status.st_size))
  }

  deinit { close(descriptor) }

  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  func read(at offset: UInt64, upTo count: Int) throws(CommandError) -> Bytes {
    let bytes: Bytes = try Bytes(capacity: max(1, count)) { (target) throws(CommandError) in
      var filled = 0
      while filled < count {
        let piece = UnsafeMutableRawBufferPointer(rebasing: target[filled..<count])
        let got = pread(descriptor, piece.baseAddress, piece.count, off_t(offset) + off_t(filled))
        if got < 0 {
          if errno == EINTR { continue }
          throw CommandError.file(path, errno)
        }
        if got == 0 { break }
        filled += got
      }
      return filled
    }
    return bytes
  }

  /// Of the whole file.
  func digest() throws(CommandError) -> SHA256Digest {
    let hasher = SHA256Hasher()
    var offset: UInt64 = 0
    while offset < sizeBytes {
      let chunk = try read(at: offset, upTo: 1 << 20)
      guard !chunk.isEmpty else { break }
      hasher.update(chunk)
      offset += UInt64(chunk.count)
    }
    return hasher.finish()
  }

  /// The whole file, where it has at most `limitBytes`.
  func readAll(limitBytes: Int) throws(CommandError) -> Bytes {
    guard sizeBytes <= UInt64(limitBytes) else {
      throw CommandError.file(
        path,
        "has \(ValueText.bytes(Int64(sizeBytes))); at most \(ValueText.bytes(Int64(limitBytes))) "
          + "are taken here"
      )
    }
    return try read(at: 0, upTo: Int(sizeBytes))
  }
}
