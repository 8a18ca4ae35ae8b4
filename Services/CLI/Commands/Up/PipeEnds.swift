import Glibc

/// A pipe that no program inherits unless it is handed over: `ChildProcess` closes everything else.
struct PipeEnds {
  let read: CInt
  let write: CInt

  /// - Parameter purpose: for the words of an error.
  init(for purpose: String) throws(CommandError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system("no pipe for \(purpose)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (read, write) = (ends[0], ends[1])
  }
}
