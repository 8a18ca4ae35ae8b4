import Glibc
import Primitives
import SecureTransport
import Testing
import Transport

@Suite("How connections end", .timeLimit(.minutes(5)))
struct ClosingTests {
  @Test("Everything that was sent before close arrives, then the end in order")
  func pendingBytesLeave() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(answer: .nothing)
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    let byteCount = 8 * 1024 * 1024
    client.onLoop(fixture.loop) { channel in
      let output = ByteOutput()
      output.append(Bytes.filled(byteCount))
      channel.send(output)
      channel.close()
      // Nothing can be sent any more.
      output.append(Bytes("too late"))
      channel.send(output)
      #expect(output.isEmpty)
    }
    let serverSide = try await server.probe()
    #expect(try await serverSide.bytes(byteCount).count == byteCount)
    #expect(try await serverSide.closed() == .byPeer)
    #expect(try await client.closed() == .byUs)
    await fixture.end()
  }

  /// A peer that says close_notify right behind its question, in one segment, and then reads: TLS
  /// 1.3 lets each side end by itself.
  private static let halfClosingPeer = """
    import socket, ssl, sys
    context = ssl.create_default_context(cafile=sys.argv[2])
    context.set_alpn_protocols(["martlet/1"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    def step(call):
      while True:
        try:
          result = call()
          break
        except ssl.SSLWantReadError:
          peer.sendall(outgoing.read())
          received = peer.recv(65536)
          incoming.write(received) if received else incoming.write_eof()
      peer.sendall(outgoing.read())
      return result
    step(tls.do_handshake)
    tls.write(b"question")
    try:
      tls.unwrap()
    except ssl.SSLWantReadError:
      pass
    peer.sendall(outgoing.read())
    print("answer:", step(lambda: tls.read(100)), flush=True)
    """

  @Test("What a handler answers in the cycle in which the peer ended still leaves")
  func lastAnswer() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(policy: TLSListenerPolicy(clientCertificate: .none))
    guard case .tcp(_, let port) = server.address else { throw FixtureError("no port") }
    let peer = try Tool(
      "python3",
      ["-c", Self.halfClosingPeer, "\(port)", fixture.folder.file("ca.pem")]
    )
    #expect(peer.output(until: ["\n"]).contains("answer: b'question'"))
    #expect(try await server.probe().closed() == .byPeer)
    await fixture.end()
  }

  @Test("A server that closes first ends its clients in order")
  func serverCloses() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(answer: .closeAfterFirst)
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    client.send("bye", on: fixture.loop)
    #expect(try await client.bytes(3) == Array("bye".utf8))
    #expect(try await client.closed() == .byPeer)
    #expect(try await server.probe().closed() == .byUs)
    await fixture.end()
  }

  @Test("An abort is the peer's truncated connection")
  func abort() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server()
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    client.onLoop(fixture.loop) { channel in
      channel.abort()
      channel.abort()
      channel.close()
    }
    #expect(try await client.closed() == .byUs)
    #expect(try await server.probe().closed() == .truncated)
    await fixture.end()
  }

  @Test(
    "A peer that dies is truncated, one that says close_notify is not",
    arguments: [
      (true, ChannelClosure.truncated), (false, .byPeer),
    ]
  )
  func foreignPeer(dies: Bool, reason: ChannelClosure) async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(policy: TLSListenerPolicy(clientCertificate: .none))
    let tool = try Tool(
      "openssl",
      [
        "s_client", "-connect", server.address.description, "-alpn", "martlet/1",
        "-CAfile", fixture.folder.file("ca.pem"),
      ]
    )
    let probe = try await server.probe()
    _ = try await probe.opened()
    if dies { tool.kill() } else { tool.write("Q\n") }
    #expect(try await probe.closed() == reason)
    await fixture.end()
  }

  @Test("A close that the peer does not read is bounded by its timeout")
  func closeTimeout() async throws {
    let fixture = try Fixture()
    var limits = TransportLimits()
    limits.closeTimeout = .milliseconds(100)
    let server = try await fixture.server(answer: .keepUnread)
    let client = try fixture.connect(
      to: server,
      as: fixture.identity(role: "trainer"),
      limits: limits
    )
    _ = try await client.opened()
    let serverSide = try await server.probe()
    _ = try await serverSide.opened()
    // The pause must be in force before the bytes come.
    await withCheckedContinuation { continuation in
      serverSide.onItsLoop { channel in
        channel.setReading(false)
        continuation.resume()
      }
    }
    client.onLoop(fixture.loop) { channel in
      let output = ByteOutput()
      output.append(Bytes.filled(64 * 1024 * 1024))
      channel.send(output)
      #expect(channel.pendingBytes > 0)
      channel.close()
    }
    #expect(try await client.closed() == .timedOut(what: "close"))
    await fixture.end()
  }

  @Test("Nobody who listens is a failure that names the reason")
  func nobodyThere() async throws {
    let fixture = try Fixture()
    let client = try TLSClientTransport(
      loops: fixture.loops,
      identity: fixture.anonymousIdentity(),
      verification: .addressHost
    )
    let port = try TestListener().port  // closed again at once
    let probe = Probe()
    client.connect(to: .tcp(host: "127.0.0.1", port: port), on: fixture.loop) { probe }
    #expect(try await probe.closed() == .failed("Connection refused"))
    let unknown = Probe()
    client.connect(to: .unix(path: "/nowhere/socket"), on: fixture.loop) { unknown }
    #expect(try await unknown.closed() == .failed("No such file or directory"))
    await fixture.end()
  }
}
