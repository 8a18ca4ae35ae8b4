import Foundation
import Glibc
import Primitives
import Protocols
import RPCRuntime
import SecureTransport
import TestKit
import Transport

/// A folder with an authority, certificates and a store's state; and the store's process, which can
/// be killed and started again on the same state. Beside it a balancer, for tests that want one.
final class StoreWorld {
  private struct Ready: Decodable {
    let addresses: [String]
    let metrics: String
  }

  /// A service's process, and where it listens.
  private struct Running {
    let process: ServiceProcess
    let address: TransportAddress
    let metricsAddress: TransportAddress
  }

  let folder: URL
  let group = LoopGroup(threadCount: 2)
  private var store: Running
  private let balancer: Running?
  private let extra: [String]

  var process: ServiceProcess { store.process }

  static let roles = ["operator", "trainer", "inference", "gateway", "nobody"]

  init(hasBalancer: Bool, _ extra: [String]) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-store-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for role in StoreWorld.roles + ["model-store", "balancer"] {
      try authority.issue(.service(suite: "contract", role: role, instance: "1"))
        .write(certificatePath: path("\(role).pem"), privateKeyPath: path("\(role).key"))
    }
    self.extra = extra
    balancer =
      hasBalancer
      ? try await StoreWorld.start("balancer", folder, ["--registry-beat", "200ms"]) : nil
    store = try await StoreWorld.startStore(folder, balancer, extra)
  }

  /// Without a balancer the registry is named and away: the store must serve all the same.
  private static func startStore(
    _ folder: URL,
    _ balancer: Running?,
    _ extra: [String]
  ) async throws -> Running {
    try await start(
      "model-store",
      folder,
      [
        "--discovery-instances", "balancer=\(balancer.map { "\($0.address)" } ?? "127.0.0.1:1")",
        "--blobs-max-bytes", "64MiB",
      ] + extra
    )
  }

  private static func start(
    _ name: String,
    _ folder: URL,
    _ extra: [String]
  ) async throws -> Running {
    let process = try await ServiceProcess.sibling(
      name,
      [
        "--listen-addresses", "127.0.0.1:0",
        "--private-address", "127.0.0.1:0",
        "--tls-certificate", folder.appending(path: "\(name).pem").path,
        "--tls-key", folder.appending(path: "\(name).key").path,
        "--tls-authorities", folder.appending(path: "ca.pem").path,
        "--state-folder", folder.appending(path: "\(name)-state").path,
        "--log-level", "error",
      ] + extra
    )
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let address = ready.addresses.first.flatMap(TransportAddress.init),
      let metrics = TransportAddress(ready.metrics)
    else { throw ServiceProcessError("\(line) names no address") }
    return Running(process: process, address: address, metricsAddress: metrics)
  }

  var stateFolder: URL { folder.appending(path: "model-store-state") }

  /// Ends the process at once, as a power cut of the process would, and starts it anew.
  /// - Parameter meanwhile: What happens to its state while it is away.
  func killAndRestart(_ meanwhile: () throws -> Void = {}) async throws {
    process.send(SIGKILL)
    guard try await process.waitForExit() == .signal(SIGKILL) else {
      throw ServiceProcessError("the store ended in another way")
    }
    try meanwhile()
    store = try await StoreWorld.startStore(folder, balancer, extra)
  }

  /// Calls to the store as it runs now, by somebody of a role.
  func client(_ role: String = "operator") throws -> ModelStoreClient {
    ModelStoreClient(try channel(role, to: "model-store", store.address))
  }

  /// Calls to the balancer, by an operator.
  func endpoints() throws -> EndpointsClient {
    guard let balancer else { throw ServiceProcessError("no balancer was asked for") }
    return EndpointsClient(try channel("operator", to: "balancer", balancer.address))
  }

  private func channel(
    _ role: String,
    to service: String,
    _ address: TransportAddress
  ) throws -> ServiceChannel {
    let files = TLSFiles(
      certificateChain: folder.appending(path: "\(role).pem").path,
      privateKey: folder.appending(path: "\(role).key").path,
      authorities: folder.appending(path: "ca.pem").path
    )
    let transport = try TLSClientTransport(
      loops: group,
      identity: try TLSIdentity(files),
      verification: .service(suite: "contract", roles: [service])
    )
    return ServiceChannel(to: address, over: transport)
  }

  /// The value of a series; 0 when it is not there.
  func metric(_ series: String) async throws -> Double {
    let text = try await HTTPGet.text(of: "/metrics", at: store.metricsAddress)
    let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// By force, which a store takes; one that ends in order first tries to leave the registry, which
  /// is away here.
  func end() async throws {
    for running in [store, balancer].compactMap({ $0 }) {
      running.process.send(SIGKILL)
      _ = try await running.process.waitForExit()
    }
    await group.shutdown()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a test in a world of its own, and clears up whatever happens.
  static func run(
    hasBalancer: Bool = false,
    _ extra: [String] = [],
    _ body: (StoreWorld) async throws -> Void
  ) async throws {
    let world = try await StoreWorld(hasBalancer: hasBalancer, extra)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(world))
    } catch {
      outcome = .failure(error)
    }
    try await world.end()
    try outcome.get()
  }
}
