import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import TestProtocols
import Testing
import Transport

/// Opens once; who comes later passes.
private final class Latch: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }
  func open() { continuation.finish() }
  func wait() async { for await _ in stream {} }
}

/// What only a process of its own can show: signals, restarts, threads that block.
@Suite("A real server process", .serialized, .timeLimit(.minutes(5)))
struct ProcessTests {
  private func withServer(
    _ body: (TestServer, TLSClientTransport, Certificates) async throws -> Void
  ) async throws {
    let certificates = try Certificates()
    defer { certificates.remove() }
    let server = try await TestServer(certificates)
    let group = LoopGroup(threadCount: 2)
    let transport = try certificates.client("client", on: group)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(server, transport, certificates))
    } catch {
      outcome = .failure(error)
    }
    // The server first: then no connection is open any more when the client's loops end.
    try await server.process.end()
    await group.shutdown()
    try outcome.get()
  }

  private let timeout = CallOptions(timeout: .seconds(60))

  @Test("SIGTERM lets the calls that run end well, and new ones go elsewhere")
  func drains() async throws {
    try await withServer { server, transport, _ in
      let channel = ServiceChannel(to: server.address, over: transport)
      let client = EchoClient(channel)
      // Handlers that run for as long as their callers keep asking.
      let noticed = Latch()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            let response = try await client.clientStream(options: timeout) { requests in
              try await requests.write(EchoRequest(text: "who"))
              await noticed.wait()
              try await requests.write(EchoRequest(text: "le"))
            }
            #expect(response.text == "whole")
          }
          group.addTask {
            try await client.bidi(options: timeout) { requests, responses in
              var answers = responses.makeAsyncIterator()
              for index in 0..<20 {
                try await requests.write(EchoRequest(responsePayloadBytes: 20_000))
                #expect(try await answers.next()?.index == UInt32(index))
                if index == 0 { await noticed.wait() }
              }
              try await requests.finish()
              #expect(try await answers.next() == nil)
            }
          }
        }
        try await eventually("40 handlers run") {
          try await server.metric("martlet_rpc_open_streams") >= 40
        }
        server.process.send(SIGTERM)
        try await eventually("nobody listens any more") {
          let fresh = EchoClient(ServiceChannel(to: server.address, over: transport))
          do throws(RPCError) {
            _ = try await fresh.unary(EchoRequest(), options: timeout)
            return false
          } catch {
            #expect(error.code == .unavailable)
            #expect(error.isNotStarted)
            return true
          }
        }
        noticed.open()
        try await group.waitForAll()
      }
      #expect(try await server.process.waitForExit() == .code(0))
    }
  }

  @Test("a client finds a server that was killed and started again on its Unix path")
  func reconnects() async throws {
    try await withServer { _, transport, certificates in
      let path = certificates.path("s")
      let first = try await TestServer(certificates, listenOn: "unix:\(path)")
      #expect(first.address == .unix(path: path))
      let client = EchoClient(ServiceChannel(to: first.address, over: transport))
      #expect(try await client.unary(EchoRequest(text: "1"), options: timeout).text == "1")
      first.process.send(SIGKILL)
      #expect(try await first.process.waitForExit() == .signal(SIGKILL))

      // While it is away: an answer at once, or patience for whoever asks for it.
      try await eventually("calls fail as not started") {
        do throws(RPCError) {
          _ = try await client.unary(EchoRequest(), options: timeout)
        } catch {
          // Not DEADLINE_EXCEEDED: it did not wait.
          #expect(error.code == .unavailable)
          return error.isNotStarted
        }
        Issue.record("a server that was killed has answered")
        return true
      }
      var patient = timeout
      patient.waitsForReady = true
      async let waiting = client.unary(EchoRequest(text: "2"), options: patient)
      let second = try await TestServer(certificates, listenOn: "unix:\(path)")
      #expect(try await waiting.text == "2")
      try await second.process.end()
    }
  }

  @Test("a handler that blocks its loop is counted, and health is answered from another loop")
  func blockingHandler() async throws {
    try await withServer { server, transport, _ in
      let blocked = EchoClient(ServiceChannel(to: server.address, over: transport))
      _ = try await blocked.unary(EchoRequest(), options: timeout)
      // Connections of their own, spread over the server's loops.
      let others = (0..<16).map { _ in
        HealthClient(ServiceChannel(to: server.address, over: transport))
      }
      for other in others { _ = try await other.check(HealthCheckRequest(), options: timeout) }
      try #require(LoopGroup.System.coreCount > 1, "one loop cannot serve two things")
      try await withThrowingTaskGroup(of: String.self) { group in
        group.addTask {
          _ = try await blocked.unary(
            EchoRequest(delayMs: 10_000, blockThread: true),
            options: timeout
          )
          return "the blocking handler"
        }
        for other in others {
          group.addTask {
            let answer = try await other.check(HealthCheckRequest(), options: timeout)
            #expect(answer.status == .serving)
            return "health"
          }
        }
        #expect(try await group.next() == "health")
        try await group.waitForAll()
      }
      try await eventually("the long cycle is counted") {
        try await server.metric("martlet_loop_long_cycles_total") >= 1
      }
    }
  }

  @Test("metrics name methods that exist, and count all others as one")
  func metrics() async throws {
    try await withServer { server, transport, _ in
      let channel = ServiceChannel(to: server.address, over: transport)
      let client = EchoClient(channel)
      for _ in 0..<3 { _ = try await client.unary(EchoRequest(), options: timeout) }
      for name in ["A", "B", "C", "D"] {
        let method = Method(service: "no.Such", name: name, kind: .unary)
        await #expect(throws: RPCError.self) {
          let _: EchoResponse = try await channel.unary(method, EchoRequest(), options: timeout)
        }
      }
      let series =
        "martlet_rpc_server_handled_total"
        + "{code=\"OK\",method=\"Unary\",service=\"martlet.testing.v1.Echo\"}"
      #expect(try await server.metric(series) == 3)
      #expect(try await server.metric("martlet_rpc_unknown_method_total") == 4)
      let text = try await HTTPGet.text(of: "/metrics", at: server.metricsAddress)
      #expect(!text.contains("no.Such"))
    }
  }

  @Test("a caller without a certificate is told that its call did not start")
  func withoutCertificate() async throws {
    try await withServer { server, transport, certificates in
      let group = LoopGroup(threadCount: 1)
      let anonymous = try certificates.client(nil, on: group)
      let misled = try certificates.client("client", on: group, trusting: "balancer")
      for transport in [anonymous, misled] {
        let client = EchoClient(ServiceChannel(to: server.address, over: transport))
        do throws(RPCError) {
          _ = try await client.unary(EchoRequest(), options: timeout)
          Issue.record("the call went well")
        } catch {
          #expect(error.code == .unavailable)
          #expect(error.isNotStarted)
        }
      }
      await group.shutdown()
    }
  }

  @Test("an idle server holds nothing")
  func holdsNothing() async throws {
    try await withServer { server, transport, _ in
      do {
        let client = EchoClient(ServiceChannel(to: server.address, over: transport))
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<100 {
            group.addTask { _ = try? await client.unary(EchoRequest(delayMs: 5000)) }
          }
          _ = try? await client.unary(EchoRequest(), options: timeout)
          group.cancelAll()
        }
      }
      for name in [
        "martlet_rpc_open_streams", "martlet_rpc_open_connections", "martlet_rpc_buffered_bytes",
        "martlet_rpc_armed_deadlines",
      ] {
        try await eventually("\(name) is 0") { try await server.metric(name) == 0 }
      }
    }
  }
}
