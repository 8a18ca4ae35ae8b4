import NIOCore
import NIOPosix
import Primitives
import Synchronization
import Transport

/// Listens for TLS connections whose plain bytes go on to other handlers of NIO, such as HTTP's.
///
/// Sockets, contexts and limits are those of `TLSServerTransport`; only what stands above TLS
/// differs. Over `connectionCount` a connection is accepted and closed at once.
public final class TLSStreamListener: Sendable {
  private struct State {
    var channels: [any Channel] = []
    var addresses: [TransportAddress] = []
  }

  /// Builds what stands above TLS on a channel, on its loop.
  public typealias Adopt = @Sendable (any Channel, NIOLoop, TLSStreamPeer) -> EventLoopFuture<Void>

  private let loops: LoopGroup
  private let sources: [ListenSource]
  private let contexts: LoopContexts
  private let limits: TransportLimits
  private let counters = ListenerCounters()
  private let onHandshakeFailure: (@Sendable (_ address: String, _ reason: String) -> Void)?
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
    self.onHandshakeFailure = onHandshakeFailure
    contexts = try LoopContexts(identity, role: .server(policy), loopCount: loops.loops.count)
  }

  public var addresses: [TransportAddress] { state.withLock { $0.addresses } }

  /// What was seen so far, for metrics.
  public var counts: ListenerCounts { counters.counts }

  /// - Parameter adopt: Called for each accepted socket before it is registered with its loop; a
  ///   failed future closes the socket.
  /// - Throws: a `ListenError` for the first source that cannot listen; then none of them does.
  public func start(_ adopt: @escaping Adopt) async throws {
    for source in sources {
      do {
        let channel = try await ListeningSocket.open(
          source,
          group: loops.group,
          limits: limits
        ) { [self] in accept($0, adopt) }
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

  private func accept(_ channel: any Channel, _ adopt: Adopt) -> EventLoopFuture<Void> {
    DescriptorInheritance.stop(for: channel)
    guard let loop = loops.loop(for: channel.eventLoop),
      counters.admit(limit: limits.connectionCount)
    else { return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported) }
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
    let peer = TLSStreamPeer()
    let address = SocketOptions.text(of: channel.remoteAddress)
    let handler = TLSStreamHandler(loop: loop, session: session, peer: peer, limits: limits) {
      [counters, onHandshakeFailure] end in
      switch end {
      case .opened: counters.handshakeDone()
      case .closed(wasOpened: let wasOpened, let reason):
        counters.connectionClosed(wasOpened: wasOpened)
        if !wasOpened { onHandshakeFailure?(address, reason) }
      }
    }
    do {
      try channel.pipeline.syncOperations.addHandler(handler)
      return adopt(channel, loop, peer)
    } catch {
      counters.connectionClosed(wasOpened: false)
      return channel.eventLoop.makeFailedFuture(error)
    }
  }
}

/// Who is at the other end of a TLS stream: `.anonymous` until the handshake is done. From any
/// thread.
public final class TLSStreamPeer: Sendable {
  private let value = Mutex(PeerIdentity.anonymous)

  init() {}

  public var identity: PeerIdentity { value.withLock { $0 } }

  func set(_ identity: PeerIdentity) { value.withLock { $0 = identity } }
}
