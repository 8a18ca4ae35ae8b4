import Discovery
import DiscoveryCore
import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import Synchronization
import TestKit
import Transport

/// An authority, a folder, the balancer as a process, and services of the test's own around it.
final class ContractWorld: Sendable {
  static let suite = "contract"
  /// Who has certificates: role/instance.
  static let everybody = [
    "balancer/1", "model-store/1", "gateway/1", "operator/1", "trainer/1", "inference/a",
    "inference/b", "inference/c", "inference/own",
  ]

  let folder: URL
  let group = LoopGroup(threadCount: 2)
  private let balancer = Mutex<BalancerProcess?>(nil)
  private let registered = Mutex<[RegisteredServer]>([])
  private let channels = Mutex<[String: ServiceChannel]>([:])

  private init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-balancer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for name in ContractWorld.everybody {
      let parts = name.split(separator: "/").map(String.init)
      try authority.issue(
        .service(suite: ContractWorld.suite, role: parts[0], instance: parts[1])
      )
      .write(certificatePath: certificate(name), privateKeyPath: key(name))
    }
  }

  /// A running balancer, ended whatever comes. Its leases are short for tests that wait for their
  /// end, and long enough for a machine with other things to do.
  static func run(
    _ extra: [String] = [],
    _ body: (ContractWorld) async throws -> Void
  ) async throws {
    let world = try ContractWorld()
    do {
      try await world.startBalancer(extra)
      try await body(world)
    } catch {
      try? await world.end()
      throw error
    }
    try await world.end()
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }
  private func certificate(_ name: String) -> String {
    path(name.replacing("/", with: "-") + ".pem")
  }
  private func key(_ name: String) -> String { path(name.replacing("/", with: "-") + ".key") }

  func identity(_ name: String) throws -> TLSIdentity {
    try TLSIdentity(
      TLSFiles(
        certificateChain: certificate(name),
        privateKey: key(name),
        authorities: path("ca.pem")
      )
    )
  }

  // MARK: The balancer

  /// Starts it, at the same address as before where it ran before.
  func startBalancer(
    _ extra: [String] = [],
    lease: String = "10s",
    placingDelay: String = "500ms"
  ) async throws {
    let address = balancer.withLock { $0?.address }
    let new = try await BalancerProcess(
      [
        "--state-folder", path("state"),
        "--listen-addresses", address.map { "\($0)" } ?? "127.0.0.1:0",
        "--private-address", "127.0.0.1:0",
        "--tls-certificate", certificate("balancer/1"),
        "--tls-key", key("balancer/1"),
        "--tls-authorities", path("ca.pem"),
        "--registry-lease", lease,
        "--registry-beat", "500ms",
        "--reconcile-interval", "300ms",
        "--reconcile-fast-interval", "30ms",
        "--hosts-placing-delay", placingDelay,
      ] + extra
    )
    balancer.withLock { $0 = new }
  }

  func killBalancer() async throws {
    guard let process = balancer.withLock({ $0 })?.process else { return }
    process.send(SIGKILL)
    _ = try await process.waitForExit()
  }

  /// In order.
  func stopBalancer() async throws {
    guard let process = balancer.withLock({ $0 })?.process else { return }
    process.send(SIGTERM)
    guard try await process.waitForExit(within: .seconds(60)) == .code(0) else {
      throw ServiceProcessError("the balancer did not end in order")
    }
  }

  func metric(_ series: String) async throws -> Double {
    guard let balancer = balancer.withLock({ $0 }) else { return 0 }
    let text = try await HTTPGet.text(of: "/metrics", at: balancer.metricsAddress)
    let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }

  // MARK: Callers

  /// Calls to the balancer with somebody's certificate.
  func channel(as name: String) throws -> ServiceChannel {
    if let made = channels.withLock({ $0[name] }) { return made }
    guard let address = balancer.withLock({ $0?.address }) else {
      throw ServiceProcessError("the balancer does not run")
    }
    let transport = try TLSClientTransport(
      loops: group,
      identity: identity(name),
      verification: .service(suite: ContractWorld.suite, roles: ["balancer"])
    )
    let new = ServiceChannel(to: address, over: transport)
    channels.withLock { $0[name] = new }
    return new
  }

  func endpoints(as name: String = "operator/1") throws -> EndpointsClient {
    EndpointsClient(try channel(as: name))
  }

  func predict(
    _ target: String,
    as name: String = "gateway/1",
    principal: Principal? = nil,
    mayRetry: Bool = false
  ) async throws -> PredictResponse {
    var options = CallOptions(timeout: .seconds(20), target: target)
    options.principal = principal
    options.mayRetry = mayRetry
    return try await InferenceClient(try channel(as: name)).predict(
      PredictRequest(outputs: ["label"]),
      options: options
    )
  }

  // MARK: Services of the test

  /// A server of `services` under somebody's certificate, registered with the balancer.
  func serve(
    _ name: String,
    _ services: [any Service],
    labels: [String: String] = [:]
  ) async throws -> RegisteredServer {
    let parts = name.split(separator: "/").map(String.init)
    let transport = try TLSServerTransport(
      loops: group,
      listenOn: [.address(.tcp(host: "127.0.0.1", port: 0))],
      identity: identity(name),
      policy: TLSListenerPolicy(clientCertificate: .required)
    )
    let server = try Server(services)
    try await server.serve(transport, policy: ListenerPolicy(isPublic: false))
    let new = RegisteredServer(
      key: InstanceKey(role: parts[0], id: parts[1]),
      server: server,
      transport: transport,
      labels: labels,
      registry: try channel(as: name)
    )
    await new.start()
    registered.withLock { $0.append(new) }
    return new
  }

  private func end() async throws {
    for each in registered.withLock({ $0 }) { await each.die() }
    var exit: ServiceProcess.Exit? = .code(0)
    if let process = balancer.withLock({ $0 })?.process {
      process.send(SIGTERM)
      exit = try await process.waitForExit(within: .seconds(20))
      if exit == nil {
        process.send(SIGKILL)
        _ = try await process.waitForExit()
      }
    }
    await group.shutdown()
    try? FileManager.default.removeItem(at: folder)
    guard exit == .code(0) else {
      throw ServiceProcessError(
        "the balancer did not end in order: \(exit.map { "\($0)" } ?? "it was killed")"
      )
    }
  }
}

/// The executable, and what it said when it was ready.
struct BalancerProcess: Sendable {
  private struct Ready: Decodable {
    let addresses: [String]
    let metrics: String
  }

  let process: ServiceProcess
  let address: TransportAddress
  let metricsAddress: TransportAddress

  init(_ arguments: [String]) async throws {
    process = try await ServiceProcess.sibling("balancer", arguments + ["--log-level", "warning"])
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let first = ready.addresses.first.flatMap(TransportAddress.init),
      let metrics = TransportAddress(ready.metrics)
    else { throw ServiceProcessError("\(line) names no address") }
    address = first
    metricsAddress = metrics
  }
}

/// A server in the test's process that keeps itself listed.
final class RegisteredServer: Sendable {
  let key: InstanceKey
  /// Gone when the server is dead: nobody beats any more.
  private let agent: Mutex<RegistrationAgent?>
  private let server: Server
  private let transport: TLSServerTransport
  private let labels: [String: String]
  private let addresses: [InstanceAddress]

  init(
    key: InstanceKey,
    server: Server,
    transport: TLSServerTransport,
    labels: [String: String],
    registry: any CallChannel
  ) {
    self.key = key
    self.server = server
    self.transport = transport
    self.labels = labels
    addresses = transport.addresses.compactMap { InstanceAddress("\($0)") }
    let new = RegistrationAgent(
      Instance(
        key: key,
        generation: RegistrationAgent.generationOfThisStart,
        addresses: addresses,
        labels: labels
      ),
      registry: registry,
      backoff: Backoff(initial: .milliseconds(20), cap: .milliseconds(200))
    )
    agent = Mutex(new)
  }

  func start() async { await agent.withLock { $0 }?.start() }

  func announce(_ attributes: [String: Bytes]) async {
    await agent.withLock { $0 }?.announce(
      addresses: addresses,
      weight: 100,
      labels: labels,
      attributes: attributes
    )
  }

  /// As when its process is killed: no good-bye.
  func die() async {
    agent.withLock { $0 = nil }
    await transport.stopAccepting()
    await server.close()
  }
}
