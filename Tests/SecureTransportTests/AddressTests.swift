import Glibc
import Primitives
import SecureTransport
import Testing
import Transport

@Suite("Where a listener listens", .timeLimit(.minutes(5)))
struct AddressTests {
  private func echo(_ fixture: Fixture, _ server: TestServer) async throws {
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    client.send("hello", on: fixture.loop)
    #expect(try await client.bytes(5) == Array("hello".utf8))
    client.onLoop(fixture.loop) { $0.close() }
    #expect(try await client.closed() == .byUs)
  }

  @Test("IPv6, with the port that the system picked")
  func ipv6() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(at: .tcp(host: "::1", port: 0))
    guard case .tcp("::1", let port) = server.address else {
      throw FixtureError("\(server.address)")
    }
    #expect(port > 0)
    try await echo(fixture, server)
    await fixture.end()
  }

  @Test("A Unix socket, whose file goes with the listener")
  func unix() async throws {
    let fixture = try Fixture()
    let path = fixture.folder.file("socket")
    let server = try await fixture.server(at: .unix(path: path))
    try await echo(fixture, server)
    await server.transport.stopAccepting()
    #expect(access(path, F_OK) != 0)
    #expect(server.transport.addresses.isEmpty)
    await fixture.end()
  }

  @Test("A Unix socket whose owner is gone is replaced; one that answers is not")
  func staleUnix() async throws {
    let fixture = try Fixture()
    let path = fixture.folder.file("socket")
    let stale = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(stale, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(result == 0)
    close(stale)
    let server = try await fixture.server(at: .unix(path: path))
    try await echo(fixture, server)
    await #expect {
      try await fixture.server(at: .unix(path: path))
    } throws: { error in
      "\(error)" == "cannot listen on unix:\(path): Address already in use"
    }
    try await echo(fixture, server)
    await fixture.end()
  }

  @Test("A port that is taken is named")
  func portTaken() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    await #expect {
      try await fixture.server(at: server.address)
    } throws: { error in
      "\(error)" == "cannot listen on \(server.address): Address already in use"
    }
    await fixture.end()
  }

  @Test("After stopAccepting connections that stand go on and new ones are refused")
  func stop() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let standing = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await standing.opened()
    await server.transport.stopAccepting()
    let late = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    let reason = try await late.closed()
    #expect(reason == .failed("Connection refused"))
    standing.send("still here", on: fixture.loop)
    #expect(try await standing.bytes(10) == Array("still here".utf8))
    await fixture.end()
  }

  @Test("No descriptor of loops, listeners and connections is inherited by child processes")
  func notInherited() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    _ = try await server.probe().opened()
    // Other tests' sockets may be in the making, so only those of this connection count.
    guard case .tcp(_, let port) = server.address else { throw FixtureError("no port") }
    var inheritable: [String] = []
    for descriptor: CInt in 3..<1024 where fcntl(descriptor, F_GETFD) == 0 {
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let ports = [getsockname, getpeername].map { name in
        let result = withUnsafeMutablePointer(to: &address) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &size) }
        }
        return result == 0 && address.sin_family == sa_family_t(AF_INET)
          ? Int(UInt16(bigEndian: address.sin_port)) : 0
      }
      if ports.contains(port) { inheritable.append("socket \(descriptor)") }
    }
    #expect(inheritable.isEmpty)
    await fixture.end()
  }

  @Test("An inherited listening socket is served at its own address")
  func inherited() async throws {
    let fixture = try Fixture()
    let listener = try TestListener()
    let server = try await TestServer(
      loops: fixture.loops,
      source: .inherited(InheritedSocket(descriptor: dup(listener.descriptor), name: "rpc")),
      identity: fixture.identity(role: "gateway"),
      policy: TLSListenerPolicy(clientCertificate: .required),
      limits: TransportLimits(),
      answer: .echo
    )
    #expect(server.address == .tcp(host: "127.0.0.1", port: listener.port))
    try await echo(fixture, server)
    await fixture.end()
  }

  @Test("An inherited descriptor that is no listening socket is refused")
  func notListening() async throws {
    let fixture = try Fixture()
    let pair = try SocketPair()
    defer {
      close(pair.host)
      close(pair.worker)
    }
    let transport = try TLSServerTransport(
      loops: fixture.loops,
      listenOn: [.inherited(InheritedSocket(descriptor: pair.host, name: "rpc"))],
      identity: fixture.identity(role: "gateway"),
      policy: TLSListenerPolicy(clientCertificate: .required)
    )
    await #expect {
      try await transport.start { _ in Probe() }
    } throws: { error in
      "\(error)" == "cannot listen on inherited socket \(pair.host) (rpc): "
        + "it is no listening stream socket"
    }
    await fixture.end()
  }

  @Test("The service manager's variables are believed only when they are meant for this process")
  func environment() {
    let meant = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "rpc:http"]
    // Which files they are does not matter, only that something is open there.
    let files = (0..<4).map { _ in open("/dev/null", O_RDONLY) }
    defer { for file in files { close(file) } }
    let sockets = InheritedSocket.all(environment: meant)
    #expect(sockets.map(\.name) == ["rpc", "http"])
    #expect(sockets.map(\.descriptor) == [3, 4])
    for (key, value) in [
      ("LISTEN_PID", "1"), ("LISTEN_PID", "x"), ("LISTEN_FDS", "0"), ("LISTEN_FDS", "-1"),
      ("LISTEN_FDS", "100000000"), ("LISTEN_FDS", ""),
    ] {
      var other = meant
      other[key] = value
      #expect(InheritedSocket.all(environment: other).isEmpty, "\(key)=\(value)")
    }
  }
}
