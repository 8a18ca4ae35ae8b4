import Glibc
import Primitives

/// Files that fit into memory whole, read and written in one go. Everything blocks.
public enum SmallFile {
  /// Nil when there is no such file.
  /// - Throws: `FileError`, also for what is no regular file or has more than `limitBytes`.
  public static func read(_ path: String, limitBytes: Int) throws(FileError) -> Bytes? {
    // A named pipe without a writer would keep the thread.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError(.open, path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.lookAt, path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(.read, path, .notAFile) }
    let most = max(0, min(limitBytes, Int.max - 1))
    guard status.st_size <= most else {
      throw FileError(.read, path, .tooLarge(limitBytes: limitBytes))
    }
    // The size is a guess: a file may grow, and those of /proc say 0. One byte more tells the end.
    var capacity = min(max(Int(status.st_size), 4096), most) + 1
    while true {
      let bytes = try readStart(descriptor, capacity, path)
      if bytes.count < capacity { return bytes }
      guard capacity <= most else {
        throw FileError(.read, path, .tooLarge(limitBytes: limitBytes))
      }
      capacity = (capacity > most / 2 ? most : 2 * capacity) + 1
    }
  }

  /// Fewer than `count` bytes only at the end of the file.
  private static func readStart(
    _ descriptor: CInt,
    _ count: Int,
    _ path: String
  ) throws(FileError) -> Bytes {
    try Bytes(capacity: count) { (target) throws(FileError) in
      var done = 0
      while done < count {
        let got = pread(
          descriptor,
          target.baseAddress.map { $0 + done },
          count - done,
          off_t(done)
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

  /// Replaces a file by a whole one, which is on the disk when this returns: after a crash at any
  /// point there is the old or the new, never a part. A crash may leave a draft beside it. One
  /// call at a time for a path in a process; two processes do not harm each other.
  /// - Parameter mode: holds whatever the umask is.
  public static func replace(
    _ path: String,
    with bytes: Bytes,
    mode: mode_t = 0o600
  ) throws(FileError) {
    let draft = try DraftFile("\(path).\(getpid()).new", mode: mode)
    try draft.append(bytes)
    try draft.finish(as: path)
  }
}
