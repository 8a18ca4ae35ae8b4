import Discovery
import DiscoveryCore
import Dispatch
import InProcessTransport
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry
import TestProtocols
import Testing
import Transport

/// Servers of a role and their clients in memory.
final class World: Sendable {
  static let suite = "world"
  let network = InProcessNetwork()
  let serverLoop = ThreadLoop()
  let clientLoops = [ThreadLoop(), ThreadLoop()]
  /// Of what `withRole` runs, and of the registry.
  let metrics = MetricsRegistry()
  private let servers = Mutex<[RunningServer]>([])
  private let registryChannels = Mutex<[Task<Void, Never>]>([])

  static func identity(_ role: String, _ id: String) -> PeerIdentity {
    .service(suite: suite, role: role, instance: id)
  }

  static func address(_ key: InstanceKey) -> TransportAddress { .unix(path: "/\(key)") }

  static func instance(_ key: InstanceKey, generation: UInt64 = 1) -> Instance {
    // An address of this form is always taken.
    let address = InstanceAddress("unix:/\(key)").map { [$0] } ?? []
    return Instance(key: key, generation: generation, addresses: address)
  }

  /// A server of `services` where the instance's address is.
  @discardableResult
  func start(
    _ key: InstanceKey,
    _ services: [any Service],
    forwarder: (any CallForwarder)? = nil
  ) async throws -> RunningServer {
    let transport = network.server(
      at: World.address(key),
      as: World.identity(key.role, key.id),
      loops: [serverLoop]
    )
    var options = ServerOptions()
    options.budget = ReceiveBudget(limitBytes: 64 << 20)
    options.forwarder = forwarder
    let server = try Server(services, options: options)
    try await server.serve(transport)
    let running = RunningServer(server: server, transport: transport)
    servers.withLock { $0.append(running) }
    return running
  }

  func channel(_ address: TransportAddress, as key: InstanceKey) -> ServiceChannel {
    ServiceChannel(
      to: address,
      over: network.client(as: World.identity(key.role, key.id), loops: clientLoops)
    )
  }

  /// A server that hosts a registry.
  @discardableResult
  func startRegistry(_ terms: LeaseTerms = World.terms) async throws -> (
    RegistryHost, RunningServer
  ) {
    let host = RegistryHost(
      suite: World.suite,
      terms: terms,
      metrics: metrics,
      logger: quietLogger
    )
    return (host, try await start(World.registry, [host]))
  }

  static let registry = InstanceKey(role: "registry", id: "1")
  /// Long leases, so that nothing expires by a slow machine; beats come often.
  static let terms = LeaseTerms(duration: .seconds(60), beatInterval: .milliseconds(100))

  /// Calls to the registry that find it soon after it is back; run until the world ends.
  func registryChannel(as caller: InstanceKey) -> RoleChannel {
    let list = StaticList(instances: [World.instance(World.registry)])
    let channel = roleChannel("registry", StaticBackend(list, logger: quietLogger), as: caller)
    let running = Task { await channel.run() }
    registryChannels.withLock { $0.append(running) }
    return channel
  }

  func agent(_ key: InstanceKey, generation: UInt64 = 1) -> RegistrationAgent {
    RegistrationAgent(
      World.instance(key, generation: generation),
      registry: registryChannel(as: key),
      backoff: Backoff(initial: .milliseconds(5), cap: .milliseconds(50)),
      logger: quietLogger
    )
  }

  func registryBackend(folder: String? = nil, logger: Logger = quietLogger) -> RegistryBackend {
    var settings = MemberView.Settings()
    settings.backoff = Backoff(initial: .milliseconds(5), cap: .milliseconds(50))
    settings.settlingInterval = .seconds(1)
    return RegistryBackend(
      registry: registryChannel(as: InstanceKey(role: "client", id: "1")),
      folder: folder,
      settings: settings,
      logger: logger
    )
  }

  private func roleChannel(
    _ role: String,
    _ backend: any DirectoryBackend,
    as caller: InstanceKey,
    _ metrics: MetricsRegistry? = nil,
    _ change: (inout RoleChannelOptions) -> Void = { _ in }
  ) -> RoleChannel {
    var options = RoleChannelOptions()
    options.reconnectBackoff = Backoff(initial: .milliseconds(5), cap: .milliseconds(50))
    options.healthInterval = .milliseconds(50)
    options.unhealthyInterval = .milliseconds(5)
    options.healthTimeout = .seconds(60)
    change(&options)
    return RoleChannel(
      role: role,
      backend: backend,
      loops: clientLoops,
      options: options,
      metrics: metrics,
      logger: quietLogger
    ) { [self] address, _ in
      channel(address, as: caller)
    }
  }

  /// A role's channel with short pauses, run until `body` is over.
  func withRole<Result: Sendable>(
    _ role: String,
    _ backend: any DirectoryBackend,
    _ change: (inout RoleChannelOptions) -> Void = { _ in },
    _ body: @Sendable (RoleChannel) async throws -> Result
  ) async throws -> Result {
    let channel = roleChannel(
      role,
      backend,
      as: InstanceKey(role: "client", id: "1"),
      metrics,
      change
    )
    let running = Task { await channel.run() }
    do {
      let result = try await body(channel)
      running.cancel()
      await running.value
      return result
    } catch {
      running.cancel()
      await running.value
      throw error
    }
  }

  /// Ends what runs and the threads.
  func end() async {
    for task in registryChannels.withLock({ $0 }) {
      task.cancel()
      await task.value
    }
    for running in servers.withLock({ $0 }) { await running.die() }
    for loop in clientLoops + [serverLoop] { loop.shutdown() }
  }
}

/// A world for one test, ended whatever comes.
func withWorld(_ body: (World) async throws -> Void) async throws {
  let world = World()
  do {
    try await body(world)
  } catch {
    await world.end()
    throw error
  }
  await world.end()
}

struct RunningServer: Sendable {
  let server: Server
  let transport: InProcessServer

  /// As when its process is killed.
  func die() async {
    await transport.stopAccepting()
    await server.close()
  }
}

/// Answers with its own name, as well as it is told to.
final class Named: Service {
  struct Behaviour: Sendable {
    var isServing = true
    var failure: RPCError?
  }

  let key: InstanceKey
  let behaviour = Mutex(Behaviour())
  let release = Gate()

  init(_ key: InstanceKey) { self.key = key }

  /// May be called twice: also a cut connection is no failure.
  static let harmless = Method(
    service: "test.Named",
    name: "Harmless",
    kind: .unary,
    options: MethodOptions(isIdempotent: true)
  )

  private func answer() throws -> EchoResponse {
    if let failure = behaviour.withLock({ $0.failure }) { throw failure }
    return EchoResponse(text: key.id)
  }

  var handlers: [MethodHandler] {
    [
      .unary(EchoMethods.unary) { (_: EchoRequest, _) in try self.answer() },
      .unary(Named.harmless) { (_: EchoRequest, _) in try self.answer() },
      .serverStreaming(EchoMethods.serverStream) {
        (_: EchoRequest, responses: ResponseWriter<EchoResponse>, _) in
        try await responses.write(EchoResponse(text: self.key.id))
        await self.release.wait()
      },
      .unary(HealthMethods.check) { (_: HealthCheckRequest, _) -> HealthCheckResponse in
        HealthCheckResponse(
          status: self.behaviour.withLock { $0.isServing } ? .serving : .notServing
        )
      },
    ]
  }
}

/// Opens once; who comes later passes.
final class Gate: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }
  func open() { continuation.finish() }
  func wait() async { for await _ in stream {} }
}

final class Flag: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

extension CallChannel {
  /// The id of the instance that answered.
  func whoAnswers(
    _ options: CallOptions = patient,
    _ method: Method = EchoMethods.unary
  ) async throws -> String {
    let answer: EchoResponse = try await unary(method, EchoRequest(), options: options)
    return answer.text
  }
}

/// Long, as tests of other things may keep the machine busy.
let patient = CallOptions(timeout: .seconds(60))

struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}

/// Asks until it is so, at most a minute.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
  let deadline = Instant.now + .seconds(60)
  while try await !isSo() {
    guard Instant.now < deadline else { throw NeverHappened(description: "never: \(what)") }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(2)) {
        continuation.resume()
      }
    }
  }
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
