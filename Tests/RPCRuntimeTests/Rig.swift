import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import Synchronization
import Telemetry
import TestKit
import TestProtocols
import Transport

/// A server and its clients in memory, with limits and handlers of a test's own.
final class Rig: Sendable {
  let network = InProcessNetwork()
  let serverLoops: [ThreadLoop]
  let clientLoops: [ThreadLoop]
  let address = TransportAddress.unix(path: "/server")
  let metrics: MetricsRegistry
  let server: Server
  private let transport = Mutex<InProcessServer?>(nil)

  /// - Parameter loop: the server's only loop, where something else shares it.
  init(
    _ services: [any Service] = [EchoAnswers()],
    loopCount: Int = 1,
    loop: ThreadLoop? = nil,
    _ change: (inout ServerOptions) -> Void = { _ in }
  ) throws {
    serverLoops = loop.map { [$0] } ?? (0..<loopCount).map { _ in ThreadLoop() }
    clientLoops = (0..<loopCount).map { _ in ThreadLoop() }
    var options = ServerOptions()
    options.budget = ReceiveBudget(limitBytes: 256 << 20)
    change(&options)
    metrics = options.metrics
    server = try Server(services, options: options)
  }

  @discardableResult
  func listen(as role: String = "testkit") async throws -> InProcessServer {
    let transport = network.server(at: address, as: Rig.identity(role), loops: serverLoops)
    try await server.serve(transport)
    self.transport.withLock { $0 = transport }
    return transport
  }

  func stopAccepting() async { await transport.withLock { $0 }?.stopAccepting() }

  func channel(
    as role: String = "client",
    _ change: (inout ChannelOptions) -> Void = { _ in }
  ) -> ServiceChannel {
    channel(over: network.client(as: Rig.identity(role), loops: clientLoops), change)
  }

  func channel(
    over transport: any ClientTransport,
    _ change: (inout ChannelOptions) -> Void = { _ in }
  ) -> ServiceChannel {
    var options = ChannelOptions()
    change(&options)
    return ServiceChannel(to: address, over: transport, options: options)
  }

  func client(_ change: (inout ChannelOptions) -> Void = { _ in }) -> EchoClient {
    EchoClient(BoundedChannel(channel(change), timeout: .seconds(60)))
  }

  /// The value of a series; nil when it is not there.
  func metric(_ series: String) -> Double? {
    let line = metrics.render().split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") }
  }

  /// Ends what runs and the threads. The rig is of no use after it.
  func end() async {
    server.abort()
    try? await eventually("all connections are closed") { self.server.openConnectionCount == 0 }
    for loop in clientLoops + serverLoops { loop.shutdown() }
  }

  static func identity(_ role: String) -> PeerIdentity {
    .service(suite: "rig", role: role, instance: "1")
  }
}

/// A rig for one test, ended whatever comes.
func withRig(
  _ services: [any Service] = [EchoAnswers()],
  loopCount: Int = 1,
  options: (inout ServerOptions) -> Void = { _ in },
  _ body: (Rig) async throws -> Void
) async throws {
  let rig = try Rig(services, loopCount: loopCount, options)
  let outcome: Result<Void, any Error>
  do {
    outcome = .success(try await body(rig))
  } catch {
    outcome = .failure(error)
  }
  await rig.end()
  try outcome.get()
}

/// Counts the connections that are opened through it.
final class CountingTransport: ClientTransport {
  private let inner: any ClientTransport
  private let opened = Atomic(0)

  init(_ inner: any ClientTransport) { self.inner = inner }

  var loops: [any TransportLoop] { inner.loops }
  var count: Int { opened.load(ordering: .relaxed) }

  func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) {
    opened.add(1, ordering: .relaxed)
    inner.connect(to: address, on: loop, makeHandler: makeHandler)
  }
}
