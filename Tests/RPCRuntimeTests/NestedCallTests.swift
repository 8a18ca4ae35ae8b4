import Primitives
import RPC
import RPCRuntime
import Telemetry
import TestKit
import TestProtocols
import Testing

/// What a call passes on to the calls that its handler makes.
@Suite("Calls within calls", .timeLimit(.minutes(5)))
struct NestedCallTests {
  /// An outer server whose handler asks the inner one to describe its call.
  private func withBoth(
    _ body: (_ outer: Rig, _ inner: Rig) async throws -> Void,
    handler: @escaping @Sendable (EchoClient, EchoRequest) async throws -> EchoResponse = {
      try await $0.unary($1)
    }
  ) async throws {
    try await withRig { inner in
      try await inner.listen()
      let nested = EchoClient(inner.channel(as: "gateway"))
      try await withRig([HandlerService.unary { request, _ in try await handler(nested, request) }])
      { outer in
        try await outer.listen()
        try await body(outer, inner)
      }
    }
  }

  @Test("the deadline, the principal and the trace of a call hold for the calls that it makes")
  func propagates() async throws {
    try await withBoth { outer, _ in
      let client = EchoClient(outer.channel(as: "gateway"))
      var options = CallOptions(timeout: .seconds(70))
      options.principal = Principal(account: "acme", keyID: "k1")
      // As an edge of another kind, such as HTTP, begins: it binds the trace that it was told.
      let trace = TraceContext(traceHigh: 0xABCD, traceLow: 0x1234, span: 5, isSampled: false)
      let response = try await TraceScope.$current.withValue(trace) {
        try await client.unary(EchoRequest(describeCall: true), options: options)
      }
      let call = try #require(response.call)
      #expect(call.trace.contains("000000000000abcd0000000000001234"))
      #expect(!call.trace.contains("-0000000000000005-"))
      #expect(call.timeoutUs > 0 && call.timeoutUs < 70_000_000)
      #expect(call.account == "acme")
      #expect(call.keyID == "k1")
      #expect(call.peerRole == "gateway")
    }
  }

  @Test("a nested call may ask for less time, and never gets more")
  func shrinks() async throws {
    let handler: @Sendable (EchoClient, EchoRequest) async throws -> EchoResponse = {
      client,
      request in
      let more = try await client.unary(request, options: CallOptions(timeout: .seconds(500)))
      let less = try await client.unary(request, options: CallOptions(timeout: .seconds(40)))
      return EchoResponse(
        index: UInt32((more.call?.timeoutUs ?? 0) / 1000),
        requestCount: UInt32((less.call?.timeoutUs ?? 0) / 1000)
      )
    }
    try await withBoth(
      { outer, _ in
        let response = try await outer.client().unary(
          EchoRequest(describeCall: true),
          options: CallOptions(timeout: .seconds(90))
        )
        #expect(response.index > 40_000 && response.index < 90_000)
        #expect(response.requestCount > 0 && response.requestCount <= 40_000)
      },
      handler: handler
    )
  }

  @Test("a nested call ends when the outer one's time is over or its caller gives up")
  func cancels() async throws {
    try await withBoth { outer, inner in
      let client = outer.client()
      do throws(RPCError) {
        _ = try await client.unary(
          EchoRequest(delayMs: 60_000),
          options: CallOptions(timeout: .milliseconds(200))
        )
        Issue.record("the call went well")
      } catch {
        #expect(error.code == .deadlineExceeded)
      }
      try await eventually("the inner call is over") {
        inner.metric("martlet_rpc_open_streams") == 0
      }
      let task = Task { try await client.unary(EchoRequest(delayMs: 60_000)) }
      try await eventually("the inner call runs") {
        inner.metric("martlet_rpc_open_streams") == 1
      }
      task.cancel()
      await #expect(throws: RPCError.self) { try await task.value }
      try await eventually("the inner call is over") {
        inner.metric("martlet_rpc_open_streams") == 0
      }
    }
  }
}
