import Primitives
import SecureTransport
import Testing
import Transport

@Suite("Peers that are refused", .timeLimit(.minutes(5)))
struct RefusalTests {
  /// A client is done before the server has judged it (TLS 1.3), so it may hear `opened` first.
  private func expectRefused(
    _ client: Probe,
    _ server: TestServer,
    clientSays: String,
    serverSays: String
  ) async throws {
    #expect(try await client.closed() == .failed(clientSays))
    #expect(try await server.failure() == serverSays)
    #expect(server.transport.counts.handshakesDone == 0)
  }

  @Test("A client whose certificate another authority signed is refused and told so")
  func foreignClient() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let other = try CertificateAuthority.create(commonName: "Somebody else")
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer", by: other))
    try await expectRefused(
      client,
      server,
      clientSays: "peer does not know our certificate's authority",
      serverSays: "unknown authority"
    )
    await fixture.end()
  }

  @Test("A server whose certificate another authority signed is refused")
  func foreignServer() async throws {
    let fixture = try Fixture()
    let other = try CertificateAuthority.create(commonName: "Somebody else")
    let server = try await fixture.server(identity: fixture.identity(role: "gateway", by: other))
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    try await expectRefused(
      client,
      server,
      clientSays: "unknown authority",
      serverSays: "peer does not know our certificate's authority"
    )
    await fixture.end()
  }

  @Test("A client without a certificate is refused where one is required")
  func missingCertificate() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try fixture.connect(to: server, as: fixture.anonymousIdentity())
    try await expectRefused(
      client,
      server,
      clientSays: "peer requires a certificate of us",
      serverSays: "peer showed no certificate"
    )
    await fixture.end()
  }

  @Test("A client of another suite under the same authority is refused")
  func foreignSuite() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try fixture.connect(
      to: server,
      as: fixture.identity(role: "trainer", suite: "elsewhere")
    )
    try await expectRefused(
      client,
      server,
      clientSays: "peer refuses our certificate",
      serverSays: "peer is of the suite elsewhere, not of test"
    )
    await fixture.end()
  }

  @Test(
    "A server of another suite or role is refused",
    arguments: [
      (
        ServerVerification.service(suite: "elsewhere", roles: ["gateway"]),
        "peer is of the suite test, not of elsewhere"
      ),
      (
        .service(suite: "test", roles: ["trainer", "balancer"]),
        "peer role gateway is not one of balancer, trainer"
      ),
      (.hostName("another.example"), "certificate is for another host name"),
      (.hostName("127.0.0.9"), "certificate is for another address"),
    ]
  )
  func wrongServer(verification: ServerVerification, words: String) async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try fixture.connect(
      to: server,
      as: fixture.identity(role: "trainer"),
      verification: verification
    )
    try await expectRefused(
      client,
      server,
      clientSays: words,
      serverSays: "peer refuses our certificate"
    )
    await fixture.end()
  }

  @Test("A certificate with a second URI names no service and is refused")
  func twoURIs() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    // OpenSSL's own command signs what our authority would not.
    let files = try fixture.files(
      "plain",
      CertificateRequest(commonName: "two", dnsNames: ["two.example"])
    )
    let key = try #require(files.privateKey)
    let path = fixture.folder.file("two.pem")
    let tool = try Tool(
      "openssl",
      [
        "req", "-x509", "-key", key, "-CA", fixture.folder.file("ca.pem"),
        "-CAkey", fixture.folder.file("ca.key"), "-subj", "/CN=two", "-out", path, "-days", "1",
        "-addext", "subjectAltName=URI:spiffe://test/gateway/1,URI:spiffe://test/trainer/1",
      ]
    )
    _ = tool.output(until: [])
    let client = try Tool(
      "openssl",
      [
        "s_client", "-connect", server.address.description, "-cert", path, "-key", key,
        "-CAfile", fixture.folder.file("ca.pem"), "-alpn", "martlet/1",
      ]
    )
    #expect(try await server.failure() == "certificate has more than one URI")
    withExtendedLifetime(client) {}
    await fixture.end()
  }

  @Test("An expired client certificate is refused")
  func expired() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    var request = CertificateRequest.service(suite: "test", role: "trainer", instance: "1")
    request.validFrom = .seconds(-7200)
    request.validUntil = .seconds(-3600)
    let files = try fixture.files("expired", request)
    let client = try Tool(
      "openssl",
      [
        "s_client", "-connect", server.address.description,
        "-cert", #require(files.certificateChain), "-key", #require(files.privateKey),
        "-CAfile", fixture.folder.file("ca.pem"), "-alpn", "martlet/1",
      ]
    )
    #expect(try await server.failure() == "certificate expired")
    #expect(client.output(until: ["certificate expired"]).contains("alert certificate expired"))
    await fixture.end()
  }

  @Test("TLS 1.2 is refused")
  func oldVersion() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try Tool(
      "openssl",
      [
        "s_client", "-connect", server.address.description, "-tls1_2", "-alpn", "martlet/1",
      ]
    )
    #expect(try await server.failure() == "peer does not speak TLS 1.3")
    #expect(client.output(until: ["alert protocol version"]).contains("alert protocol version"))
    await fixture.end()
  }

  @Test("Plain text on the TLS port closes the connection")
  func plainText() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    guard case .tcp(_, let port) = server.address else { throw FixtureError("no port") }
    let client = try PlainSocket(port: port)
    client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try await server.failure() == "peer does not speak TLS")
    // What comes back is at most an alert.
    #expect(try #require(client.readToEnd()).count < 32)
    await fixture.end()
  }

  @Test("A peer that hangs up in the handshake is counted and forgotten")
  func hangUp() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    guard case .tcp(_, let port) = server.address else { throw FixtureError("no port") }
    var client: PlainSocket? = try PlainSocket(port: port)
    client?.write("\u{16}")
    client = nil
    #expect(
      try await server.failure() == "peer closed the connection during the TLS handshake"
    )
    #expect(server.transport.counts.openConnections == 0)
    await fixture.end()
  }

  @Test("A handshake that does not go on is ended after its timeout")
  func handshakeTimeout() async throws {
    let fixture = try Fixture()
    var limits = TransportLimits()
    limits.handshakeTimeout = .milliseconds(50)
    let server = try await fixture.server(limits: limits)
    guard case .tcp(_, let port) = server.address else { throw FixtureError("no port") }
    let client = try PlainSocket(port: port)
    #expect(try await server.failure() == "TLS handshake timed out")
    #expect(try #require(client.readToEnd()).isEmpty)
    await fixture.end()
  }

  @Test("A client gives up on a server that does not answer its hello")
  func silentServer() async throws {
    let fixture = try Fixture()
    let listener = try TestListener()
    var limits = TransportLimits()
    limits.handshakeTimeout = .milliseconds(50)
    let client = try TLSClientTransport(
      loops: fixture.loops,
      identity: fixture.anonymousIdentity(),
      verification: .addressHost,
      limits: limits
    )
    let probe = Probe()
    client.connect(to: .tcp(host: "127.0.0.1", port: listener.port), on: fixture.loop) { probe }
    #expect(try await probe.closed() == .timedOut(what: "TLS handshake"))
    await fixture.end()
  }

  @Test("A flood of key updates ends the connection")
  func keyUpdates() async throws {
    let fixture = try Fixture()
    var limits = TransportLimits()
    limits.keyUpdateCount = 3
    let server = try await fixture.server(
      policy: TLSListenerPolicy(clientCertificate: .none),
      limits: limits,
      answer: .nothing
    )
    let client = try Tool(
      "openssl",
      [
        "s_client", "-connect", server.address.description, "-alpn", "martlet/1",
        "-CAfile", fixture.folder.file("ca.pem"),
      ]
    )
    let probe = try await server.probe()
    _ = try await probe.opened()
    // Its "k" command: update our keys. Each line must arrive by itself to be taken as a command.
    for _ in 0..<4 {
      client.write("k\n")
      _ = client.output(until: ["KEYUPDATE"])
    }
    #expect(try await probe.closed() == .failed("peer floods key updates"))
    await fixture.end()
  }
}
