import Glibc
import Transport

/// A client that writes exactly the bytes it is given, so that a test can be a bad peer.
final class PlainHTTPClient {
  private let descriptor: Int32

  init(_ address: TransportAddress) throws {
    switch address {
    case .tcp(_, let port):
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var target = sockaddr_in()
      target.sin_family = sa_family_t(AF_INET)
      target.sin_port = in_port_t(port).bigEndian
      target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let size = socklen_t(MemoryLayout<sockaddr_in>.size)
      try connectOrThrow(withUnsafeBytes(of: target) { Array($0) }, size)
    case .unix(let path):
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var target = sockaddr_un()
      target.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      try connectOrThrow(withUnsafeBytes(of: target) { Array($0) }, size)
    }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_RCVTIMEO,
      &limit,
      socklen_t(MemoryLayout<timeval>.size)
    )
  }

  private func connectOrThrow(_ bytes: [UInt8], _ size: socklen_t) throws {
    let result = bytes.withUnsafeBytes { raw in
      raw.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, size) }
    }
    guard result == 0 else { throw Failure(errno: errno) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Everything until the server closes; nil when it does not in time.
  func readToEnd() -> String? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) {
        return String(decoding: bytes, as: UTF8.self)
      }
      guard count > 0 else { return nil }
      bytes += chunk[..<count]
    }
  }

  /// Reads until `part` has come; false when the server closes first or takes too long.
  func wait(for part: String) -> Bool {
    var text = ""
    var chunk = [UInt8](repeating: 0, count: 65536)
    while !text.contains(part) {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return false }
      text += String(decoding: chunk[..<count], as: UTF8.self)
    }
    return true
  }

  /// One request on a connection of its own: the status and the whole answer.
  static func request(
    _ method: String,
    _ path: String,
    body: String? = nil,
    headers: [String] = [],
    at address: TransportAddress
  ) throws -> (status: Int, text: String) {
    let client = try PlainHTTPClient(address)
    let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
    let lines = ["\(method) \(path) HTTP/1.1", "Host: x", "Connection: close"] + length + headers
    client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    guard let text = client.readToEnd(),
      let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw Failure(errno: ETIMEDOUT) }
    return (status, text)
  }

  struct Failure: Error { let errno: Int32 }
}
