import Primitives
import SecureTransport
import Testing
import Transport

@Suite("Connections between services", .timeLimit(.minutes(5)))
struct MutualTLSTests {
  @Test("Two services of a suite know each other by role and exchange bytes")
  func echo() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try fixture.connect(to: server, as: fixture.identity(role: "balancer"))
    let opened = try await client.next { event in
      if case .opened = event { event } else { nil }
    }
    #expect(
      opened
        == .opened(
          .service(suite: "test", role: "gateway", instance: "1"),
          protocol: "martlet/1"
        )
    )
    client.send("hello", on: fixture.loop)
    #expect(try await client.bytes(5) == Array("hello".utf8))
    let serverSide = try await server.probe()
    #expect(
      try await serverSide.opened() == .service(suite: "test", role: "balancer", instance: "1")
    )
    client.onLoop(fixture.loop) { $0.close() }
    #expect(try await client.closed() == .byUs)
    #expect(try await serverSide.closed() == .byPeer)
    #expect(server.transport.counts.openConnections == 0)
    await fixture.end()
  }
}
