import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import TestKit
import TestProtocols
import Testing
import Transport

@Suite("A peer that has fallen silent", .timeLimit(.minutes(5)))
struct KeepaliveTests {
  @Test("a server that does not answer loses its connection, and its callers are told")
  func silentServer() async throws {
    try await withRig { rig in
      let transport = rig.network.server(
        at: rig.address,
        as: Rig.identity("testkit"),
        loops: rig.serverLoops
      )
      let peers = Journal<RawPeer>()
      try await transport.start { _ in
        let peer = RawPeer(isDeaf: true)
        peers.add(peer)
        return peer
      }
      let client = rig.client {
        $0.limits.keepaliveIdle = .seconds(1)
        $0.limits.keepaliveTimeout = .seconds(1)
      }
      var once = CallOptions()
      once.mayRetry = false
      let outcome = await code { _ = try await client.unary(EchoRequest(), options: once) }
      // Not DEADLINE_EXCEEDED: the silence ended the call, long before its own time was over.
      #expect(outcome == .unavailable)
      try await eventually("the peer sees the end") {
        peers.entries.first.map { !$0.closures.entries.isEmpty } ?? false
      }
    }
  }

  @Test("a client that does not answer loses its connection, and its handler is cancelled")
  func silentClient() async throws {
    try await withRig(
      options: {
        $0.limits.keepaliveIdle = .seconds(2)
        $0.limits.keepaliveTimeout = .seconds(2)
      }
    ) { rig in
      try await rig.listen()
      // `delay_ms` = 60 000
      let begin = RawBytes.frame(
        stream: 1,
        kind: .begin,
        body: RawBytes.field(1, EchoMethods.unary.path),
        flags: 1,
        data: RawBytes.field(5, 60_000)
      )
      let peer = RawPeer(first: begin, isDeaf: true)
      let client = rig.network.client(as: Rig.identity("client"), loops: rig.clientLoops)
      client.connect(to: rig.address, on: rig.clientLoops[0]) { peer }
      try await eventually("the handler runs") { rig.metric("martlet_rpc_open_streams") == 1 }
      try await eventually("the connection is ended") { !peer.closures.entries.isEmpty }
      try await eventually("the handler is gone") {
        rig.metric("martlet_rpc_open_streams") == 0
      }
      #expect(rig.server.openConnectionCount == 0)
    }
  }
}
