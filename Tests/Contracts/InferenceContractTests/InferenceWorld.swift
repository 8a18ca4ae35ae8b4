import Digests
import Discovery
import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import Transport
import WireCodec

/// A folder with an authority and certificates, a registry, and processes that tests start in it.
final class InferenceWorld: Sendable {
  let folder: URL
  let group = LoopGroup(threadCount: 2)
  let registry: RegistryHost
  private let server: Server
  private let serverTransport: TLSServerTransport

  /// Role and instance of everybody.
  private static let people = [
    ("balancer", "1"), ("gateway", "1"), ("operator", "1"), ("trainer", "1"), ("inference", "a"),
    ("inference", "b"), ("inference", "c"), ("model-store", "1"),
  ]

  init() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-inference-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for (role, instance) in InferenceWorld.people {
      try authority.issue(.service(suite: "contract", role: role, instance: instance))
        .write(
          certificatePath: path("\(role)-\(instance).pem"),
          privateKeyPath: path("\(role)-\(instance).key")
        )
    }
    registry = RegistryHost(suite: "contract")
    server = try Server([registry])
    serverTransport = try TLSServerTransport(
      loops: group,
      listenOn: [.address(.tcp(host: "127.0.0.1", port: 0))],
      identity: try TLSIdentity(InferenceWorld.files(folder, "balancer", "1")),
      policy: TLSListenerPolicy(clientCertificate: .required)
    )
    try await server.serve(serverTransport)
  }

  var registryAddress: String { "\(serverTransport.addresses[0])" }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  static func files(_ folder: URL, _ role: String, _ instance: String) -> TLSFiles {
    TLSFiles(
      certificateChain: folder.appending(path: "\(role)-\(instance).pem").path,
      privateKey: folder.appending(path: "\(role)-\(instance).key").path,
      authorities: folder.appending(path: "ca.pem").path
    )
  }

  /// A way to a service for somebody of a role.
  func channel(
    to address: TransportAddress,
    of role: String,
    as caller: String
  ) throws -> ServiceChannel {
    let transport = try TLSClientTransport(
      loops: group,
      identity: try TLSIdentity(
        InferenceWorld.files(folder, caller, caller == "inference" ? "b" : "1")
      ),
      verification: .service(suite: "contract", roles: [role])
    )
    return ServiceChannel(to: address, over: transport)
  }

  private func end() async {
    await server.close()
    await group.shutdown()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a test in a world of its own, and clears up whatever happens.
  static func run(_ body: (InferenceWorld) async throws -> Void) async throws {
    let world = try await InferenceWorld()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(world))
    } catch {
      outcome = .failure(error)
    }
    await world.end()
    try outcome.get()
  }
}
