import Foundation
import Glibc
import Primitives
import RPCRuntime
import Testing

@Suite("Clients of the HTTPS port that misbehave", .serialized, .timeLimit(.minutes(3)))
struct BadClientTests {
  private static let threads = BlockingExecutor(threadCount: 4, queueLimit: 64)

  /// What the server says to these bytes without TLS until it closes; nil when it does not close
  /// within 20 seconds.
  private func plain(_ port: Int, _ bytes: [UInt8]) async throws -> [UInt8]? {
    try await BadClientTests.threads.run {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var patience = timeval(tv_sec: 20, tv_usec: 0)
      let size = socklen_t(MemoryLayout<timeval>.size)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard connected == 0 else { return nil }
      _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      var all: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return all }
        guard count > 0 else { return nil }
        all += chunk[..<count]
      }
    }
  }

  /// What the server says over TLS to a text, until it closes; its input stays open meanwhile.
  private func tls(_ world: GatewayWorld, _ text: String, _ options: [String] = []) async throws
    -> String
  {
    try await BadClientTests.threads.run {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/openssl")
      process.arguments =
        [
          "s_client", "-quiet", "-verify_quiet", "-connect", "127.0.0.1:\(world.gateway.httpsPort)",
          "-CAfile", world.folder.appending(path: "ca.pem").path,
        ] + options
      let input = Pipe()
      let output = Pipe()
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      let all = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: all, as: UTF8.self)
    }
  }

  @Test("silence, plain text and half a handshake end, and others are served meanwhile")
  func handshakes() async throws {
    try await GatewayWorld.run(["--https-idle-timeout", "500ms"]) { world in
      let port = world.gateway.httpsPort
      let half: [UInt8] = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]
      for bytes in [[], Array("GET /healthz HTTP/1.1\r\n\r\n".utf8), half] {
        let said = try await plain(port, bytes)
        #expect(said != nil, "it is closed")
        #expect(!String(decoding: said ?? [], as: UTF8.self).contains("HTTP/1.1"))
      }
      #expect(try await world.curl("/healthz", key: nil).status == 200)
      #expect(try await world.metric("martlet_https_handshake_failures_total") == 3)
    }
  }

  @Test("a request head that never ends, or is too large, ends its connection")
  func heads() async throws {
    try await GatewayWorld.run(["--https-idle-timeout", "500ms"]) { world in
      for text in [
        "", "GET /healthz HTTP/1.1\r\nhost:", "nonsense\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nhost: x\r\na: \(String(repeating: "b", count: 9000))\r\n\r\n",
      ] {
        let said = try await tls(world, text)
        #expect(!said.contains(" 200 "), "\(said)")
      }
      let good = try await tls(world, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
      #expect(good.contains(" 200 "))
    }
  }

  @Test("TLS before 1.3, and other protocols than HTTP/1.1, are refused")
  func versions() async throws {
    try await GatewayWorld.run { world in
      let request = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
      let old = try await tls(world, request, ["-tls1_2"])
      #expect(old.isEmpty)
      let foreign = try await tls(world, request, ["-alpn", "h2"])
      #expect(foreign.isEmpty)
      for options in [["-alpn", "h2,http/1.1"], []] {
        let good = try await tls(world, request, options)
        #expect(good.contains(" 200 "))
      }
    }
  }

  @Test("a body that trickles is answered 408, and one over the memory 503")
  func bodies() async throws {
    try await GatewayWorld.run([
      "--https-body-timeout", "1s", "--https-body-memory", "1MiB",
    ]) { world in
      let key = try await world.key("all").secret
      let slow = try await world.curl(
        "/endpoints/matrix/invocations",
        key: key,
        type: "application/json",
        body: Data(repeating: 0x20, count: 1 << 20),
        options: ["--limit-rate", "64k"]
      )
      #expect(slow.status == 408, "\(slow)")
      let large = try await world.curl(
        "/endpoints/matrix/invocations",
        key: key,
        type: "application/json",
        body: Data(repeating: 0x20, count: 2 << 20)
      )
      #expect(large.status == 503 && large.headers["retry-after"] == "1", "\(large)")
      #expect(try await eventually { try await world.metric("martlet_https_body_bytes") == 0 })
    }
  }

  @Test("requests above a key's number are answered 429, and those of others served")
  func concurrency() async throws {
    try await GatewayWorld.run(["--invocations-max-requests-per-key", "1"]) { world in
      let greedy = try await world.key("greedy").secret
      let modest = try await world.key("modest").secret
      let body = #"{"instances":[[1,2]]}"#
      async let held = world.invoke(
        "silent",
        body,
        key: greedy,
        headers: ["x-martlet-timeout-ms: 5000"]
      )
      #expect(try await eventually { world.balancer.predictions.seen.count == 1 })
      let refused = try await world.invoke("matrix", body, key: greedy)
      #expect(refused.status == 429 && refused.headers["retry-after"] == "1", "\(refused)")
      #expect(try await world.invoke("matrix", body, key: modest).status == 200)
      #expect(try await held.status == 504)
      #expect(try await world.invoke("matrix", body, key: greedy).status == 200)
    }
  }

  @Test("a stop lets the request at hand be answered, and logs no complaint of its loops")
  func drains() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      _ = try await world.metric("martlet_gateway_endpoints")
      async let held = world.invoke(
        "silent",
        #"{"instances":[[1,2]]}"#,
        key: key,
        headers: ["x-martlet-timeout-ms: 1000"]
      )
      #expect(try await eventually { world.balancer.predictions.seen.count == 1 })
      await world.gateway.stop()
      #expect(try await held.status == 504)
      #expect(!world.gateway.logText.contains("Cannot schedule tasks"))
      #expect(world.gateway.logText.contains("stopped"))
    }
  }

  @Test("a certificate that was replaced is shown after SIGHUP")
  func reload() async throws {
    try await GatewayWorld.run { world in
      func serial() async throws -> String {
        let answer = try await world.curl(
          "/healthz",
          key: nil,
          options: ["--write-out", "%{certs}\n%{http_code}"]
        )
        let line = answer.text.split(separator: "\n").first { $0.hasPrefix("Serial Number:") }
        return line.map(String.init) ?? ""
      }
      let before = try await serial()
      #expect(!before.isEmpty)
      try world.issue("gateway")
      kill(world.gateway.processID, SIGHUP)
      let isShown = try await eventually { try await serial() != before }
      #expect(isShown)
    }
  }
}
