import Glibc
import Primitives
import ServiceRuntime

/// A process's sole right to a state folder: two services in one folder would do the same work and
/// overwrite each other's. The system takes it back when the process ends, however that happens.
public final class StateLock: Sendable {
  private let descriptor: CInt

  /// Waits a little for a process that is just ending; blocks.
  /// - Throws: `StartupError` when the folder cannot be written, or another process uses it.
  public init(folder: String, patience: Duration = .seconds(5)) throws(StartupError) {
    let path = "\(folder)/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw StartupError(
        what: "cannot open the lock: \(String(cString: strerror(errno)))",
        place: path,
        remedy: "give the user of this service its state folder",
        exitCode: .cannotCreate
      )
    }
    let end = Instant.now + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard Instant.now < end else {
        throw StartupError(
          what: "another process uses this folder",
          place: folder,
          remedy: "end it, or give this service a state folder of its own",
          exitCode: .unavailable
        )
      }
      poll(nil, 0, 20)
    }
  }

  deinit { close(descriptor) }
}
