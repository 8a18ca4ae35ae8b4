import Dispatch
import Glibc
import Synchronization

/// Where log lines go: one bounded buffer, and one queue that writes it to a descriptor.
///
/// A line costs its caller a lock and a copy; a slow reader of the descriptor never blocks a
/// caller. When the buffer is full, lines are dropped and counted, and the count is logged once
/// there is room.
public final class LogSink: Sendable {
  /// Bytes that may wait for the descriptor.
  public static let defaultCapacityBytes = 1 << 20

  private struct State {
    var waiting: [UInt8] = []
    var isScheduled = false
    var unreportedDrops = 0
  }

  private let descriptor: Int32
  private let capacityBytes: Int
  private let state = Mutex(State())
  private let dropped = Atomic<Int>(0)
  private let queue: DispatchQueue
  /// Writes the line that tells of dropped lines.
  private let dropReport: @Sendable (Int) -> [UInt8]

  /// - Parameters:
  ///   - descriptor: Stays open for the life of the sink; owned by the caller.
  ///   - dropReport: Makes the line for a number of dropped lines, with its line end.
  public init(
    descriptor: Int32,
    capacityBytes: Int = LogSink.defaultCapacityBytes,
    dropReport: @escaping @Sendable (Int) -> [UInt8] = {
      Array("\($0) log lines were dropped\n".utf8)
    }
  ) {
    self.descriptor = descriptor
    self.capacityBytes = capacityBytes
    self.dropReport = dropReport
    queue = DispatchQueue(label: "martlet.log")
  }

  /// Lines that were dropped because the buffer was full or the descriptor failed.
  public var droppedLineCount: Int { dropped.load(ordering: .relaxed) }

  /// Takes one line with its line end. Never waits for the descriptor.
  public func write(_ line: [UInt8]) {
    let mustSchedule = state.withLock { state in
      guard state.waiting.count + line.count <= capacityBytes else {
        state.unreportedDrops += 1
        dropped.add(1, ordering: .relaxed)
        return false
      }
      state.waiting += line
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if mustSchedule { queue.async { self.drain() } }
  }

  /// Waits until what was written before this call has left, but no longer than `milliseconds`:
  /// a reader that hangs must not keep a process from ending.
  public func flush(withinMilliseconds milliseconds: Int = 1000) {
    let done = DispatchSemaphore(value: 0)
    queue.async {
      self.drain()
      done.signal()
    }
    _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
  }

  private func drain() {
    while true {
      let (bytes, drops) = state.withLock { state -> ([UInt8], Int) in
        let taken = (state.waiting, state.unreportedDrops)
        state.waiting = []
        state.unreportedDrops = 0
        if taken.0.isEmpty && taken.1 == 0 { state.isScheduled = false }
        return taken
      }
      if bytes.isEmpty && drops == 0 { return }
      writeFully(bytes)
      if drops > 0 { writeFully(dropReport(drops)) }
    }
  }

  private func writeFully(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(
          descriptor,
          UnsafeRawBufferPointer(rebasing: bytes[offset...]).baseAddress,
          bytes.count - offset
        )
        if count > 0 {
          offset += count
        } else if errno == EAGAIN {
          var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&entry, 1, 1000)
        } else if errno != EINTR {
          // The reader is gone; there is nobody left to tell.
          dropped.add(bytes[offset...].count { $0 == 10 }, ordering: .relaxed)
          return
        }
      }
    }
  }
}
