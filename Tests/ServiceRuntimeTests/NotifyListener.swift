import Glibc
import Primitives

/// Plays systemd's side of NOTIFY_SOCKET.
final class NotifyListener {
  let name: String
  private let descriptor: Int32

  /// `name` is a path, or an abstract name behind `@`.
  init(name: String) throws {
    self.name = name
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    var bytes = Array(name.utf8)
    if name.hasPrefix("@") { bytes[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard bound == 0 else { throw Failure(errno: errno) }
  }

  deinit {
    close(descriptor)
    if name.hasPrefix("/") { unlink(name) }
  }

  /// The next message, split into lines; nil when none comes in time.
  func next(within seconds: Int = 240) -> [String]? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, Int32(seconds * 1000)) == 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { return nil }
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Skips messages until one holds `line`; false when none does in time.
  func wait(for line: String, within seconds: Int = 240) -> Bool {
    let end = Instant.now + .seconds(seconds)
    while Instant.now < end {
      guard let message = next(within: seconds) else { return false }
      if message.contains(line) { return true }
    }
    return false
  }

  struct Failure: Error { let errno: Int32 }
}
