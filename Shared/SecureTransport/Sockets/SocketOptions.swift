import NIOCore
import NIOPosix
import Transport

/// How every connected socket is set.
enum SocketOptions {
  /// "Not writable" means exactly that bytes are pending; the layer above has its own bounds.
  static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: 1)

  /// Small first, for the many connections that carry little.
  static func allocator(_ limits: TransportLimits) -> AdaptiveRecvByteBufferAllocator {
    let most = max(1024, limits.readBytes)
    return AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: min(4096, most), maximum: most)
  }

  /// `127.0.0.1:80`, `[::1]:80` or `unix:/path`, for logs.
  static func text(of address: SocketAddress?) -> String {
    guard let address else { return "unknown" }
    return transportAddress(of: address).description
  }

  static func transportAddress(of address: SocketAddress) -> TransportAddress {
    if let port = address.port, let host = address.ipAddress {
      return .tcp(host: host, port: port)
    }
    return .unix(path: address.pathname ?? "")
  }
}
