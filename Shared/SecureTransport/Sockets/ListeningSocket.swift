import Glibc
import NIOCore
import NIOPosix
import Transport

/// Opening of listening sockets.
enum ListeningSocket {
  static func open(
    _ source: ListenSource,
    group: MultiThreadedEventLoopGroup,
    limits: TransportLimits,
    adopt: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> any Channel {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelInitializer { channel in
        DescriptorInheritance.stop(for: channel)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .serverChannelOption(.backlog, value: CInt(clamping: limits.backlogCount))
      .childChannelInitializer(adopt)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.writeBufferWaterMark, value: SocketOptions.waterMark)
      .childChannelOption(.maxMessagesPerRead, value: UInt(max(1, limits.readsPerCycleCount)))
      .childChannelOption(.recvAllocator, value: SocketOptions.allocator(limits))
    switch source {
    case .address(.tcp(let host, let port)):
      return
        try await bootstrap
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .bind(host: host, port: port).get()
    case .address(.unix(let path)):
      try removeStaleSocketFile(path, source)
      return try await bootstrap.bind(unixDomainSocketPath: path).get()
    case .inherited(let socket):
      let family = try checkedFamily(of: socket, source)
      let isTCP = family == AF_INET || family == AF_INET6
      let prepared =
        isTCP ? bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1) : bootstrap
      return try await prepared.withBoundSocket(socket.descriptor).get()
    }
  }

  static func address(of channel: any Channel, _ source: ListenSource) -> TransportAddress {
    // A name keeps its name: only the port is news.
    if case .address(.tcp(let host, _)) = source, let port = channel.localAddress?.port {
      return .tcp(host: host, port: port)
    }
    if case .address(let address) = source { return address }
    return channel.localAddress.map(SocketOptions.transportAddress) ?? .unix(path: "")
  }

  static func removeSocketFile(_ path: String) { unlink(path) }

  /// A file that a process left behind which is gone; one that still answers is in use.
  private static func removeStaleSocketFile(_ path: String, _ source: ListenSource) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ListenError(source: source, problem: "a file that is no socket is there")
    }
    let probe = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw ListenError(source: source, problem: SystemError.text(errno)) }
    defer { close(probe) }
    let address = try SocketAddress(unixDomainSocketPath: path)
    let result = address.withSockAddr { connect(probe, $0, socklen_t($1)) }
    if result == 0 || errno != ECONNREFUSED {
      throw ListenError(source: source, problem: SystemError.text(EADDRINUSE))
    }
    unlink(path)
  }

  /// The family of an inherited descriptor that really is a listening stream socket.
  private static func checkedFamily(
    of inherited: InheritedSocket,
    _ source: ListenSource
  ) throws(ListenError) -> CInt {
    guard let type = option(SO_TYPE, of: inherited.descriptor) else {
      throw ListenError(source: source, problem: "it is no socket")
    }
    guard type == CInt(SOCK_STREAM.rawValue), option(SO_ACCEPTCONN, of: inherited.descriptor) == 1
    else { throw ListenError(source: source, problem: "it is no listening stream socket") }
    return option(SO_DOMAIN, of: inherited.descriptor) ?? AF_UNIX
  }

  private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }
}
