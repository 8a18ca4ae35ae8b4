import Glibc
import Primitives

/// A file of the blobs' folder, open. Everything blocks. Closed when it goes.
final class DiskFile: Sendable {
  private let descriptor: CInt

  private init(_ descriptor: CInt) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Nil when there is no such file.
  static func reading(_ path: String) throws(DiskFailure) -> DiskFile? {
    try opened(path, O_RDONLY)
  }

  /// Nil when there is no such file.
  static func changing(_ path: String) throws(DiskFailure) -> DiskFile? {
    try opened(path, O_RDWR)
  }

  static func making(_ path: String) throws(DiskFailure) -> DiskFile {
    guard let file = try opened(path, O_RDWR | O_CREAT) else {
      throw DiskFailure("make an upload", code: ENOENT)
    }
    return file
  }

  private static func opened(_ path: String, _ flags: CInt) throws(DiskFailure) -> DiskFile? {
    // A link in the place of a blob was put there by somebody else.
    let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor >= 0 { return DiskFile(descriptor) }
    if errno == ENOENT { return nil }
    throw DiskFailure("open a blob")
  }

  func sizeBytes() throws(DiskFailure) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DiskFailure("look at a blob") }
    return UInt64(status.st_size)
  }

  /// Fewer than `count` bytes only at the end of the file.
  func read(at offset: UInt64, count: Int) throws(DiskFailure) -> Bytes {
    try Bytes(capacity: count) { (target) throws(DiskFailure) in
      var done = 0
      while done < count {
        let got = pread(
          descriptor,
          target.baseAddress.map { $0 + done },
          count - done,
          off_t(clamping: offset) + done
        )
        if got == 0 { break }
        if got < 0 {
          if errno == EINTR { continue }
          throw DiskFailure("read a blob")
        }
        done += got
      }
      return done
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskFailure) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor,
        bytes.baseAddress.map { $0 + done },
        bytes.count - done,
        off_t(clamping: offset) + done
      )
      if count < 0 {
        if errno == EINTR { continue }
        throw DiskFailure("write an upload")
      }
      done += count
    }
  }

  func truncate(toBytes count: UInt64) throws(DiskFailure) {
    guard ftruncate(descriptor, off_t(clamping: count)) == 0 else {
      throw DiskFailure("cut an upload")
    }
  }

  /// Content and length are on the disk when this returns.
  func sync() throws(DiskFailure) {
    guard fdatasync(descriptor) == 0 else { throw DiskFailure("sync a blob") }
  }

  func makeReadOnly() throws(DiskFailure) {
    guard fchmod(descriptor, 0o400) == 0 else { throw DiskFailure("protect a blob") }
  }

  /// Bytes that the file system still takes from this user.
  func freeBytes() throws(DiskFailure) -> UInt64 {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { throw DiskFailure("look at the disk") }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// The first `byteCount` bytes, which must be there, as memory. Blobs are never cut, so touching
  /// it fails only when the disk does.
  func mapped(byteCount: Int) throws(DiskFailure) -> Bytes {
    if byteCount == 0 { return Bytes() }
    let memory = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw DiskFailure("map a blob") }
    let storage = ByteStorage(adopting: memory, capacity: byteCount) { munmap($0, byteCount) }
    return Bytes(storage: storage, offset: 0, count: byteCount)
  }

  /// Reading goes from the beginning to the end once.
  func expectSequentialReading() { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
}
