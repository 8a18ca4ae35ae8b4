import Glibc
import ServiceRuntime

/// The folder in which a service keeps its durable state.
public enum StateFolder {
  /// Makes it, for this user alone, where it is missing. Its parent must exist.
  /// - Throws: `StartupError` when it cannot be made or is no folder.
  public static func make(_ path: String) throws(StartupError) {
    if mkdir(path, 0o700) == 0 { return }
    let code = errno
    var status = stat()
    if code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    throw StartupError(
      what: "cannot make the folder: \(String(cString: strerror(code == EEXIST ? ENOTDIR : code)))",
      place: path,
      remedy: "make its parent, writable for the user of this service",
      exitCode: .cannotCreate
    )
  }
}
