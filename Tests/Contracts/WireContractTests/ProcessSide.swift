import Foundation
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import Transport

/// `testkit-server` as a process of its own, over TLS.
struct ProcessSide: Sendable {
  let side: RunningSide
  private let certificates: Certificates
  private let process: TestServer
  private let group: LoopGroup

  init() async throws {
    certificates = try Certificates()
    let process = try await TestServer(certificates)
    let group = LoopGroup(threadCount: 2)
    let stranger = try certificates.client("client", on: group)
    let gateway = try certificates.client("gateway", on: group)
    side = RunningSide(
      server: ContractServer(
        strangersRole: "client",
        refusesStrangersPrincipal: true,
        isSoak: isSoak
      ) { caller, options in
        let transport =
          switch caller {
          case .stranger: stranger
          case .gateway: gateway
          }
        return ServiceChannel(to: process.address, over: transport, options: options)
      },
      clientLoop: group.loops[0]
    )
    self.process = process
    self.group = group
  }

  func end() async throws {
    // The server first: then no connection is open any more when the client's loops end.
    try await process.process.end()
    await group.shutdown()
    certificates.remove()
  }
}

/// A folder with an authority and the certificates of the server and its callers.
struct Certificates: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-contract-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    for (file, role) in [("server", "testkit"), ("client", "client"), ("gateway", "gateway")] {
      try authority.issue(.service(suite: "contract", role: role, instance: "1"))
        .write(certificatePath: path("\(file).pem"), privateKeyPath: path("\(file).key"))
    }
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// - Parameter name: whose certificate it shows; nil for none.
  func client(
    _ name: String?,
    on group: LoopGroup,
    trusting role: String = "testkit"
  ) throws -> TLSClientTransport {
    let files = TLSFiles(
      certificateChain: name.map { path("\($0).pem") },
      privateKey: name.map { path("\($0).key") },
      authorities: path("ca.pem")
    )
    return try TLSClientTransport(
      loops: group,
      identity: try TLSIdentity(files),
      verification: .service(suite: "contract", roles: [role])
    )
  }
}

/// A running `testkit-server` and what it said when it was ready.
struct TestServer: Sendable {
  private struct Ready: Decodable {
    let addresses: [String]
    let metrics: String
  }

  let process: ServiceProcess
  let address: TransportAddress
  let metricsAddress: TransportAddress

  init(_ certificates: Certificates, listenOn address: String = "127.0.0.1:0") async throws {
    process = try await ServiceProcess.sibling(
      "testkit-server",
      ["--certificates", certificates.folder.path, "--listen", address]
    )
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let first = ready.addresses.first.flatMap(TransportAddress.init),
      let metrics = TransportAddress(ready.metrics)
    else { throw ServiceProcessError("\(line) names no address") }
    self.address = first
    metricsAddress = metrics
  }

  /// The value of a series, by all of its name and labels; 0 when it is not there.
  func metric(_ series: String) async throws -> Double {
    let text = try await HTTPGet.text(of: "/metrics", at: metricsAddress)
    let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }
}
