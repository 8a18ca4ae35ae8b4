import Primitives
import RPC
import RPCRuntime
import TestKit
import TestProtocols
import Testing

@Suite("Retries", .timeLimit(.minutes(5)))
struct RetryTests {
  /// A service that fails the first try of each call with `failure` and answers the second.
  private func failing(_ failure: RPCError, idempotent: Bool) -> (HandlerService, Method) {
    let method = Method(
      service: "test.Retry",
      name: "Unary",
      kind: .unary,
      options: MethodOptions(isIdempotent: idempotent)
    )
    let service = HandlerService([
      .unary(method) { (request: EchoRequest, context) -> EchoResponse in
        guard context.attempt > 0 else { throw failure }
        return EchoResponse(text: request.text, index: context.attempt)
      }
    ])
    return (service, method)
  }

  @Test(
    "what is safe to repeat is repeated once, and nothing else",
    arguments: [
      (RPCError(.unavailable, "a"), false, true),
      // What a handler throws has started, whatever it says.
      (RPCError(.resourceExhausted, "c", isNotStarted: true), false, false),
      (RPCError(.resourceExhausted, "d"), false, false),
      (RPCError(.internal, "e"), false, false),
      (RPCError(.internal, "f"), true, true),
      (RPCError(.aborted, "g"), true, true),
      (RPCError(.invalidArgument, "h"), true, false),
      (RPCError(.permissionDenied, "i", isNotStarted: true), true, false),
    ] as [(RPCError, Bool, Bool)]
  )
  func repeats(failure: RPCError, isIdempotent: Bool, isRepeated: Bool) async throws {
    let (service, method) = failing(failure, idempotent: isIdempotent)
    try await withRig([service]) { rig in
      try await rig.listen()
      let channel = BoundedChannel(rig.channel(), timeout: .seconds(60))
      let outcome: Result<EchoResponse, RPCError>
      do throws(RPCError) {
        outcome = .success(try await channel.unary(method, EchoRequest(text: "again")))
      } catch {
        outcome = .failure(error)
      }
      switch outcome {
      case .success(let response):
        #expect(isRepeated)
        #expect(response.index == 1)
      case .failure(let error):
        #expect(!isRepeated)
        #expect(error.code == failure.code)
      }
      var once = CallOptions()
      once.mayRetry = false
      let first = await code {
        let _: EchoResponse = try await channel.unary(method, EchoRequest(), options: once)
      }
      #expect(first == failure.code)
    }
  }

  @Test("a handler that refuses before it has done anything lets the call go elsewhere")
  func refused() async throws {
    let method = Method(service: "test.Retry", name: "Full", kind: .unary)
    let service = HandlerService([
      .unary(method) { (request: EchoRequest, context) -> EchoResponse in
        guard context.attempt > 0 else {
          let full = RPCError(.resourceExhausted, "full", retryAfter: .milliseconds(1))
          throw CallRefusal(full)
        }
        return EchoResponse(index: context.attempt)
      }
    ])
    try await withRig([service]) { rig in
      try await rig.listen()
      let channel = BoundedChannel(rig.channel(), timeout: .seconds(60))
      let response: EchoResponse = try await channel.unary(method, EchoRequest())
      #expect(response.index == 1)
      var once = CallOptions()
      once.mayRetry = false
      let error = await #expect(throws: RPCError.self) {
        let _: EchoResponse = try await channel.unary(method, EchoRequest(), options: once)
      }
      #expect(error?.code == .resourceExhausted)
      #expect(error?.isNotStarted == true)
    }
  }

  @Test("a call whose handler has sent a Head is not repeated, though its method is idempotent")
  func committed() async throws {
    let method = Method(
      service: "test.Retry",
      name: "Committed",
      kind: .unary,
      options: MethodOptions(isIdempotent: true)
    )
    let service = HandlerService([
      .unary(method) { (request: EchoRequest, context) -> EchoResponse in
        guard context.attempt == 0 else { return EchoResponse(text: "again") }
        try context.sendHead(Metadata())
        throw RPCError(.unavailable, "after a Head")
      }
    ])
    try await withRig([service]) { rig in
      try await rig.listen()
      let channel = BoundedChannel(rig.channel(), timeout: .seconds(60))
      let outcome = await code {
        let _: EchoResponse = try await channel.unary(method, EchoRequest())
      }
      #expect(outcome == .unavailable)
    }
  }

  @Test("the budget keeps retries to a fifth of the calls and three more")
  func budget() async throws {
    let (service, method) = failing(RPCError(.unavailable, "down"), idempotent: true)
    try await withRig([service]) { rig in
      try await rig.listen()
      let channel = BoundedChannel(
        rig.channel { $0.retry.initialBackoff = .milliseconds(1) },
        timeout: .seconds(60)
      )
      var repeated = 0
      for _ in 0..<100 {
        let outcome = await code {
          let _: EchoResponse = try await channel.unary(method, EchoRequest())
        }
        if outcome == .ok { repeated += 1 }
      }
      #expect(repeated >= 22 && repeated <= 24)
    }
  }

  @Test("a server's wish for later is granted before the next try")
  func pushBack() async throws {
    let failure = RPCError(.unavailable, "later", retryAfter: .milliseconds(300))
    let (service, method) = failing(failure, idempotent: false)
    try await withRig([service]) { rig in
      try await rig.listen()
      let channel = BoundedChannel(rig.channel(), timeout: .seconds(60))
      let start = Instant.now
      let _: EchoResponse = try await channel.unary(method, EchoRequest())
      #expect(Instant.now - start >= .milliseconds(300))
    }
  }
}
