import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import Transport

/// A real gateway beside a balancer of the test, with certificates of its own.
final class GatewayWorld: Sendable {
  let folder: URL
  let balancer: TestBalancer
  let gateway: GatewayProcess
  private let clients: LoopGroup
  private let arguments: [String]

  /// Starts both, calls `body`, ends both.
  static func run(
    _ arguments: [String] = [],
    _ body: (GatewayWorld) async throws -> Void
  ) async throws {
    let world = try await GatewayWorld(arguments)
    do {
      try await body(world)
    } catch {
      await world.end()
      throw error
    }
    await world.end()
  }

  private init(_ arguments: [String]) async throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "gateway-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try CertificateAuthority.create(commonName: "Contract")
    try authority.write(
      certificatePath: folder.appending(path: "ca.pem").path,
      privateKeyPath: folder.appending(path: "ca.key").path
    )
    for role in ["gateway", "balancer", "operator", "trainer"] {
      try GatewayWorld.issue(role, authority, folder)
    }
    clients = LoopGroup(threadCount: 1)
    balancer = try await TestBalancer(files: GatewayWorld.files(folder, "balancer"))
    self.arguments =
      [
        "--tls-certificate", folder.appending(path: "gateway.pem").path,
        "--tls-key", folder.appending(path: "gateway.key").path,
        "--tls-authorities", folder.appending(path: "ca.pem").path,
        "--state-folder", folder.appending(path: "state").path,
        "--discovery-instances", "balancer=\(balancer.address)",
        "--listen-addresses", "127.0.0.1:0", "--https-addresses", "127.0.0.1:0",
        "--private-address", "127.0.0.1:0", "--log-format", "json",
      ] + arguments
    gateway = GatewayProcess(log: folder.appending(path: "gateway.log"))
    try await gateway.start(self.arguments)
    try await knowsEndpoints()
  }

  private func end() async {
    await gateway.stop()
    await balancer.end()
    await clients.shutdown()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Ends the gateway without a chance to say anything, and starts it again.
  func crash() async throws {
    await gateway.kill()
    try await gateway.start(arguments)
    try await knowsEndpoints()
  }

  /// The gateway has heard of the endpoints: before that it answers 503.
  private func knowsEndpoints() async throws {
    let hasHeard = try await eventually {
      try await metric("martlet_gateway_endpoint_watch_up") == 1
    }
    guard hasHeard else { throw ServiceProcessError("the gateway did not hear of the endpoints") }
  }

  private static func issue(
    _ role: String,
    _ authority: CertificateAuthority,
    _ folder: URL
  ) throws {
    try authority.issue(.service(suite: "contract", role: role, instance: "1")).write(
      certificatePath: folder.appending(path: "\(role).pem").path,
      privateKeyPath: folder.appending(path: "\(role).key").path
    )
  }

  /// Replaces a role's certificate and key.
  func issue(_ role: String) throws {
    let authority = try CertificateAuthority.load(
      certificatePath: folder.appending(path: "ca.pem").path,
      privateKeyPath: folder.appending(path: "ca.key").path
    )
    try GatewayWorld.issue(role, authority, folder)
  }

  static func files(_ folder: URL, _ role: String?) -> TLSFiles {
    TLSFiles(
      certificateChain: role.map { folder.appending(path: "\($0).pem").path },
      privateKey: role.map { folder.appending(path: "\($0).key").path },
      authorities: folder.appending(path: "ca.pem").path
    )
  }

  // MARK: Talking to it

  /// The native port.
  /// - Parameter role: whose certificate is shown; nil for none.
  func channel(_ role: String?) throws -> ServiceChannel {
    let transport = try TLSClientTransport(
      loops: clients,
      identity: TLSIdentity(GatewayWorld.files(folder, role)),
      verification: .service(suite: "contract", roles: ["gateway"])
    )
    return ServiceChannel(to: gateway.address, over: transport)
  }

  /// Makes a key as an operator.
  func key(
    _ name: String,
    _ actions: [Action] = [.invoke],
    endpoints: [String] = [],
    expires: Int64 = 0
  ) async throws -> (id: String, secret: String) {
    let response = try await KeysClient(channel("operator")).createKey(
      CreateKeyRequest(
        name: name,
        actions: actions,
        endpoints: endpoints,
        expiresUnixUs: expires
      )
    )
    return (response.key?.id ?? "", response.secret)
  }

  func curl(
    _ path: String,
    key: String?,
    type: String? = nil,
    body: Data? = nil,
    headers: [String] = [],
    options: [String] = []
  ) async throws -> Curl.Answer {
    var all = headers
    if let key { all.append("authorization: Bearer \(key)") }
    if let type { all.append("content-type: \(type)") }
    return try await Curl.run(
      "https://127.0.0.1:\(gateway.httpsPort)\(path)",
      authorities: folder.appending(path: "ca.pem").path,
      headers: all,
      body: body ?? (path.hasSuffix("invocations") ? Data() : nil),
      options: options
    )
  }

  /// Asks an endpoint.
  func invoke(
    _ endpoint: String,
    _ body: String,
    key: String,
    type: String = "application/json",
    headers: [String] = []
  ) async throws -> Curl.Answer {
    try await curl(
      "/endpoints/\(endpoint)/invocations",
      key: key,
      type: type,
      body: Data(body.utf8),
      headers: headers
    )
  }

  /// The value of a series of the private port, by all of its name and labels.
  func metric(_ series: String) async throws -> Double {
    let answer = try await Curl.run("http://\(gateway.metricsAddress)/metrics")
    let line = answer.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
  }
}

/// Asks until it is so, for at most ten seconds; then answers what it is.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
  let end = Instant.now + .seconds(10)
  while Instant.now < end {
    if try await condition() { return true }
    await Task.yield()
  }
  return try await condition()
}
