import Discovery
import DiscoveryCore
import Dispatch
import Foundation
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import ServiceMesh
import ServicePort
import ServiceRuntime
import Settings
import Synchronization
import Telemetry
import Transport

/// Services of one suite in this process, each with its own certificate, loops and port, that find
/// each other over TLS on the loopback.
final class MeshWorld: Sendable {
  static let suite = "mesh-test"

  let folder: URL
  private let nodes = Mutex<[MeshNode]>([])

  private init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-mesh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Mesh")
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for name in ["balancer/1", "inference/a", "inference/b", "gateway/1"] {
      let parts = name.split(separator: "/").map(String.init)
      try authority.issue(.service(suite: MeshWorld.suite, role: parts[0], instance: parts[1]))
        .write(certificatePath: files(name).chain, privateKeyPath: files(name).key)
    }
  }

  static func run(_ body: (MeshWorld) async throws -> Void) async throws {
    let world = try MeshWorld()
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(world))
    } catch {
      result = .failure(error)
    }
    for node in world.nodes.withLock({ $0 }).reversed() { await node.stop() }
    try? FileManager.default.removeItem(at: world.folder)
    try result.get()
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func files(_ name: String) -> (chain: String, key: String) {
    let stem = name.replacing("/", with: "-")
    return (path("\(stem).pem"), path("\(stem).key"))
  }

  func identity(_ name: String) throws -> TLSIdentity {
    try TLSIdentity(
      TLSFiles(
        certificateChain: files(name).chain,
        privateKey: files(name).key,
        authorities: path("ca.pem")
      )
    )
  }

  /// A service that runs: the registry when its role is `balancer`.
  ///
  /// - Parameter instances: What `discovery.instances` says.
  func start(
    _ name: String,
    listenOn address: String = "127.0.0.1:0",
    instances: String? = nil,
    labels: [String: String] = [:]
  ) async throws -> MeshNode {
    let node = try MeshNode(self, name, address, instances, labels)
    nodes.withLock { $0.append(node) }
    try await node.start()
    return node
  }
}

/// One service: mesh, port and registration, started one after the other as the runtime would.
final class MeshNode: Sendable {
  let name: String
  let mesh: ServiceMesh
  let port: ServicePort
  let registration: MeshRegistration?
  private let running = Mutex<[Task<Void, any Error>]>([])

  init(
    _ world: MeshWorld,
    _ name: String,
    _ address: String,
    _ instances: String?,
    _ labels: [String: String]
  ) throws {
    self.name = name
    let isRegistry = name.hasPrefix("balancer/")
    let meshSettings = MeshSettings(hostsRegistry: isRegistry)
    let portSettings = ServicePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 0))
    let declaration = SettingsDeclaration(
      service: "mesh-test",
      about: "a service of a test",
      version: "1",
      settings: meshSettings.all + portSettings.all
    )
    var arguments = [
      "--state-folder", world.path("state-" + name.replacing("/", with: "-")),
      "--listen-addresses", address,
      "--tls-certificate", world.files(name).chain,
      "--tls-key", world.files(name).key,
      "--tls-authorities", world.path("ca.pem"),
    ]
    if let instances { arguments += ["--discovery-instances", instances] }
    let request = try declaration.request(
      from: SettingsSources(arguments: arguments, environment: [:])
    )
    guard case .run(let settings) = request else { throw MeshWorldError("no settings") }
    let context = ServiceContext(
      name: "mesh-test",
      version: "1",
      settings: settings,
      environment: [:],
      logs: Logs(format: .auto, level: .error, environment: [:]),
      metrics: MetricsRegistry(),
      status: { .ready }
    )
    let configuration = portSettings.configuration(settings)
    mesh = try ServiceMesh(meshSettings, files: configuration.files, context)
    var services: [any Service] = [Named(mesh.key.id)]
    if isRegistry {
      let terms = LeaseTerms(duration: .seconds(60), beatInterval: .milliseconds(100))
      services.append(mesh.hostRegistry(terms: terms))
    }
    port = ServicePort(configuration, context, services: services, loops: mesh.loops)
    registration = isRegistry ? nil : MeshRegistration(mesh, port, labels: labels)
  }

  func start() async throws {
    var components: [any Component] = [mesh, port]
    if let registration { components.append(registration) }
    for component in components {
      let (started, continuation) = AsyncStream.makeStream(of: Void.self)
      let lifecycle = ComponentLifecycle(
        drainDeadline: { .now + .seconds(5) },
        onStarted: { continuation.finish() }
      )
      let task = Task {
        defer { continuation.finish() }
        try await component.run(lifecycle)
      }
      running.withLock { $0.append(task) }
      for await _ in started {}
    }
  }

  /// In the opposite order.
  func stop() async {
    let tasks = running.withLock { running in
      defer { running = [] }
      return running
    }
    for task in tasks.reversed() {
      task.cancel()
      _ = await task.result
    }
  }

  var address: String { port.addresses.first.map { "\($0)" } ?? "" }

  /// The id of the instance of a role that answers, among those that serve `key`.
  func whoAnswers(_ role: String, serving key: String? = nil) async throws -> String {
    let channel = mesh.channel(to: role)
    let options = CallOptions(timeout: .seconds(60))
    if let key {
      return try await InferenceClient(channel.serving(key))
        .predict(PredictRequest(), options: options).host
    }
    return try await InferenceClient(channel).predict(PredictRequest(), options: options).host
  }
}

/// Says who it is.
struct Named: InferenceService {
  let id: String

  init(_ id: String) { self.id = id }

  func predict(
    _ request: PredictRequest,
    context: CallContext
  ) async throws -> PredictResponse {
    PredictResponse(host: id)
  }
}

struct MeshWorldError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Asks until it is so, at most a minute.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
  let end = Instant.now + .seconds(60)
  while try await !isSo() {
    guard Instant.now < end else { throw MeshWorldError("never: \(what)") }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(5)) {
        continuation.resume()
      }
    }
  }
}
