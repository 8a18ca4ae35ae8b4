import Glibc

/// Tells systemd what the service does (sd_notify(3)): one datagram a message to the socket that
/// NOTIFY_SOCKET names, a path or, with `@`, an abstract name.
public struct NotifySocket: Sendable {
  private let path: [UInt8]

  /// Nil when the environment names no socket. A name that cannot be one is ignored as well: it is
  /// not for the service to fail because of who watches it.
  public init?(environment: [String: String]) {
    guard let name = environment["NOTIFY_SOCKET"] else { return nil }
    self.init(name: name)
  }

  public init?(name: String) {
    var bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count >= 2, bytes.count < 108, !bytes.contains(0) else {
      return nil
    }
    switch first {
    case UInt8(ascii: "/"): bytes.append(0)
    case UInt8(ascii: "@"): bytes[0] = 0
    default: return nil
    }
    guard bytes.count <= 108 else { return nil }
    path = bytes
  }

  /// Sends `KEY=value` lines as one message. Waits at most 2 s for a full socket; answers whether
  /// the message left.
  @discardableResult
  public func send(_ fields: [String]) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_SNDTIMEO,
      &limit,
      socklen_t(MemoryLayout<timeval>.size)
    )
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let message = Array(fields.joined(separator: "\n").utf8)
    let sent = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
    return sent == message.count
  }
}

/// The watchdog of systemd's unit (sd_watchdog_enabled(3)).
public struct Watchdog: Sendable, Equatable {
  /// Half of WATCHDOG_USEC: how often a healthy service says so.
  public let interval: Duration

  /// Nil when systemd watches nothing, or another process.
  public init?(environment: [String: String], processID: Int32) {
    guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }),
      microseconds >= 2, microseconds <= 86_400_000_000
    else { return nil }
    if let watched = environment["WATCHDOG_PID"], watched != "\(processID)" { return nil }
    interval = .microseconds(microseconds / 2)
  }
}
