import Glibc
import Primitives
import Synchronization

/// A file that is written under another name until it is whole. Its draft is removed when it goes
/// without `finish`. One call at a time, one draft of a name at a time; its owner sees to both.
/// Everything blocks.
public final class DraftFile: Sendable {
  private let path: String
  private let descriptor: CInt
  private let isFinished = Atomic(false)

  /// - Parameters:
  ///   - path: on the file system of the later name. What an earlier process left there goes.
  ///   - mode: holds whatever the umask is.
  public init(_ path: String, mode: mode_t = 0o600) throws(FileError) {
    self.path = path
    unlink(path)
    // A new file: no link is followed, and nobody else's is written.
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError(.make, path) }
    guard fchmod(descriptor, mode) == 0 else { throw FileError(.make, path) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isFinished.load(ordering: .relaxed) { unlink(path) }
  }

  /// Removes the draft at once, and not only when the last reference to it goes. Nothing is
  /// appended or finished afterwards.
  public func discard() {
    if !isFinished.exchange(true, ordering: .relaxed) { unlink(path) }
  }

  public func append(_ bytes: Bytes) throws(FileError) {
    try bytes.withUnsafeBytes { (bytes) throws(FileError) in
      var done = 0
      while done < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          throw FileError(.write, path)
        }
        done += count
      }
    }
  }

  /// Puts it in the place of `target`, and what was there goes. Content and name are on the disk
  /// when this returns. Nothing is appended afterwards.
  public func finish(as target: String) throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(.sync, path) }
    guard rename(path, target) == 0 else { throw FileError(.rename, target) }
    isFinished.store(true, ordering: .relaxed)
    try Folder.sync(Folder.parent(of: target))
  }
}
