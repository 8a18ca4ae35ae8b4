import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import Synchronization
import TestKit
import TestProtocols
import Testing
import Transport
import WireCodec

/// A forwarder between a client and a server. That all kinds of calls pass is the contract kit's;
/// this is what a forwarder adds.
@Suite("Forwarding", .timeLimit(.minutes(5)))
struct ForwardingTests {
  /// Sends `endpoints/up` on, answers `endpoints/here` itself, and knows nothing else.
  private struct Onward: CallForwarder {
    let channel: ServiceChannel
    let ends: Journal<StatusCode>

    func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
      let route = ForwardRoute(channel) { code, _, _ in ends.add(code) }
      switch call.target {
      case "endpoints/up": return .forward(route)
      case "endpoints/here": return .answerHere
      case "endpoints/meant": return .forward(route.addressed(to: "replicas/7/main"))
      case "endpoints/keyed":
        // As a gateway does: whoever has the secret speaks for its account, and the secret stays.
        guard call.metadata.text("authorization") == "Bearer s3cret",
          call.method == "/martlet.testing.v1.Echo/Unary"
        else { throw RPCError(.unauthenticated, "no good secret for \(call.method)") }
        return .forward(
          route.presenting(Principal(account: "acme", keyID: "k9"), hiding: "authorization")
        )
      default: throw RPCError(.notFound, "there is no endpoint \(call.target)")
      }
    }
  }

  private let options = CallOptions(timeout: .seconds(60), target: "endpoints/up")

  /// `body` gets the forwarder, with a client's channel to it, and the server behind it.
  private func withForwarder(
    _ services: [any Service] = [EchoAnswers()],
    change: (inout ServerOptions) -> Void = { _ in },
    _ body: (_ front: Rig, _ back: Rig, _ ends: Journal<StatusCode>) async throws -> Void
  ) async throws {
    let ends = Journal<StatusCode>()
    try await withRig(services) { back in
      let loop = ThreadLoop()
      let transport = back.network.client(as: Rig.identity("balancer"), loops: [loop])
      let channel = ServiceChannel(to: back.address, over: transport)
      let front = try Rig([EchoAnswers()], loop: loop) { options in
        options.forwarder = Onward(channel: channel, ends: ends)
        change(&options)
      }
      try await front.listen(as: "balancer")
      let outcome: Result<Void, any Error>
      do {
        outcome = .success(try await body(front, back, ends))
      } catch {
        outcome = .failure(error)
      }
      await front.end()
      try outcome.get()
    }
  }

  @Test("a forwarded call keeps its trace, its target and its principal, and has less time")
  func passes() async throws {
    try await withForwarder { front, back, ends in
      try await back.listen()
      let client = EchoClient(front.channel(as: "gateway"))
      var options = options
      options.principal = Principal(account: "acme", keyID: "k1")
      let response = try await client.unary(EchoRequest(describeCall: true), options: options)
      let call = try #require(response.call)
      #expect(call.target == "endpoints/up")
      #expect(call.account == "acme")
      #expect(call.peerRole == "balancer")
      #expect(call.timeoutUs > 0 && call.timeoutUs < 60_000_000)
      #expect(ends.entries == [.ok])
    }
  }

  @Test("a forwarder says in the target's place what exactly is meant, and the rest stays")
  func addresses() async throws {
    try await withForwarder { front, back, ends in
      try await back.listen()
      var options = CallOptions(timeout: .seconds(60), target: "endpoints/meant")
      options.principal = Principal(account: "acme", keyID: "k1")
      let response = try await EchoClient(front.channel(as: "gateway"))
        .unary(EchoRequest(describeCall: true), options: options)
      #expect(response.call?.target == "replicas/7/main")
      #expect(response.call?.account == "acme")
      #expect(ends.entries == [.ok])
    }
  }

  @Test("a call without a target is the forwarder's own")
  func ownCalls() async throws {
    try await withForwarder { front, _, ends in
      let response = try await front.client().unary(EchoRequest(describeCall: true))
      #expect(response.call?.peerRole == "client")
      #expect(ends.entries.isEmpty)
    }
  }

  @Test("a call that the forwarder keeps is answered by its own handlers")
  func answersHere() async throws {
    try await withForwarder { front, _, ends in
      let client = front.client()
      let response = try await client.unary(
        EchoRequest(describeCall: true),
        options: CallOptions(timeout: .seconds(60), target: "endpoints/here")
      )
      #expect(response.call?.peerRole == "client")
      #expect(response.call?.target == "endpoints/here")
      #expect(ends.entries.isEmpty)
    }
  }

  @Test("a forwarder speaks for whoever shows a secret, and the secret does not travel on")
  func presentsPrincipal() async throws {
    try await withForwarder { front, back, ends in
      try await back.listen()
      let client = front.client()
      var options = CallOptions(timeout: .seconds(60), target: "endpoints/keyed")
      options.metadata.append("x-before", "1")
      options.metadata.append("authorization", "Bearer s3cret")
      options.metadata.append("x-after", "2")
      let request = EchoRequest(describeCall: true, echoMetadata: true)
      let answer = try await front.channel(as: "client").unary(
        EchoMethods.unary,
        options: options
      ) { arena, send in request.withPacked(arena) { send($0) } }
      #expect(try answer.decode(EchoResponse.self).call?.account == "acme")
      #expect(answer.trailers.pairs.map(\.key) == ["x-before", "x-after"])
      #expect(ends.entries == [.ok])

      options.metadata = Metadata()
      #expect(
        await code { _ = try await client.unary(EchoRequest(), options: options) }
          == .unauthenticated
      )
    }
  }

  @Test("where there is no way on, the caller is told that the call did not start")
  func noRoute() async throws {
    try await withForwarder { front, _, _ in
      let client = front.client()
      for (target, code) in [("endpoints/no", StatusCode.notFound), ("endpoints/up", .unavailable)]
      {
        do throws(RPCError) {
          _ = try await client.unary(
            EchoRequest(),
            options: CallOptions(timeout: .seconds(60), target: target)
          )
          Issue.record("the call went well")
        } catch {
          #expect(error.code == code)
          #expect(error.isNotStarted)
        }
      }
      #expect(front.metric("martlet_rpc_open_streams") == 0)
    }
  }

  @Test("a caller that gives up ends the call on the server, too")
  func cancels() async throws {
    try await withForwarder { front, back, ends in
      try await back.listen()
      let client = front.client()
      let task = Task {
        try await client.unary(EchoRequest(delayMs: 60_000), options: options)
      }
      try await eventually("the handler runs") { back.metric("martlet_rpc_open_streams") == 1 }
      task.cancel()
      await #expect(throws: RPCError.self) { try await task.value }
      for rig in [front, back] {
        try await eventually("nothing is open") { rig.metric("martlet_rpc_open_streams") == 0 }
      }
      #expect(ends.entries == [.cancelled])
    }
  }

  @Test("the deadline ends a forwarded call on both sides")
  func deadline() async throws {
    try await withForwarder { front, back, _ in
      try await back.listen()
      let client = front.client()
      let outcome = await code {
        _ = try await client.unary(
          EchoRequest(delayMs: 60_000),
          options: CallOptions(timeout: .milliseconds(200), target: "endpoints/up")
        )
      }
      #expect(outcome == .deadlineExceeded)
      for rig in [front, back] {
        try await eventually("nothing is open") { rig.metric("martlet_rpc_open_streams") == 0 }
      }
    }
  }

  @Test("a caller that leaves while only its answer is under way gives its place back")
  func leavesBehindServer() async throws {
    try await withForwarder(change: { $0.limits.maximumStreams = 1 }) { front, back, ends in
      try await back.listen()
      let client = front.client { $0.connectionLimit = 1 }
      for round in 1...3 {
        let request = EchoRequest(responseCount: 6, responsePayloadBytes: 60_000)
        try await client.serverStream(request, options: options) { _ in
          // More than the caller's credit, less than that and the forwarder's together.
          try await eventually("the server is done") { ends.entries.count >= round * 2 - 1 }
        }
        let response = try await client.unary(EchoRequest(text: "free"), options: options)
        #expect(response.text == "free")
      }
    }
  }

  @Test("a forwarder that drains lets the calls that it passes on end well")
  func drains() async throws {
    let gate = Gate()
    try await withForwarder([HandlerService.waiting(at: gate)]) { front, back, _ in
      try await back.listen()
      let client = front.client()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            let response = try await client.unary(EchoRequest(text: "wait"), options: options)
            #expect(response.text == "wait")
          }
        }
        try await eventually("all run") { gate.arrivals == 20 }
        await front.stopAccepting()
        async let drained: Void = front.server.drain()
        try await eventually("the forwarder takes no more calls") {
          await code { _ = try await client.unary(EchoRequest(), options: options) } == .unavailable
        }
        gate.open()
        await drained
        try await group.waitForAll()
      }
      #expect(front.server.openConnectionCount == 0)
    }
  }

  @Test("a server that dies under a forwarded call ends it as aborted, for it may have begun")
  func serverDies() async throws {
    try await withForwarder { front, back, ends in
      try await back.listen()
      let client = front.client()
      var once = options
      once.mayRetry = false
      let task = Task { [once] () throws(RPCError) in
        try await client.unary(EchoRequest(delayMs: 60_000), options: once)
      }
      try await eventually("the handler runs") { back.metric("martlet_rpc_open_streams") == 1 }
      back.server.abort()
      do {
        _ = try await task.value
        Issue.record("the call went well")
      } catch {
        let error = try #require(error as? RPCError)
        #expect(error.code == .aborted)
        #expect(!error.isNotStarted)
        #expect(error.message == "the connection behind was lost while the call was under way")
      }
      #expect(ends.entries == [.aborted])
    }
  }

  @Test("fields that a forwarder does not know pass on byte for byte, in Begin, Head and End")
  func unknownFields() async throws {
    try await withForwarder([]) { front, back, _ in
      let unknown = RawBytes.field(99, "later") + RawBytes.field(1000, 7)
      let headBody = RawBytes.field(1, RawBytes.field(1, "k") + RawBytes.field(2, "v")) + unknown
      let endBody = RawBytes.field(1, RawBytes.field(1, 5) + RawBytes.field(77, "x")) + unknown
      let transport = back.network.server(
        at: back.address,
        as: Rig.identity("testkit"),
        loops: back.serverLoops
      )
      let servers = Journal<RawPeer>()
      try await transport.start { _ in
        let peer = RawPeer { frame in
          guard frame.head.kind == .begin else { return [] }
          let id = UInt64(frame.head.streamID)
          return RawBytes.frame(stream: id, kind: .head, body: headBody)
            + RawBytes.frame(stream: id, kind: .end, body: endBody)
        }
        servers.add(peer)
        return peer
      }
      let begin =
        RawBytes.field(1, "/any.Service/Method") + RawBytes.field(6, "endpoints/up") + unknown
      let client = RawPeer(
        first: RawBytes.frame(stream: 1, kind: .begin, body: begin, flags: 1, data: [1, 2, 3])
      )
      front.network.client(as: Rig.identity("client"), loops: front.clientLoops)
        .connect(to: front.address, on: front.clientLoops[0]) { client }
      try await eventually("the call has ended") {
        client.frames.entries.contains { $0.head.kind == .end }
      }
      let arrived = try #require(
        servers.entries.first?.frames.entries.first { $0.head.kind == .begin }
      )
      #expect(arrived.body.starts(with: begin))
      #expect(arrived.data == [1, 2, 3])
      #expect(arrived.head.endsStream)
      let head = try #require(client.frames.entries.first { $0.head.kind == .head })
      let end = try #require(client.frames.entries.first { $0.head.kind == .end })
      #expect(head.body == headBody)
      #expect(end.body == endBody)
    }
  }
}
