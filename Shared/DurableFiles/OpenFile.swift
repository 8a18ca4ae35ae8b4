import Glibc
import Primitives

/// A file that is read and written at any position. Closed when it goes. Everything blocks; calls
/// may come from any thread, and whoever writes sees to it that one does at a time.
public final class OpenFile: Sendable {
  private let path: String
  private let descriptor: CInt

  private init(_ path: String, _ descriptor: CInt) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// For reading; nil when there is no such file.
  public static func reading(_ path: String) throws(FileError) -> OpenFile? {
    try opened(path, O_RDONLY, mode: 0)
  }

  /// For reading and writing; nil when there is no such file.
  public static func changing(_ path: String) throws(FileError) -> OpenFile? {
    try opened(path, O_RDWR, mode: 0)
  }

  /// For reading and writing; made where it is missing. Its name outlives a power cut once the
  /// folder is synced.
  public static func making(_ path: String, mode: mode_t = 0o600) throws(FileError) -> OpenFile {
    guard let file = try opened(path, O_RDWR | O_CREAT, mode: mode) else {
      throw FileError(.make, path, .system(ENOENT))
    }
    return file
  }

  private static func opened(
    _ path: String,
    _ flags: CInt,
    mode: mode_t
  ) throws(FileError) -> OpenFile? {
    // A link in the place of a file was put there by somebody else; a pipe without a writer would
    // keep the thread.
    let descriptor = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError(.open, path)
    }
    let file = OpenFile(path, descriptor)
    guard try file.status().st_mode & S_IFMT == S_IFREG else {
      throw FileError(.open, path, .notAFile)
    }
    return file
  }

  private func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.lookAt, path) }
    return status
  }

  public func sizeBytes() throws(FileError) -> UInt64 { UInt64(try status().st_size) }

  /// Fewer than `count` bytes only at the end of the file.
  public func read(at offset: UInt64, count: Int) throws(FileError) -> Bytes {
    try Bytes(capacity: count) { (target) throws(FileError) in
      var done = 0
      while done < count {
        let got = pread(
          descriptor,
          target.baseAddress.map { $0 + done },
          count - done,
          off_t(clamping: offset) + off_t(done)
        )
        if got == 0 { break }
        if got < 0 {
          if errno == EINTR { continue }
          throw FileError(.read, path)
        }
        done += got
      }
      return done
    }
  }

  public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor,
        bytes.baseAddress.map { $0 + done },
        bytes.count - done,
        off_t(clamping: offset) + off_t(done)
      )
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(.write, path)
      }
      done += count
    }
  }

  /// Cuts it there, or fills it up with zeros.
  public func truncate(toBytes count: UInt64) throws(FileError) {
    guard ftruncate(descriptor, off_t(clamping: count)) == 0 else { throw FileError(.write, path) }
  }

  /// Content and length are on the disk when this returns.
  public func sync() throws(FileError) {
    guard fdatasync(descriptor) == 0 else { throw FileError(.sync, path) }
  }

  public func setMode(_ mode: mode_t) throws(FileError) {
    guard fchmod(descriptor, mode) == 0 else { throw FileError(.protect, path) }
  }

  /// The first `byteCount` bytes, which must be there, as memory that is filled where it is
  /// touched. The file must not be cut meanwhile: touching what is gone ends the process.
  public func mapped(byteCount: Int) throws(FileError) -> Bytes {
    if byteCount == 0 { return Bytes() }
    let memory = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw FileError(.map, path) }
    let storage = ByteStorage(adopting: memory, capacity: byteCount) { munmap($0, byteCount) }
    return Bytes(storage: storage, offset: 0, count: byteCount)
  }

  /// Reading goes from the beginning to the end once.
  public func expectSequentialReading() { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
}
