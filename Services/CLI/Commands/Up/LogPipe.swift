import Glibc
import Synchronization

/// What a service's processes write, one after the other, on its way to the service's log.
///
/// A thread of its own takes it out of a pipe, so that a service waits neither for the disk nor for
/// this process's other work. After a kill of this process the services write to nobody, which
/// they survive.
final class LogPipe: Sendable {
  private static let chunkBytes = 64 << 10

  private let log: BoundedLog
  private let writeEnd: Mutex<CInt>
  private let ended = WakeUp()

  /// - Throws: when the system has no descriptors or threads left.
  init(into log: BoundedLog) throws(CommandError) {
    self.log = log
    let ends = try PipeEnds(for: log.path)
    writeEnd = Mutex(ends.write)
    let reader = Reader(descriptor: ends.read, log: log, ended: ended)
    let context = Unmanaged.passRetained(reader).toOpaque()
    var thread = pthread_t()
    let failure = pthread_create(
      &thread,
      nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Reader>.fromOpaque(raw).takeRetainedValue().run()
        return nil
      },
      context
    )
    guard failure == 0 else {
      Unmanaged<Reader>.fromOpaque(context).release()
      close(ends.read)
      throw CommandError("no thread for \(log.path): \(String(cString: strerror(failure)))")
    }
    pthread_detach(thread)
  }

  deinit { writeEnd.withLock { if $0 >= 0 { close($0) } } }

  /// For a process that is started; nil after `end`.
  var descriptor: CInt? { writeEnd.withLock { $0 >= 0 ? $0 : nil } }

  /// No process is started any more. Returns when what the last one wrote is in the log, or after
  /// `limit`: a process that it started may hold the pipe.
  func end(within limit: Duration = .seconds(1)) async {
    writeEnd.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
    await ended.wait(atMost: limit)
  }

  private final class Reader: Sendable {
    let descriptor: CInt
    let log: BoundedLog
    let ended: WakeUp

    init(descriptor: CInt, log: BoundedLog, ended: WakeUp) {
      self.descriptor = descriptor
      self.log = log
      self.ended = ended
    }

    func run() {
      var chunk = [UInt8](repeating: 0, count: LogPipe.chunkBytes)
      while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        chunk.withUnsafeBytes { log.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      }
      close(descriptor)
      ended.ring()
    }
  }
}
