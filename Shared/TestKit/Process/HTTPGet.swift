import Glibc
import Primitives
import RPCRuntime
import Transport

/// One plain HTTP request, for a private port on this host.
public enum HTTPGet {
  private static let threads = BlockingExecutor(threadCount: 2, queueLimit: 64)

  public static func text(of path: String, at address: TransportAddress) async throws -> String {
    guard case .tcp("127.0.0.1", let port) = address else {
      throw ServiceProcessError("\(address) is not on this host")
    }
    return try await threads.run { try get(path, port) }
  }

  private static func get(_ path: String, _ port: Int) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw ServiceProcessError("port \(port): error \(errno)") }
    let request = Array(
      "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8
    )
    guard write(descriptor, request, request.count) == request.count else {
      throw ServiceProcessError("port \(port) takes no request: error \(errno)")
    }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      text += chunk[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
