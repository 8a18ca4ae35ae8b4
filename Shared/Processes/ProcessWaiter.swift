import CProcessControl
import Glibc
import Synchronization

/// The one thread that waits for all children of this process. It sleeps on a descriptor of each
/// of them (pidfd, Linux 5.3), so it wakes exactly when one has ended and looks at no other
/// child: those of other libraries stay theirs.
final class ProcessWaiter: Sendable {
  static let shared = ProcessWaiter()

  private struct State {
    var arrivals: [ChildProcess] = []
    var isRunning = false
  }

  /// How often children are looked at that the kernel gave no descriptor for.
  private static let pollMilliseconds: CInt = 50
  private let state = Mutex(State())
  /// Written to when a child arrives; -1 when the system had no descriptors.
  private let wakeUpRead: CInt
  private let wakeUpWrite: CInt

  private init() {
    var ends: [CInt] = [-1, -1]
    _ = pipe(&ends)
    for end in ends where end >= 0 {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    wakeUpRead = ends[0]
    wakeUpWrite = ends[1]
  }

  /// Reaps `child` when it ends, and keeps it until then.
  func watch(_ child: ChildProcess) {
    let starts = state.withLock { state in
      state.arrivals.append(child)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if starts { startThread() }
    // A full pipe wakes as well.
    var byte: UInt8 = 0
    _ = write(wakeUpWrite, &byte, 1)
  }

  private func startThread() {
    var thread = pthread_t()
    let failure = pthread_create(
      &thread,
      nil,
      { _ in
        ProcessWaiter.shared.run()
        return nil
      },
      nil
    )
    if failure == 0 {
      pthread_detach(thread)
    } else {
      // The next child tries again.
      state.withLock { $0.isRunning = false }
    }
  }

  private func run() {
    var children: [(child: ChildProcess, descriptor: CInt)] = []
    while true {
      let arrivals = state.withLock { state in
        defer { state.arrivals = [] }
        return state.arrivals
      }
      for child in arrivals {
        children.append((child, martlet_pidfd_open(child.pid)))
      }
      children.removeAll { entry in
        guard entry.child.reap() else { return false }
        if entry.descriptor >= 0 { close(entry.descriptor) }
        return true
      }
      // Negative descriptors are skipped by poll.
      var entries = [pollfd(fd: wakeUpRead, events: Int16(POLLIN), revents: 0)]
      entries += children.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      let mustLookAgain = wakeUpRead < 0 || children.contains { $0.descriptor < 0 }
      poll(&entries, nfds_t(entries.count), mustLookAgain ? ProcessWaiter.pollMilliseconds : -1)
      var drained = [UInt8](repeating: 0, count: 64)
      while read(wakeUpRead, &drained, drained.count) > 0 {}
    }
  }
}
