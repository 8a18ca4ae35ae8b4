import Primitives

/// Where to connect to or to listen.
public enum TransportAddress: Sendable, Hashable, CustomStringConvertible {
  /// `host` is a name or an address, IPv4 or IPv6 without brackets.
  case tcp(host: String, port: Int)
  case unix(path: String)

  /// Reads `host:port`, `[v6]:port` or `unix:/path`; nil when it is none of them.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty, path.utf8.count < 108 else { return nil }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self = .tcp(host: String(host), port: port)
  }

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

/// Opens connections. Called from any thread.
public protocol ClientTransport: Sendable {
  /// The loops that connections may live on; at least one.
  var loops: [any TransportLoop] { get }

  /// Starts to connect to `address` on `loop`; the handler, which `makeHandler` makes on that
  /// loop, then gets `opened`, or `closed` with the reason when it failed. Bounded by the
  /// transport's connect and handshake timeouts.
  func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  )
}

/// Accepts connections. Called from any thread.
public protocol ServerTransport: Sendable {
  /// Starts to accept; each connection gets a handler of its own, made on the connection's loop.
  /// Returns when the sockets listen.
  func start(
    makeHandler: @escaping @Sendable (any TransportLoop) -> any ByteChannelHandler
  ) async throws

  /// The addresses that it listens on, with the ports that the system picked; empty before `start`.
  var addresses: [TransportAddress] { get }

  /// Accepts no more; connections that stand go on. Returns when the sockets are closed.
  func stopAccepting() async
}
