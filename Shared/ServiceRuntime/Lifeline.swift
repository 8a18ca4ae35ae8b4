import Glibc

/// Standard input as a rope to whoever started the process: a pipe whose other end the starter
/// holds and never writes to. However the starter ends, the system closes that end, and the
/// service stops by itself instead of living on as an orphan.
enum Lifeline {
  /// Calls `onEnd` once, from a thread of its own, when standard input ends or cannot be read.
  /// What is written to it is read and thrown away.
  static func watch(_ onEnd: @escaping @Sendable () -> Void) {
    let watch = Watch(onEnd: onEnd)
    let context = Unmanaged.passRetained(watch).toOpaque()
    var thread = pthread_t()
    // A thread and not a Dispatch source: it also serves a file or a terminal, and it works when
    // all other threads are stuck.
    let failure = pthread_create(
      &thread,
      nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Watch>.fromOpaque(raw).takeRetainedValue().run()
        return nil
      },
      context
    )
    if failure == 0 {
      pthread_detach(thread)
    } else {
      // Without a watch the service could outlive its starter: as if the starter had gone already.
      Unmanaged<Watch>.fromOpaque(context).release()
      onEnd()
    }
  }

  private final class Watch: Sendable {
    let onEnd: @Sendable () -> Void

    init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }

    func run() {
      var chunk = [UInt8](repeating: 0, count: 512)
      while true {
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        if count > 0 { continue }
        if count < 0, errno == EINTR { continue }
        if count < 0, errno == EAGAIN {
          var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
          poll(&entry, 1, -1)
          continue
        }
        return onEnd()
      }
    }
  }
}
