import Glibc

/// Plain sockets on 127.0.0.1, for questions about ports. All of it blocks for a bounded time.
enum LoopbackSocket {
  /// Whether a process could listen on the port now. A port that waits after its last connection
  /// counts as free, since servers take it over (SO_REUSEADDR).
  static func isFree(_ port: Int) -> Bool {
    let descriptor = open()
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_REUSEADDR,
      &yes,
      socklen_t(MemoryLayout<Int32>.size)
    )
    guard withAddress(port, { bind(descriptor, $0, $1) }) == 0 else { return false }
    return listen(descriptor, 1) == 0
  }

  /// The status of an HTTP GET, such as 200; nil when nothing answers within `seconds`.
  static func httpStatus(port: Int, path: String, seconds: Int = 2) -> Int? {
    let descriptor = open()
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        descriptor,
        SOL_SOCKET,
        option,
        &limit,
        socklen_t(MemoryLayout<timeval>.size)
      )
    }
    guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      return nil
    }
    // `HTTP/1.1 200 OK`: the number stands in the first 12 bytes.
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64)
    while answer.count < 12 {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      answer += chunk[..<count]
    }
    guard answer.starts(with: Array("HTTP/1.".utf8)) else { return nil }
    return Int(String(decoding: answer[9..<12], as: UTF8.self))
  }

  private static func open() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  private static func withAddress(
    _ port: Int,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
