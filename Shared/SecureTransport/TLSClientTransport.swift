import NIOCore
import NIOPosix
import Primitives
import Transport

/// Connects to servers over TLS, on TCP and Unix sockets.
public final class TLSClientTransport: ClientTransport {
  private let group: LoopGroup
  private let contexts: LoopContexts
  private let limits: TransportLimits

  /// `applicationProtocols` are offered by ALPN, best first; a server that speaks none of them is
  /// refused. Throws when the identity cannot be used.
  public init(
    loops: LoopGroup,
    identity: TLSIdentity,
    verification: ServerVerification,
    applicationProtocols: [String] = ["martlet/1"],
    limits: TransportLimits = TransportLimits()
  ) throws(TLSConfigurationError) {
    group = loops
    self.limits = limits
    contexts = try LoopContexts(
      identity,
      role: .client(verification, applicationProtocols: applicationProtocols),
      loopCount: loops.loops.count
    )
  }

  public var loops: [any TransportLoop] { group.loops }

  /// `loop` must be one of `loops`; otherwise the first of them takes the connection.
  public func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) {
    let loop = (loop as? NIOLoop).flatMap { group.loop(for: $0.eventLoop) } ?? group.loops[0]
    loop.execute { [self] in connect(to: address, loop, makeHandler()) }
  }

  private func connect(
    to address: TransportAddress,
    _ loop: NIOLoop,
    _ handler: any ByteChannelHandler
  ) {
    let bootstrap = ClientBootstrap(group: loop.eventLoop)
      .connectTimeout(.nanoseconds(limits.connectTimeout.wholeNanoseconds))
      .channelInitializer { channel in
        DescriptorInheritance.stop(for: channel)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      // Nothing is read before the handler is there.
      .channelOption(.autoRead, value: false)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.writeBufferWaterMark, value: SocketOptions.waterMark)
      .channelOption(.maxMessagesPerRead, value: UInt(max(1, limits.readsPerCycleCount)))
      .channelOption(.recvAllocator, value: SocketOptions.allocator(limits))
    let connecting =
      switch address {
      case .tcp(let host, let port):
        bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
      case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    connecting.assumeIsolated().whenComplete { [self] result in
      loop.inCycle {
        switch result {
        case .success(let channel): begin(on: channel, address, loop, handler)
        case .failure(let error): handler.closed(SocketErrorText.closure(of: error))
        }
      }
    }
  }

  private func begin(
    on channel: any Channel,
    _ address: TransportAddress,
    _ loop: NIOLoop,
    _ handler: any ByteChannelHandler
  ) {
    var host: String?
    if case .tcp(let name, _) = address { host = name }
    let session = TLSSession(
      context: contexts.context(on: loop),
      scratch: loop.cipherScratch,
      addressHost: host,
      keyUpdateCount: limits.keyUpdateCount
    )
    guard let session else {
      channel.close(promise: nil)
      return handler.closed(.failed("the server's host name cannot be checked"))
    }
    let socket = SocketChannel(
      loop: loop,
      session: session,
      remoteAddress: address.description,
      limits: limits
    ) { handler }
    socket.handler = handler
    do {
      try channel.pipeline.syncOperations.addHandler(socket)
      socket.setAutoRead(true)
    } catch {
      channel.close(promise: nil)
      socket.end(SocketErrorText.closure(of: error))
    }
  }
}
