import Primitives
import SecureTransport
import Testing
import Transport

@Suite("What a listener asks for", .timeLimit(.minutes(5)))
struct PolicyTests {
  @Test("Where a certificate is optional, a client without one is anonymous")
  func optional() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(policy: TLSListenerPolicy(clientCertificate: .optional))
    _ = try fixture.connect(to: server, as: fixture.anonymousIdentity())
    #expect(try await server.probe().opened() == .anonymous)
    _ = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    #expect(
      try await server.probe().opened() == .service(suite: "test", role: "trainer", instance: "1")
    )
    await fixture.end()
  }

  @Test("Where none is asked for, a client that has one is anonymous")
  func none() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(policy: TLSListenerPolicy(clientCertificate: .none))
    _ = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    #expect(try await server.probe().opened() == .anonymous)
    await fixture.end()
  }

  @Test("A certificate that names no service is known by its subject")
  func person() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let identity = try TLSIdentity(fixture.files("ann", CertificateRequest(commonName: "Ann")))
    _ = try fixture.connect(to: server, as: identity)
    #expect(try await server.probe().opened() == .certificate(name: "CN = Ann"))
    await fixture.end()
  }

  @Test(
    "A user's client accepts the host name or address that the certificate holds",
    arguments: [
      ServerVerification.hostName("localhost"), .hostName("127.0.0.1"), .hostName("::1"),
      .addressHost,
    ]
  )
  func hostNames(verification: ServerVerification) async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(policy: TLSListenerPolicy(clientCertificate: .none))
    let client = try fixture.connect(
      to: server,
      as: fixture.anonymousIdentity(),
      verification: verification
    )
    #expect(
      try await client.opened() == .service(suite: "test", role: "gateway", instance: "1")
    )
    await fixture.end()
  }

  @Test("The listener's order of application protocols decides")
  func protocolOrder() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(
      policy: TLSListenerPolicy(
        clientCertificate: .none,
        applicationProtocols: ["martlet/1", "http/1.1"]
      )
    )
    for (offer, chosen) in [
      (["http/1.1", "martlet/1"], "martlet/1"), (["h2", "http/1.1"], "http/1.1"),
    ] {
      let client = try fixture.connect(
        to: server,
        as: fixture.anonymousIdentity(),
        protocols: offer
      )
      let name = try await client.next { event in
        if case .opened(_, let name) = event { name } else { nil }
      }
      #expect(name == chosen)
    }
    await fixture.end()
  }

  @Test(
    "A client that offers other application protocols, or none, is refused",
    arguments: [
      ["h2"], [],
    ]
  )
  func noCommonProtocol(offer: [String]) async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(policy: TLSListenerPolicy(clientCertificate: .none))
    let client = try fixture.connect(to: server, as: fixture.anonymousIdentity(), protocols: offer)
    #expect(
      try await client.closed() == .failed("peer speaks none of our application protocols")
    )
    #expect(try await server.failure() == "peer offers no application protocol of ours")
    await fixture.end()
  }

  @Test("Where no offer is required, a client without one comes in")
  func noOfferNeeded() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(
      policy: TLSListenerPolicy(
        clientCertificate: .none,
        applicationProtocols: ["http/1.1"],
        requiresApplicationProtocol: false
      )
    )
    let client = try fixture.connect(to: server, as: fixture.anonymousIdentity(), protocols: [])
    let opened = try await client.next { if case .opened = $0 { $0 } else { nil } }
    #expect(
      opened == .opened(.service(suite: "test", role: "gateway", instance: "1"), protocol: nil)
    )
    await fixture.end()
  }

  @Test("A client refuses a server that knows no application protocols")
  func serverWithoutProtocols() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(
      policy: TLSListenerPolicy(
        clientCertificate: .none,
        applicationProtocols: [],
        requiresApplicationProtocol: false
      )
    )
    let client = try fixture.connect(to: server, as: fixture.anonymousIdentity())
    #expect(try await client.closed() == .failed("peer speaks none of martlet/1"))
    await fixture.end()
  }

  @Test("Beyond its number of connections a listener closes the next one at once")
  func connectionLimit() async throws {
    let fixture = try Fixture()
    var limits = TransportLimits()
    limits.connectionCount = 1
    let server = try await fixture.server(limits: limits)
    let first = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await first.opened()
    let second = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    #expect(
      try await second.closed() != .byUs,
      "the second must not be served"
    )
    #expect(server.transport.counts.refusedConnections == 1)
    #expect(server.transport.counts.openConnections == 1)
    first.send("still here", on: fixture.loop)
    #expect(try await first.bytes(10) == Array("still here".utf8))
    await fixture.end()
  }

  @Test("Silent peers make room for themselves, and a real client still comes in")
  func silentPeers() async throws {
    let fixture = try Fixture(threadCount: 1)
    var limits = TransportLimits()
    limits.unfinishedHandshakesPerLoopCount = 2
    let server = try await fixture.server(limits: limits)
    guard case .tcp(_, let port) = server.address else { throw FixtureError("no port") }
    let silent = try (0..<5).map { _ in try PlainSocket(port: port) }
    for _ in 0..<3 { #expect(try await server.failure() == "too many unfinished handshakes") }
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    #expect(try await server.failure() == "too many unfinished handshakes")
    withExtendedLifetime(silent) {}
    await fixture.end()
  }
}
