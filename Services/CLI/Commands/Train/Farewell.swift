import Glibc
import Synchronization

/// A last word on Ctrl-C: what was begun elsewhere goes on, and how to reach it.
enum Farewell {
  /// The text that the handler writes, and its length; never freed, since the handler may run at
  /// any instruction.
  private static let address = Atomic<UInt>(0)
  private static let byteCount = Atomic<Int>(0)

  /// From now on Ctrl-C writes `text` to standard error and ends the process with 130.
  static func onInterrupt(_ text: String) {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
    copy.initialize(from: bytes, count: bytes.count)
    byteCount.store(0, ordering: .releasing)
    address.store(UInt(bitPattern: copy), ordering: .releasing)
    byteCount.store(bytes.count, ordering: .releasing)
    // Only calls that are safe in a handler: atomics, write, _exit.
    signal(SIGINT) { _ in
      let count = Farewell.byteCount.load(ordering: .acquiring)
      let start = UnsafeRawPointer(bitPattern: Farewell.address.load(ordering: .acquiring))
      if let start, count > 0 { _ = Glibc.write(STDERR_FILENO, start, count) }
      _exit(130)  // CommandExit.interrupted
    }
  }

  /// Ctrl-C ends the process as it does without this.
  static func cancel() { signal(SIGINT, SIG_DFL) }
}
