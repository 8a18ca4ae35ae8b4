import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import Transport

/// A model store and a trainer as processes of their own, with an authority and folders of state.
/// Each can be killed and started again on what it kept.
final class TrainerWorld {
  private struct Ready: Decodable {
    let addresses: [String]
    let metrics: String
  }

  /// A process that listens.
  struct Running {
    let process: ServiceProcess
    let address: TransportAddress
    let metrics: TransportAddress
  }

  static let timeout = CallOptions(timeout: .seconds(30))

  let folder: URL
  let group = LoopGroup(threadCount: 2)
  private(set) var store: Running
  private(set) var trainer: Running
  private let trainerSettings: [String]

  init(_ trainerSettings: [String] = []) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-trainer-\(UUID().uuidString)")
    self.folder = folder
    self.trainerSettings = trainerSettings
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for role in ["operator", "gateway", "trainer", "model-store"] {
      try authority.issue(.service(suite: "contract", role: role, instance: "1"))
        .write(certificatePath: path("\(role).pem"), privateKeyPath: path("\(role).key"))
    }
    store = try await TrainerWorld.start("model-store", folder, port: 0)
    trainer = try await TrainerWorld.startTrainer(folder, store.address, trainerSettings)
  }

  /// The registry is named and away; the trainer is told where the store is.
  private static func start(
    _ role: String,
    _ folder: URL,
    port: Int,
    instances: String = "",
    _ settings: [String] = []
  ) async throws -> Running {
    let process = try await ServiceProcess.sibling(
      role,
      [
        "--discovery-instances", "balancer=127.0.0.1:1" + instances,
        "--listen-addresses", "127.0.0.1:\(port)",
        "--private-address", "127.0.0.1:0",
        "--tls-certificate", folder.appending(path: "\(role).pem").path,
        "--tls-key", folder.appending(path: "\(role).key").path,
        "--tls-authorities", folder.appending(path: "ca.pem").path,
        "--state-folder", folder.appending(path: "state-\(role)").path,
        "--log-level", "error",
      ] + settings
    )
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let address = ready.addresses.first.flatMap(TransportAddress.init),
      let metrics = TransportAddress(ready.metrics)
    else { throw ServiceProcessError("\(line) names no address") }
    return Running(process: process, address: address, metrics: metrics)
  }

  private static func startTrainer(
    _ folder: URL,
    _ store: TransportAddress,
    _ settings: [String]
  ) async throws -> Running {
    try await start("trainer", folder, port: 0, instances: ";model-store=\(store)", settings)
  }

  // MARK: What happens to the processes

  func killTrainer() async throws {
    trainer.process.send(SIGKILL)
    _ = try await trainer.process.waitForExit()
  }

  /// In order; throws when it does not end by itself. It first tries to leave the registry, which
  /// is away, for some seconds.
  func endTrainer() async throws {
    trainer.process.send(SIGTERM)
    guard try await trainer.process.waitForExit(within: .seconds(19)) == .code(0) else {
      throw ServiceProcessError("the trainer did not end in order")
    }
  }

  func startTrainer() async throws {
    trainer = try await TrainerWorld.startTrainer(folder, store.address, trainerSettings)
  }

  func killStore() async throws {
    store.process.send(SIGKILL)
    _ = try await store.process.waitForExit()
  }

  /// On the same port, where the trainer looks for it.
  func startStore() async throws {
    guard case .tcp(_, let port) = store.address else { return }
    store = try await TrainerWorld.start("model-store", folder, port: port)
  }

  /// The trainer's worker processes.
  func workers() throws -> [pid_t] { try Processes.children(of: trainer.process.processID) }

  /// By force: in order, a service first tries to leave the registry, which is away here.
  func end() async throws {
    for process in [trainer.process, store.process] {
      process.send(SIGKILL)
      _ = try await process.waitForExit()
    }
    await group.shutdown()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a test in a world of its own, and clears up whatever happens.
  static func run(
    _ settings: [String] = [],
    _ body: (TrainerWorld) async throws -> Void
  ) async throws {
    let world = try await TrainerWorld(settings)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(world))
    } catch {
      outcome = .failure(error)
    }
    try await world.end()
    try outcome.get()
  }

  // MARK: Calls

  private func channel(to role: String, at address: TransportAddress, as caller: String) throws
    -> ServiceChannel
  {
    let files = TLSFiles(
      certificateChain: folder.appending(path: "\(caller).pem").path,
      privateKey: folder.appending(path: "\(caller).key").path,
      authorities: folder.appending(path: "ca.pem").path
    )
    let transport = try TLSClientTransport(
      loops: group,
      identity: try TLSIdentity(files),
      verification: .service(suite: "contract", roles: [role])
    )
    return ServiceChannel(to: address, over: transport)
  }

  func trainerClient(_ caller: String = "operator") throws -> TrainerClient {
    TrainerClient(try channel(to: "trainer", at: trainer.address, as: caller))
  }

  func storeClient(_ caller: String = "operator") throws -> ModelStoreClient {
    ModelStoreClient(try channel(to: "model-store", at: store.address, as: caller))
  }

  /// The value of one of the trainer's series; 0 when it is not there.
  func metric(_ series: String) async throws -> Double {
    let text = try await HTTPGet.text(of: "/metrics", at: trainer.metrics)
    let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }
}

/// The error with which a call fails; nil when it does not.
func failure(_ body: () async throws -> Void) async -> RPCError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? RPCError ?? RPCError(.unknown, "\(error)")
  }
}
