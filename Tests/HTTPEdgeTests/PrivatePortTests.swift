import Foundation
import Glibc
import HTTPEdge
import Logging
import ServiceRuntime
import Synchronization
import Telemetry
import Testing
import Transport

@Suite("The private HTTP port")
struct PrivatePortTests {
  @Test("healthz is always 200; readyz is 200 in the phase ready only")
  func health() async throws {
    try await RunningPort.with { port in
      for phase in [ServicePhaseName.starting, .ready, .draining, .stopped, .failed] {
        port.phase.withLock { $0 = phase }
        let health = try PlainHTTPClient.request("GET", "/healthz", at: port.address)
        let isReady = phase == .ready
        #expect(health.status == 200)
        #expect(
          health.text.hasSuffix(
            "{\"live\":true,\"ready\":\(isReady),\"phase\":\"\(phase.rawValue)\"}\n"
          )
        )
        let ready = try PlainHTTPClient.request("GET", "/readyz", at: port.address)
        #expect(ready.status == (isReady ? 200 : 503))
      }
    }
  }

  @Test("metrics come in Prometheus' text format")
  func metrics() async throws {
    try await RunningPort.with { port in
      port.metrics.counter("x_total", help: "x").add(7)
      let answer = try PlainHTTPClient.request("GET", "/metrics", at: port.address)
      #expect(answer.status == 200)
      #expect(answer.text.contains("text/plain; version=0.0.4"))
      #expect(answer.text.hasSuffix("# HELP x_total x\n# TYPE x_total counter\nx_total 7\n"))
    }
  }

  @Test("loglevel shows and changes levels, also by prefix")
  func logLevel() async throws {
    try await RunningPort.with { port in
      func put(_ body: String) throws -> (status: Int, text: String) {
        try PlainHTTPClient.request("PUT", "/loglevel", body: body, at: port.address)
      }
      #expect(try put("debug\n").status == 200)
      #expect(port.levels.level == .debug)
      #expect(
        try put("martlet.rpc=trace").text.hasSuffix(
          "{\"level\":\"debug\",\"exceptions\":{\"martlet.rpc\":\"trace\"}}\n"
        )
      )
      #expect(port.levels.exceptions == ["martlet.rpc": .trace])
      let shown = try PlainHTTPClient.request("GET", "/loglevel", at: port.address)
      #expect(shown.text.contains("\"martlet.rpc\":\"trace\""))
      #expect(try put("martlet.rpc=").status == 200)
      #expect(port.levels.exceptions.isEmpty)
      for body in ["", "loud", "=debug", "a\"b=debug", "a=loud", "=", "debug=", "a b=info"] {
        let expected = body == "debug=" ? 200 : 400
        #expect(try put(body).status == expected, "\(body)")
      }
      #expect(port.levels.level == .debug && port.levels.exceptions.isEmpty)
    }
  }

  @Test("a browser's page cannot change the log level")
  func origin() async throws {
    try await RunningPort.with { port in
      let answer = try PlainHTTPClient.request(
        "PUT",
        "/loglevel",
        body: "trace",
        headers: ["Origin: http://evil"],
        at: port.address
      )
      #expect(answer.status == 403)
      #expect(port.levels.level == .info)
    }
  }

  @Test("unknown paths get 404 and other methods 405 with what is allowed")
  func refusals() async throws {
    try await RunningPort.with { port in
      #expect(try PlainHTTPClient.request("GET", "/", at: port.address).status == 404)
      #expect(try PlainHTTPClient.request("GET", "/healthz/x", at: port.address).status == 404)
      #expect(try PlainHTTPClient.request("DELETE", "/x", at: port.address).status == 404)
      let post = try PlainHTTPClient.request("POST", "/metrics", at: port.address)
      #expect(post.status == 405 && post.text.lowercased().contains("allow: get, head"))
      #expect(try PlainHTTPClient.request("DELETE", "/loglevel", at: port.address).status == 405)
      let head = try PlainHTTPClient.request("HEAD", "/healthz", at: port.address)
      #expect(head.status == 200 && head.text.hasSuffix("\r\n\r\n"))
    }
  }

  @Test("large bodies, large headers and many headers are refused and the connection ends")
  func limits() async throws {
    try await RunningPort.with { port in
      let body = String(repeating: "x", count: 257)
      let large = try PlainHTTPClient.request("PUT", "/loglevel", body: body, at: port.address)
      #expect(large.status == 413)
      let get = try PlainHTTPClient.request("GET", "/healthz", body: "x", at: port.address)
      #expect(get.status == 400)
      for lines in [
        "X: " + String(repeating: "a", count: 9 << 10) + "\r\n",
        (0..<3).map { "X\($0): " + String(repeating: "a", count: 7 << 10) + "\r\n" }.joined(),
        (0..<100).map { "X\($0): a\r\n" }.joined(),
      ] {
        let client = try PlainHTTPClient(port.address)
        client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\(lines)\r\n")
        let answer = client.readToEnd()
        #expect(answer != nil, "closed by the server")
        #expect(answer?.contains(" 200 ") == false, "\(answer ?? "")")
      }
    }
  }

  @Test(
    "bytes that are not HTTP end their connection and nothing else",
    arguments: [
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n\r\nnonsense\r\n\r\n",
    ]
  )
  func garbage(text: String) async throws {
    try await RunningPort.with { port in
      let client = try PlainHTTPClient(port.address)
      client.send(text)
      let answer = client.readToEnd()
      #expect(answer != nil, "closed by the server")
      #expect(answer?.contains(" 200 ") == false)
      #expect(try PlainHTTPClient.request("GET", "/healthz", at: port.address).status == 200)
    }
  }

  @Test("a connection that says nothing, or half a request, is closed after the idle time")
  func idle() async throws {
    try await RunningPort.with(idleTimeout: .milliseconds(100)) { port in
      for text in ["", "GET /healthz HTTP/1.1\r\nHost:"] {
        let client = try PlainHTTPClient(port.address)
        client.send(text)
        #expect(client.readToEnd() != nil, "closed by the server: \(text)")
      }
    }
  }

  @Test("connections above the limit wait until one closes, and are then served")
  func connectionLimit() async throws {
    try await RunningPort.with(maximumConnections: 2, idleTimeout: .milliseconds(300)) { port in
      let idle = try (0..<8).map { _ in try PlainHTTPClient(port.address) }
      #expect(try PlainHTTPClient.request("GET", "/healthz", at: port.address).status == 200)
      withExtendedLifetime(idle) {}
    }
  }

  @Test("one connection serves several requests, also pipelined")
  func keepAlive() async throws {
    try await RunningPort.with { port in
      let client = try PlainHTTPClient(port.address)
      client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(client.wait(for: "{\"ready\":true"))
      client.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(client.wait(for: " 404 "))
    }
  }

  @Test("it listens at a Unix socket that others cannot open, over a stale one")
  func unixSocket() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/p-\(UUID().uuidString.prefix(8))"
    defer { unlink(path) }
    for _ in 0..<2 {
      try await RunningPort.with(.unix(path: path)) { port in
        let health = try PlainHTTPClient.request("GET", "/healthz", at: port.address)
        #expect(health.status == 200)
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
      }
    }
  }

  @Test("an address in use is a startup error that names the setting")
  func addressInUse() async throws {
    try await RunningPort.with { port in
      let second = PrivatePort(
        address: port.address,
        maximumConnections: 1,
        idleTimeout: .seconds(1),
        metrics: port.metrics,
        levels: port.levels,
        status: { .ready }
      )
      let outcome = Outcome.of {
        try await second.run(.init(drainDeadline: { nil }, onStarted: {}))
      }
      let error = outcome as? StartupError
      #expect(error?.exitCode == .unavailable)
      #expect(error?.place == "private.address", "\(String(describing: outcome))")
    }
  }
}
