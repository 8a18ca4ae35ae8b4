import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import TestKit
import TestProtocols
import Testing
import Transport

/// Connections come and go; calls do not notice.
@Suite("The life of connections", .timeLimit(.minutes(5)))
struct ConnectionLifeTests {
  @Test("a drain lets the calls that run end well, and refuses new ones as not started")
  func drains() async throws {
    let gate = Gate()
    try await withRig([HandlerService.waiting(at: gate)]) { rig in
      let transport = try await rig.listen()
      let client = rig.client()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask {
            let response = try await client.unary(EchoRequest(text: "wait"))
            #expect(response.text == "wait")
          }
        }
        try await eventually("all handlers run") { gate.arrivals == 50 }
        await transport.stopAccepting()
        async let drained: Void = rig.server.drain()
        // Whoever knows of the drain already looks for another server, and there is none.
        try await eventually("the client knows") {
          await code { _ = try await client.unary(EchoRequest()) } == .unavailable
        }
        #expect(rig.metric("martlet_rpc_open_streams") == 50)
        gate.open()
        await drained
        #expect(rig.server.openConnectionCount == 0)
        do throws(RPCError) {
          _ = try await client.unary(EchoRequest())
          Issue.record("a server that is gone has answered")
        } catch {
          #expect(error.code == .unavailable)
          #expect(error.isNotStarted)
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("calls that outlive the grace end as aborted")
  func graceEnds() async throws {
    try await withRig(options: { $0.limits.drainGrace = .milliseconds(300) }) { rig in
      let transport = try await rig.listen()
      let client = rig.client()
      async let outcome = code { _ = try await client.unary(EchoRequest(delayMs: 60_000)) }
      try await eventually("the handler runs") { rig.metric("martlet_rpc_open_streams") == 1 }
      await transport.stopAccepting()
      await rig.server.drain()
      #expect(await outcome == .aborted)
    }
  }

  @Test("a connection that is old drains, and no call fails for it")
  func ages() async throws {
    try await withRig(
      options: {
        $0.limits.connectionAge = .seconds(1)
        $0.limits.connectionAgeJitter = 0
      }
    ) { rig in
      try await rig.listen()
      let transport = CountingTransport(
        rig.network.client(as: Rig.identity("client"), loops: rig.clientLoops)
      )
      let client = EchoClient(
        BoundedChannel(
          rig.channel(over: transport) { $0.retry.maximumAttempts = 1 },
          timeout: .seconds(60)
        )
      )
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            while transport.count < 3 {
              _ = try await client.unary(EchoRequest(text: "on", delayMs: 1))
              let count = try await client.serverStream(EchoRequest(responseCount: 5)) {
                responses in
                var count = 0
                for try await _ in responses { count += 1 }
                return count
              }
              #expect(count == 5)
            }
          }
        }
        try await group.waitForAll()
      }
      try await eventually("the old connections are gone") {
        rig.server.openConnectionCount <= 1
      }
    }
  }

  @Test("a connection whose ids are spent gives way to the next, and no call fails for it")
  func idsAreSpent() async throws {
    try await withRig { rig in
      try await rig.listen()
      let transport = CountingTransport(
        rig.network.client(as: Rig.identity("client"), loops: rig.clientLoops)
      )
      let client = EchoClient(
        BoundedChannel(
          rig.channel(over: transport) {
            $0.limits.lastStreamID = 19
            $0.retry.maximumAttempts = 1
          },
          timeout: .seconds(60)
        )
      )
      for _ in 0..<50 { _ = try await client.unary(EchoRequest()) }
      #expect(transport.count == 5)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<300 {
          group.addTask { _ = try await client.unary(EchoRequest(delayMs: 1)) }
        }
        try await group.waitForAll()
      }
      #expect(transport.count >= 35)
      try await eventually("spent connections are closed") { rig.server.openConnectionCount <= 1 }
    }
  }

  @Test("a cancelled call keeps its place until its handler returns")
  func slotStaysTaken() async throws {
    let gate = Gate()
    let service = HandlerService.waiting(at: gate)
    try await withRig([service], options: { $0.limits.maximumStreams = 1 }) { rig in
      try await rig.listen()
      let client = rig.client { $0.connectionLimit = 1 }
      _ = try await client.unary(EchoRequest())
      let first = Task { try await client.unary(EchoRequest(text: "wait")) }
      try await eventually("the handler runs") { gate.arrivals == 1 }
      first.cancel()
      await #expect(throws: RPCError.self) { try await first.value }
      let late = await code {
        _ = try await client.unary(
          EchoRequest(),
          options: CallOptions(timeout: .milliseconds(200))
        )
      }
      #expect(late == .deadlineExceeded)
      async let next = client.unary(EchoRequest(text: "next"))
      gate.open()
      #expect(try await next.text == "next")
    }
  }

  @Test("a handler that outlives its deadline does not keep its caller from the next call")
  func deadlineFreesTheStream() async throws {
    let gate = Gate()
    let service = HandlerService.waiting(at: gate)
    try await withRig([service], options: { $0.limits.maximumStreams = 1 }) { rig in
      try await rig.listen()
      let client = rig.client { $0.connectionLimit = 1 }
      _ = try await client.unary(EchoRequest())
      for round in 1...3 {
        // On a busy machine the time may be over before a handler has begun: then more of it.
        var timeout = Duration.milliseconds(50)
        while gate.arrivals < round {
          let outcome = await code {
            _ = try await client.unary(
              EchoRequest(text: "wait"),
              options: CallOptions(timeout: timeout)
            )
          }
          #expect(outcome == .deadlineExceeded)
          timeout = timeout * 2
        }
        #expect(try await client.unary(EchoRequest(text: "next")).text == "next")
      }
      gate.open()
    }
  }

  @Test("a call fails fast while nobody listens, and one that waits for ready is answered later")
  func waitsForReady() async throws {
    try await withRig { rig in
      let transport = CountingTransport(
        rig.network.client(as: Rig.identity("client"), loops: rig.clientLoops)
      )
      let client = EchoClient(
        BoundedChannel(
          rig.channel(over: transport) { $0.retry.maximumAttempts = 1 },
          timeout: .seconds(60)
        )
      )
      do throws(RPCError) {
        _ = try await client.unary(EchoRequest())
        Issue.record("nobody has answered")
      } catch {
        #expect(error.code == .unavailable)
        #expect(error.isNotStarted)
      }
      // The first attempt to connect decided.
      #expect(transport.count == 1)
      var patient = CallOptions()
      patient.waitsForReady = true
      async let waiting = client.unary(EchoRequest(text: "at last"), options: patient)
      try await rig.listen()
      #expect(try await waiting.text == "at last")
    }
  }

  @Test("a channel that is closed refuses calls, and lets those that run end")
  func closes() async throws {
    let gate = Gate()
    try await withRig([HandlerService.waiting(at: gate)]) { rig in
      try await rig.listen()
      let channel = rig.channel()
      let client = EchoClient(channel)
      async let running = client.unary(EchoRequest(text: "wait"))
      try await eventually("the handler runs") { gate.arrivals == 1 }
      channel.close()
      #expect(await code { _ = try await client.unary(EchoRequest()) } == .unavailable)
      gate.open()
      #expect(try await running.text == "wait")
      try await eventually("the connection is closed") { rig.server.openConnectionCount == 0 }
    }
  }

  @Test("a channel that nobody holds any more closes its connections")
  func dropped() async throws {
    try await withRig { rig in
      try await rig.listen()
      do { _ = try await rig.client().unary(EchoRequest()) }
      try await eventually("the connection is closed") { rig.server.openConnectionCount == 0 }
    }
  }

  @Test("an idle server holds no stream, byte or timer")
  func holdsNothing() async throws {
    try await withRig { rig in
      try await rig.listen()
      do {
        let client = rig.client()
        for size in [0, 100, 100_000, 1_000_000] {
          _ = try await client.unary(EchoRequest(payload: .pattern(size)))
          _ = try await client.clientStream { requests in
            for _ in 0..<4 { try await requests.write(EchoRequest(payload: .pattern(size))) }
          }
        }
        _ = await code {
          _ = try await client.clientStream { requests in
            for _ in 0..<4 { try await requests.write(EchoRequest(payload: .pattern(90_000))) }
            throw RPCError(.aborted, "enough")
          }
        }
      }
      for name in [
        "martlet_rpc_open_streams", "martlet_rpc_open_connections", "martlet_rpc_buffered_bytes",
        "martlet_rpc_armed_deadlines",
      ] {
        try await eventually("\(name) is 0") { rig.metric(name) == 0 }
      }
    }
  }
}

/// The code that a call ends with.
func code(_ body: () async throws -> Void) async -> StatusCode {
  do {
    try await body()
    return .ok
  } catch let error as RPCError {
    return error.code
  } catch {
    return .unknown
  }
}
