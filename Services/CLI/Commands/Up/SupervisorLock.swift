import Glibc

/// The lock that the supervisor of a folder of state holds as long as it lives, however it ends.
///
/// A lock of the open file (fcntl(2), "open file description locks"): the system gives it back when
/// the supervisor's last descriptor of the file closes, and it can be asked for without being
/// taken, so that `status` never gets in the way of `up`. Its services do not inherit it.
final class SupervisorLock {
  // Linux's numbers, which Swift's view of the C library leaves out.
  private static let getLock: Int32 = 36
  private static let setLock: Int32 = 37

  private let descriptor: Int32

  /// Nil when another process holds it.
  init?(_ path: String) throws(CommandError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .system("cannot make \(path)")
    }
    var request = Self.wholeFile
    guard fcntl(descriptor, Self.setLock, &request) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var request = wholeFile
    guard fcntl(descriptor, getLock, &request) == 0 else { return false }
    return request.l_type != Int16(F_UNLCK)
  }

  private static var wholeFile: flock {
    var request = flock()
    request.l_type = Int16(F_WRLCK)
    request.l_whence = Int16(SEEK_SET)
    return request
  }
}
