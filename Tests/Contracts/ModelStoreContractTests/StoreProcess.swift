import Foundation
import Glibc
import Primitives
import Protocols
import RPCRuntime
import SecureTransport
import TestKit
import Transport

/// A folder with an authority, certificates and a store's state; and the store's process, which can
/// be killed and started again on the same state.
final class StoreWorld {
  private struct Ready: Decodable {
    let addresses: [String]
    let metrics: String
  }

  let folder: URL
  let group = LoopGroup(threadCount: 2)
  private(set) var process: ServiceProcess
  private var address: TransportAddress
  private var metricsAddress: TransportAddress

  static let roles = ["operator", "trainer", "inference", "gateway", "nobody"]

  init() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-store-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for role in StoreWorld.roles + ["model-store"] {
      try authority.issue(.service(suite: "contract", role: role, instance: "1"))
        .write(certificatePath: path("\(role).pem"), privateKeyPath: path("\(role).key"))
    }
    (process, address, metricsAddress) = try await StoreWorld.start(folder)
  }

  /// The registry is named and away: the store must serve all the same.
  private static func start(
    _ folder: URL
  ) async throws -> (ServiceProcess, TransportAddress, TransportAddress) {
    let process = try await ServiceProcess.sibling(
      "model-store",
      [
        "--discovery-instances", "balancer=127.0.0.1:1",
        "--listen-addresses", "127.0.0.1:0",
        "--private-address", "127.0.0.1:0",
        "--tls-certificate", folder.appending(path: "model-store.pem").path,
        "--tls-key", folder.appending(path: "model-store.key").path,
        "--tls-authorities", folder.appending(path: "ca.pem").path,
        "--state-folder", folder.appending(path: "state").path,
        "--blobs-max-bytes", "64MiB",
        "--log-level", "error",
      ]
    )
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let address = ready.addresses.first.flatMap(TransportAddress.init),
      let metrics = TransportAddress(ready.metrics)
    else { throw ServiceProcessError("\(line) names no address") }
    return (process, address, metrics)
  }

  /// Ends the process at once, as a power cut of the process would, and starts it anew.
  func killAndRestart() async throws {
    process.send(SIGKILL)
    guard try await process.waitForExit() == .signal(SIGKILL) else {
      throw ServiceProcessError("the store ended in another way")
    }
    (process, address, metricsAddress) = try await StoreWorld.start(folder)
  }

  /// Calls to the store as it runs now, by somebody of a role.
  func client(_ role: String = "operator") throws -> ModelStoreClient {
    let files = TLSFiles(
      certificateChain: folder.appending(path: "\(role).pem").path,
      privateKey: folder.appending(path: "\(role).key").path,
      authorities: folder.appending(path: "ca.pem").path
    )
    let transport = try TLSClientTransport(
      loops: group,
      identity: try TLSIdentity(files),
      verification: .service(suite: "contract", roles: ["model-store"])
    )
    return ModelStoreClient(ServiceChannel(to: address, over: transport))
  }

  /// The value of a series; 0 when it is not there.
  func metric(_ series: String) async throws -> Double {
    let text = try await HTTPGet.text(of: "/metrics", at: metricsAddress)
    let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// By force, which a store takes; one that ends in order first tries to leave the registry, which
  /// is away here.
  func end() async throws {
    process.send(SIGKILL)
    _ = try await process.waitForExit()
    await group.shutdown()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a test in a world of its own, and clears up whatever happens.
  static func run(_ body: (StoreWorld) async throws -> Void) async throws {
    let world = try await StoreWorld()
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
