import Primitives
import Transport

/// What a simulated network does to those who use it.
public struct NetworkWeather: Sendable {
  /// One way, for each piece of bytes; pieces of one direction never overtake each other.
  public var delay = Duration.microseconds(50)...Duration.milliseconds(2)
  /// The largest piece that arrives at once, in bytes.
  public var pieceBytes = 64 << 10
  /// Bytes of one direction that are under way or unread; what is beyond waits at the sender.
  public var socketBytes = 256 << 10
  /// The part of the attempts to connect that is refused.
  public var refusal = 0.0
  /// The part of the attempts to connect that is never answered.
  public var silence = 0.0
  /// The part of the connections that does not live.
  public var cut = 0.0
  /// When those that do not live are cut.
  public var cutAfter = Duration.milliseconds(1)...Duration.seconds(5)

  public init() {}
}

/// How the network ends a connection.
public enum ConnectionCut: Sendable, CaseIterable {
  /// Both ends read an orderly end; what was under way arrives before.
  case clean
  /// Both ends are told, at different times; what was under way is lost.
  case truncated
  /// Nothing passes any more and nobody is told.
  case silent
}

/// Clients and servers on one `VirtualTime`, and a network between them that splits, delays, holds
/// back, refuses and cuts as its weather says. All chance comes from the time's generator.
// `@unchecked`: on the one thread of the simulation.
public final class SimulatedNetwork: @unchecked Sendable {
  /// An attempt to connect that nobody answers ends after this.
  static let connectTimeout = Duration.seconds(5)

  typealias MakeHandler = @Sendable (any TransportLoop) -> any ByteChannelHandler

  struct Listener {
    var identity: PeerIdentity
    var makeHandler: MakeHandler
  }

  private struct Watched {
    weak var handler: (any ByteChannelHandler)?
  }

  public let time: VirtualTime
  public var weather: NetworkWeather
  var listeners: [TransportAddress: Listener] = [:]
  private var watched: [Watched] = []
  private var links: [SimulatedLink] = []
  private var connectionCount = 0

  public init(time: VirtualTime, weather: NetworkWeather) {
    self.time = time
    self.weather = weather
  }

  public func server(
    at address: TransportAddress,
    as identity: PeerIdentity
  ) -> SimulatedServerTransport {
    SimulatedServerTransport(network: self, address: address, identity: identity)
  }

  public func client(as identity: PeerIdentity) -> SimulatedClientTransport {
    SimulatedClientTransport(network: self, identity: identity)
  }

  /// Handlers of connections, of both sides, that still exist in memory.
  public var liveHandlers: [any ByteChannelHandler] { watched.compactMap(\.handler) }

  /// Connections that at least one end still holds.
  public var openLinkCount: Int { links.count { $0.isHeld } }

  /// Fair weather from here on: what was silent is cut, what comes later lives.
  public func clear(to weather: NetworkWeather) {
    self.weather = weather
    for link in links where link.isSilent { link.cut(.truncated) }
    forgetClosed()
  }

  private func forgetClosed() {
    links.removeAll { !$0.isHeld }
  }

  /// Ends all connections to `address` now.
  public func cutAll(to address: TransportAddress, _ cut: ConnectionCut) {
    for link in links where link.clientEnd.remoteAddress == address.description { link.cut(cut) }
  }

  // MARK: Connecting

  func connect(
    to address: TransportAddress,
    as identity: PeerIdentity,
    handler: any ByteChannelHandler
  ) {
    let attempt = Attempt(handler: handler)
    watched.removeAll { $0.handler == nil }
    watched.append(Watched(handler: handler))
    connectionCount += 1
    let number = connectionCount
    if time.chance(weather.silence) {
      time.after(SimulatedNetwork.connectTimeout) {
        self.time.note("c\(number) connect timed out")
        attempt.handler.closed(.timedOut(what: "connect"))
      }
      return
    }
    let isRefused = time.chance(weather.refusal)
    time.after(time.draw(weather.delay)) { [self] in
      guard !isRefused, let listener = listeners[address] else {
        time.note("c\(number) refused")
        attempt.handler.closed(.failed("nobody listens on \(address)"))
        return
      }
      establish(number, listener, identity, address, attempt.handler)
    }
  }

  // `@unchecked`: on the one thread of the simulation.
  private struct Attempt: @unchecked Sendable { let handler: any ByteChannelHandler }

  private func establish(
    _ number: Int,
    _ listener: Listener,
    _ identity: PeerIdentity,
    _ address: TransportAddress,
    _ clientHandler: any ByteChannelHandler
  ) {
    let opensAt = time.now + time.draw(weather.delay)
    let link = SimulatedLink(
      number: number,
      network: self,
      server: listener.identity,
      client: identity,
      address: address.description,
      opensAt: opensAt
    )
    forgetClosed()
    links.append(link)
    let serverHandler = listener.makeHandler(time.loop)
    watched.append(Watched(handler: serverHandler))
    let attempt = Attempt(handler: clientHandler)
    time.at(opensAt) {
      self.time.note("c\(number) open")
      link.clientEnd.open(attempt.handler)
    }
    link.serverEnd.open(serverHandler)
    guard time.chance(weather.cut) else { return }
    let cut = time.pick(ConnectionCut.allCases)
    time.at(opensAt + time.draw(weather.cutAfter)) {
      guard link.isHeld, self.weather.cut > 0 else { return }
      self.time.note("c\(number) cut \(cut)")
      link.cut(cut)
    }
  }
}

/// The listening side of a `SimulatedNetwork`. A later one at the same address takes over.
public struct SimulatedServerTransport: ServerTransport {
  let network: SimulatedNetwork
  let address: TransportAddress
  let identity: PeerIdentity

  public var addresses: [TransportAddress] { [address] }

  public func start(
    makeHandler: @escaping @Sendable (any TransportLoop) -> any ByteChannelHandler
  ) async throws {
    network.listeners[address] = .init(identity: identity, makeHandler: makeHandler)
  }

  public func stopAccepting() async { network.listeners[address] = nil }
}

/// The connecting side of a `SimulatedNetwork`.
public struct SimulatedClientTransport: ClientTransport {
  let network: SimulatedNetwork
  let identity: PeerIdentity

  public var loops: [any TransportLoop] { [network.time.loop] }

  public func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) {
    loop.execute { network.connect(to: address, as: identity, handler: makeHandler()) }
  }
}
