import Glibc
import Primitives
import SecureTransport
import Synchronization
import Testing
import Transport

/// A folder that goes when the test does.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/martlet-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FixtureError("no folder: error \(errno)") }
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  deinit {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        unlink("\(path)/\(name)")
      }
      closedir(folder)
    }
    rmdir(path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

struct FixtureError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// An authority, two loops, and certificates of the suite "test".
final class Fixture {
  let folder: TestFolder
  let loops: LoopGroup
  let authority: CertificateAuthority
  private var fileCount = 0

  init(threadCount: Int = 2) throws {
    folder = try TestFolder()
    loops = LoopGroup(threadCount: threadCount)
    authority = try CertificateAuthority.create(commonName: "Test authority")
    try authority.write(
      certificatePath: folder.file("ca.pem"),
      privateKeyPath: folder.file("ca.key")
    )
  }

  var loop: NIOLoop { loops.loops[0] }

  /// Writes a certificate for `request` and answers the files; the same `name` replaces them.
  func files(
    _ name: String,
    _ request: CertificateRequest,
    by signer: CertificateAuthority? = nil
  ) throws -> TLSFiles {
    let issued = try (signer ?? authority).issue(request)
    let files = TLSFiles(
      certificateChain: folder.file("\(name).pem"),
      privateKey: folder.file("\(name).key"),
      authorities: folder.file("ca.pem")
    )
    try issued.write(
      certificatePath: folder.file("\(name).pem"),
      privateKeyPath: folder.file("\(name).key")
    )
    return files
  }

  func identity(
    role: String,
    suite: String = "test",
    by signer: CertificateAuthority? = nil
  ) throws -> TLSIdentity {
    try TLSIdentity(
      files("\(suite)-\(role)", .service(suite: suite, role: role, instance: "1"), by: signer)
    )
  }

  /// The certificate of somebody who trusts the authority and shows nothing.
  func anonymousIdentity() throws -> TLSIdentity {
    try TLSIdentity(
      TLSFiles(certificateChain: nil, privateKey: nil, authorities: folder.file("ca.pem"))
    )
  }

  func server(
    at address: TransportAddress = .tcp(host: "127.0.0.1", port: 0),
    policy: TLSListenerPolicy = TLSListenerPolicy(clientCertificate: .required),
    identity: TLSIdentity? = nil,
    limits: TransportLimits = TransportLimits(),
    answer: Probe.Answer = .echo
  ) async throws -> TestServer {
    try await TestServer(
      loops: loops,
      source: .address(address),
      identity: identity ?? self.identity(role: "gateway"),
      policy: policy,
      limits: limits,
      answer: answer
    )
  }

  /// Connects and answers the handler, of which nothing is awaited yet.
  func connect(
    to server: TestServer,
    as identity: TLSIdentity,
    verification: ServerVerification = .service(suite: "test", roles: ["gateway"]),
    protocols: [String] = ["martlet/1"],
    limits: TransportLimits = TransportLimits(),
    answer: Probe.Answer = .nothing
  ) throws -> Probe {
    let client = try TLSClientTransport(
      loops: loops,
      identity: identity,
      verification: verification,
      applicationProtocols: protocols,
      limits: limits
    )
    let probe = Probe(answer)
    client.connect(to: server.address, on: loop) { probe }
    return probe
  }

  func end() async { await loops.shutdown() }
}

/// A listener whose connections are probes.
final class TestServer: Sendable {
  let transport: TLSServerTransport
  let address: TransportAddress
  /// The handlers of the connections, in the order in which they opened.
  let probes: AsyncStream<Probe>
  /// What failed handshakes said.
  let failures: AsyncStream<String>

  init(
    loops: LoopGroup,
    source: ListenSource,
    identity: TLSIdentity,
    policy: TLSListenerPolicy,
    limits: TransportLimits,
    answer: Probe.Answer
  ) async throws {
    let (probes, continuation) = AsyncStream<Probe>.makeStream()
    let (failures, failed) = AsyncStream<String>.makeStream()
    self.probes = probes
    self.failures = failures
    transport = try TLSServerTransport(
      loops: loops,
      listenOn: [source],
      identity: identity,
      policy: policy,
      limits: limits
    ) { _, reason in failed.yield(reason) }
    try await transport.start { _ in
      let probe = Probe(answer)
      continuation.yield(probe)
      return probe
    }
    address = try #require(transport.addresses.first)
  }

  func probe() async throws -> Probe {
    for await probe in probes { return probe }
    throw FixtureError("no connection came")
  }

  func failure() async throws -> String {
    for await failure in failures { return failure }
    throw FixtureError("no handshake failed")
  }
}

extension Bytes {
  /// `count` bytes of the value 7, without a loop: tests run unoptimised.
  static func filled(_ count: Int) -> Bytes {
    Bytes(capacity: count) { target in
      target.initializeMemory(as: UInt8.self, repeating: 7)
      return count
    }
  }
}
