import Primitives
import Synchronization
import Transport

/// Servers and clients that meet in memory, by address: the seam of the transports without sockets
/// and TLS. Identities are what each side was made with; nothing is proved.
///
/// Its loops may be anybody's: threads of a process, SwiftNIO's, or a test's `ManualLoop`, under
/// which a run is deterministic.
public final class InProcessNetwork: Sendable {
  private let servers = Mutex<[TransportAddress: InProcessServer]>([:])
  /// Bytes of one direction of a connection that may be under way or unread.
  public let windowBytes: Int

  public init(windowBytes: Int = 256 * 1024) { self.windowBytes = max(1, windowBytes) }

  /// A server that will be at `address` once it is started; its connections go to `loops` in turn.
  public func server(
    at address: TransportAddress,
    as identity: PeerIdentity,
    loops: [any CycleLoop],
    applicationProtocol: String? = "martlet/1"
  ) -> InProcessServer {
    InProcessServer(
      network: self,
      address: address,
      identity: identity,
      loops: loops,
      applicationProtocol: applicationProtocol
    )
  }

  /// A client whose servers see it as `identity`.
  public func client(as identity: PeerIdentity, loops: [any CycleLoop]) -> InProcessClient {
    InProcessClient(network: self, identity: identity, cycleLoops: loops)
  }

  func listen(_ server: InProcessServer) throws(InProcessListenError) {
    let isFree = servers.withLock { servers in
      guard servers[server.address] == nil else { return false }
      servers[server.address] = server
      return true
    }
    guard isFree else { throw InProcessListenError(address: server.address) }
  }

  func stopListening(_ server: InProcessServer) {
    servers.withLock { servers in
      if servers[server.address] === server { servers[server.address] = nil }
    }
  }

  func server(at address: TransportAddress) -> InProcessServer? {
    servers.withLock { $0[address] }
  }
}

/// Another server of the network is at the address.
public struct InProcessListenError: Error, CustomStringConvertible {
  public let address: TransportAddress
  public var description: String { "cannot listen on \(address): address already in use" }
}

/// The listening side of an `InProcessNetwork`.
public final class InProcessServer: ServerTransport {
  typealias MakeHandler = @Sendable (any TransportLoop) -> any ByteChannelHandler

  let address: TransportAddress
  let identity: PeerIdentity
  let applicationProtocol: String?
  private let network: InProcessNetwork
  private let loops: [any CycleLoop]
  private struct State {
    var makeHandler: MakeHandler?
    var connectionCount = 0
  }
  private let state = Mutex(State())

  init(
    network: InProcessNetwork,
    address: TransportAddress,
    identity: PeerIdentity,
    loops: [any CycleLoop],
    applicationProtocol: String?
  ) {
    self.network = network
    self.address = address
    self.identity = identity
    self.loops = loops
    self.applicationProtocol = applicationProtocol
  }

  public var addresses: [TransportAddress] {
    state.withLock { $0.makeHandler == nil ? [] : [address] }
  }

  /// Throws an `InProcessListenError` when another server is at the address.
  public func start(
    makeHandler: @escaping @Sendable (any TransportLoop) -> any ByteChannelHandler
  ) async throws {
    try network.listen(self)
    state.withLock { $0.makeHandler = makeHandler }
  }

  public func stopAccepting() async {
    network.stopListening(self)
    state.withLock { $0.makeHandler = nil }
  }

  /// The loop of the next connection, and how its handler is made; nil when nothing is accepted.
  func accept() -> (any CycleLoop, MakeHandler)? {
    state.withLock { state in
      guard let makeHandler = state.makeHandler, !loops.isEmpty else { return nil }
      defer { state.connectionCount += 1 }
      return (loops[state.connectionCount % loops.count], makeHandler)
    }
  }
}

/// The connecting side of an `InProcessNetwork`.
public final class InProcessClient: ClientTransport {
  private let network: InProcessNetwork
  private let identity: PeerIdentity
  private let cycleLoops: [any CycleLoop]

  init(network: InProcessNetwork, identity: PeerIdentity, cycleLoops: [any CycleLoop]) {
    precondition(!cycleLoops.isEmpty, "a client needs a loop")
    self.network = network
    self.identity = identity
    self.cycleLoops = cycleLoops
  }

  public var loops: [any TransportLoop] { cycleLoops }

  /// `loop` must be one of `loops`; otherwise the first of them takes the connection.
  public func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) {
    let loop = cycleLoops.first { $0 === loop } ?? cycleLoops[0]
    loop.execute { [self] in
      let handler = makeHandler()
      guard let server = network.server(at: address),
        let (serverLoop, makeServerHandler) = server.accept()
      else { return handler.closed(.failed("nobody listens on \(address)")) }
      let here = InProcessChannel(
        loop: loop,
        peer: server.identity,
        negotiatedProtocol: server.applicationProtocol,
        remoteAddress: address.description,
        windowBytes: network.windowBytes
      )
      let there = InProcessChannel(
        loop: serverLoop,
        peer: identity,
        negotiatedProtocol: server.applicationProtocol,
        remoteAddress: "in-process client",
        windowBytes: network.windowBytes
      )
      // The server's end is told first, so that it is open before the first bytes come.
      serverLoop.execute { there.open(to: here, makeServerHandler(serverLoop)) }
      here.open(to: there, handler)
    }
  }
}
