import NIOCore
import NIOPosix
import Primitives
import Synchronization
import Transport

/// Listens for TLS connections on TCP and Unix sockets.
///
/// Connections are spread over all loops of the group in turn. Over `connectionCount` a connection
/// is accepted and closed at once, so that the peer learns of it.
public final class TLSServerTransport: ServerTransport {
  private struct State {
    var channels: [any Channel] = []
    var addresses: [TransportAddress] = []
  }

  private let loops: LoopGroup
  private let sources: [ListenSource]
  private let contexts: LoopContexts
  private let limits: TransportLimits
  private let counters = ListenerCounters()
  private let loopStates: [ListenerLoopState]
  private let state = Mutex(State())

  /// Throws when the identity has no certificate or the policy cannot be used.
  ///
  /// `onHandshakeFailure` is called on a loop with the peer's address and a text for the log; it
  /// must not block.
  public init(
    loops: LoopGroup,
    listenOn sources: [ListenSource],
    identity: TLSIdentity,
    policy: TLSListenerPolicy,
    limits: TransportLimits = TransportLimits(),
    onHandshakeFailure: (@Sendable (_ address: String, _ reason: String) -> Void)? = nil
  ) throws(TLSConfigurationError) {
    self.loops = loops
    self.sources = sources
    self.limits = limits
    contexts = try LoopContexts(identity, role: .server(policy), loopCount: loops.loops.count)
    let counters = self.counters
    loopStates = loops.loops.map { _ in
      ListenerLoopState(
        counters: counters,
        unfinishedLimitCount: limits.unfinishedHandshakesPerLoopCount,
        onHandshakeFailure: onHandshakeFailure
      )
    }
  }

  public var addresses: [TransportAddress] { state.withLock { $0.addresses } }

  /// What was seen so far, for metrics.
  public var counts: ListenerCounts { counters.counts }

  /// Throws a `ListenError` for the first source that cannot listen; then none of them does.
  public func start(
    makeHandler: @escaping @Sendable (any TransportLoop) -> any ByteChannelHandler
  ) async throws {
    for source in sources {
      do {
        let channel = try await ListeningSocket.open(
          source,
          group: loops.group,
          limits: limits
        ) { [self] in adopt($0, makeHandler) }
        let address = ListeningSocket.address(of: channel, source)
        state.withLock {
          $0.channels.append(channel)
          $0.addresses.append(address)
        }
      } catch {
        await stopAccepting()
        throw error as? ListenError
          ?? ListenError(source: source, problem: SocketErrorText.text(of: error))
      }
    }
  }

  public func stopAccepting() async {
    let channels = state.withLock { state in
      defer { state = State() }
      return state.channels
    }
    for channel in channels {
      // It fails only when the socket is closed already, which is what is wanted.
      try? await channel.close().get()
    }
    for case .address(.unix(let path)) in sources where !channels.isEmpty {
      ListeningSocket.removeSocketFile(path)
    }
  }

  /// An accepted socket, on the loop that will serve it.
  private func adopt(
    _ channel: any Channel,
    _ makeHandler: @escaping @Sendable (any TransportLoop) -> any ByteChannelHandler
  ) -> EventLoopFuture<Void> {
    DescriptorInheritance.stop(for: channel)
    guard let loop = loops.loop(for: channel.eventLoop),
      counters.admit(limit: limits.connectionCount)
    else { return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported) }
    let owner = loopStates[loop.index]
    guard
      let session = TLSSession(
        context: contexts.context(on: loop),
        scratch: loop.cipherScratch,
        addressHost: nil,
        keyUpdateCount: limits.keyUpdateCount
      )
    else {
      counters.connectionClosed(wasOpened: false)
      return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }
    let socket = SocketChannel(
      loop: loop,
      session: session,
      remoteAddress: SocketOptions.text(of: channel.remoteAddress),
      limits: limits,
      owner: owner
    ) { makeHandler(loop) }
    owner.began(socket)
    do {
      try channel.pipeline.syncOperations.addHandler(socket)
      return channel.eventLoop.makeSucceededVoidFuture()
    } catch {
      socket.end(.failed(SocketErrorText.text(of: error)))
      return channel.eventLoop.makeFailedFuture(error)
    }
  }
}
