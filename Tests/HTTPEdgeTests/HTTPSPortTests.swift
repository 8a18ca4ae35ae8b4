import Foundation
import HTTPEdge
import HTTPTypes
import Primitives
import SecureTransport
import ServiceRuntime
import Synchronization
import Telemetry
import Testing
import Transport

@Suite("The HTTPS port", .timeLimit(.minutes(2)))
struct HTTPSPortTests {
  @Test("bodies of every length come whole and go back whole")
  func echoes() async throws {
    try await RunningHTTPSPort.with { port in
      for count in [0, 1, 16 << 10, (16 << 10) + 1, 200_000, 3 << 20] {
        let body = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })
        let answer = try port.curl("/echo", body: body)
        #expect(answer.status == 200 && answer.body == body, "\(count) bytes: \(answer.status)")
      }
    }
  }

  @Test("one connection carries several requests, pipelined too")
  func keepAlive() async throws {
    try await RunningHTTPSPort.with { port in
      let answers = try port.curl("/one", options: [port.url("/two"), port.url("/three")])
      #expect(String(decoding: answers.body, as: UTF8.self).contains("/two/three/one"))
      #expect(port.responder.connectionCount == 1)
      let text = try port.openssl(
        "GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
      )
      #expect(text.contains("/a") && text.contains("/b"))
    }
  }

  @Test("a body that nobody wants is not read, and its sender still gets the answer")
  func refusesBodies() async throws {
    try await RunningHTTPSPort.with { port in
      let body = Data(count: 8 << 20)
      let chunked = ["--header", "transfer-encoding: chunked", "--header", "expect:"]
      for (path, options, status) in [
        ("/no-body", [], 200), ("/small", [], 413), ("/small", chunked, 413),
      ] as [(String, [String], Int)] {
        let answer = try port.curl(path, body: body, options: options)
        #expect(answer.status == status, "\(path)")
      }
    }
  }

  @Test("requests are judged and answered on their connection's loop, before and after the body")
  func loops() async throws {
    try await RunningHTTPSPort.with { port in
      for body in [nil, Data("x".utf8), Data(count: 1 << 20)] {
        let answer = try port.curl("/thread", body: body)
        let name = String(decoding: answer.body, as: UTF8.self)
        #expect(name.hasPrefix("NIO-ELT-"), "\(name)")
      }
    }
  }

  @Test("a client that goes cancels its request")
  func cancels() async throws {
    try await RunningHTTPSPort.with { port in
      let patience = ["--max-time", "0.3"]
      let gone = try port.curl("/wait", body: Data("x".utf8), options: patience)
      #expect(gone.status == 0)
      let end = Instant.now + .seconds(10)
      while port.responder.cancelledCount == 0, Instant.now < end { poll(nil, 0, 1) }
      #expect(port.responder.cancelledCount == 1)
    }
  }

  @Test("connections above the limit are closed at once, and counted")
  func connections() async throws {
    var limits = HTTPSLimits()
    limits.connectionCount = 1
    limits.idleTimeout = .milliseconds(500)
    try await RunningHTTPSPort.with(limits) { port in
      let held = try PlainHTTPClient(port.address)
      let end = Instant.now + .seconds(10)
      while !port.metrics.render().contains("martlet_https_connections 1"), Instant.now < end {
        poll(nil, 0, 1)
      }
      #expect(try port.curl("/").status == 0)
      #expect(port.metrics.render().contains("martlet_https_refused_connections_total 1"))
      // Its handshake never comes, which has an end.
      #expect(held.readToEnd() != nil)
      #expect(try port.curl("/").status == 200)
    }
  }

  @Test("a missing certificate is a startup error that names the settings")
  func startup() async throws {
    let group = LoopGroup(threadCount: 1)
    let port = HTTPSPort(
      addresses: [.tcp(host: "127.0.0.1", port: 0)],
      files: TLSFiles(certificateChain: "/nowhere", privateKey: "/nowhere", authorities: nil),
      takesClientCertificates: false,
      loops: group,
      responder: EchoResponder(),
      metrics: MetricsRegistry()
    )
    let error = await #expect(throws: StartupError.self) {
      try await port.run(.init(drainDeadline: { nil }, onStarted: {}))
    }
    #expect(error?.place == "https.certificate, https.key")
    await group.shutdown()
  }
}

/// Answers with the path, or with the body of `/echo`.
final class EchoResponder: HTTPResponder {
  private let addresses = Mutex<Set<String>>([])
  private let cancelled = Atomic(0)

  var connectionCount: Int { addresses.withLock { $0.count } }
  var cancelledCount: Int { cancelled.load(ordering: .relaxed) }

  private static var threadName: Bytes {
    Bytes((try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? "unknown")
  }

  func receive(_ head: HTTPHead) async -> HTTPDecision {
    addresses.withLock { _ = $0.insert(head.remoteAddress) }
    if head.path == "/thread", head.method == .get {
      return .answer(HTTPAnswer(status: .ok, type: "a/b", body: EchoResponder.threadName))
    }
    let limit = head.path == "/small" ? 10 : 16 << 20
    guard head.method == .post, head.path != "/no-body" else {
      return .answer(HTTPAnswer(status: .ok, type: "text/plain", body: Bytes(head.path)))
    }
    return .readBody(limitBytes: limit) { [self] body in
      if head.path == "/wait" {
        let (never, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        withExtendedLifetime(continuation) {}
        if Task.isCancelled { cancelled.add(1, ordering: .relaxed) }
      }
      switch body {
      case .success where head.path == "/thread":
        return HTTPAnswer(status: .ok, type: "a/b", body: EchoResponder.threadName)
      case .success(let body): return HTTPAnswer(status: .ok, type: "a/b", body: body.bytes)
      case .failure(.tooLarge):
        return HTTPAnswer(status: .contentTooLarge, type: "a/b", body: Bytes())
      case .failure: return HTTPAnswer(status: .badRequest, type: "a/b", body: Bytes())
      }
    }
  }
}
