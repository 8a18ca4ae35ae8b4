import Discovery
import DiscoveryCore
import Primitives
import RPC
import RPCRuntime
import Synchronization
import TestProtocols
import Testing

/// Other tries of a call.
extension RoleChannelTests {
  @Test("tries a call that failed once more, at another instance")
  func retriesElsewhere() async throws {
    try await withWorld { world in
      let failing = Named(Self.first)
      failing.behaviour.withLock { $0.failure = RPCError(.unavailable, "the disk is gone") }
      try await world.start(Self.first, [failing])
      try await world.start(Self.second, [Named(Self.second)])
      let backend = Self.list(Self.first, Self.second)
      try await world.withRole("echo", backend, { $0.policy = AnyPickPolicy(First()) }) { channel in
        try await Self.allConnected(channel, 2)
        for _ in 0..<3 { #expect(try await channel.whoAnswers() == "b") }
        var options = patient
        options.mayRetry = false
        let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers(options) }
        #expect(error?.message == "the disk is gone")
      }
    }
  }

  @Test("does not try a call again of which a handler has sent a Head")
  func committed() async throws {
    try await withWorld { world in
      let isSeen = Flag()
      let method = Method(
        service: "test.Committed",
        name: "Unary",
        kind: .unary,
        options: MethodOptions(isIdempotent: true)
      )
      let handler = MethodHandler.unary(method) { (_: EchoRequest, context) -> EchoResponse in
        if context.attempt > 0 { isSeen.set() }
        try context.sendHead(Metadata())
        throw RPCError(.unavailable, "after a Head")
      }
      for key in [Self.first, Self.second] {
        try await world.start(key, [Named(key), Handling(handlers: [handler])])
      }
      try await world.withRole("echo", Self.list(Self.first, Self.second)) { channel in
        try await Self.allConnected(channel, 2)
        let error = await #expect(throws: RPCError.self) {
          try await channel.whoAnswers(patient, method)
        }
        #expect(error?.message == "after a Head")
        #expect(!isSeen.isSet)
      }
    }
  }

  private struct Handling: Service {
    let handlers: [MethodHandler]
  }

  @Test("does not say that no handler saw a call of which an earlier try was seen")
  func notStartedOverAllTries() async throws {
    try await withWorld { world in
      let isSeen = Flag()
      let failing = Failing {
        isSeen.set()
        throw RPCError(.unavailable, "the disk is gone", retryAfter: .milliseconds(500))
      }
      try await world.start(Self.first, [failing])
      let backend = Self.list(Self.first)
      try await world.withRole("echo", backend) { channel in
        try await Self.allConnected(channel, 1)
        let call = Task { try await channel.whoAnswers(patient, Named.harmless) }
        try await eventually("the handler has seen it") { isSeen.isSet }
        // The next try finds nobody, which by itself would be "not started".
        backend.replace(with: StaticList(instances: []))
        let error = await #expect(throws: RPCError.self) { try await call.value }
        #expect(error?.code == .unavailable && error?.isNotStarted == false)
        #expect(error?.message.contains("no instance is known") == true, "\(error?.message ?? "")")
      }
    }
  }
}

/// The first that may be picked.
private struct First: PickPolicy {
  mutating func pick(
    from candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> Int? {
    candidates.firstIndex { $0.isEligible }
  }
}

/// Fails in a handler of its own.
private struct Failing: Service {
  let body: @Sendable () throws -> Void

  var handlers: [MethodHandler] {
    [
      .unary(Named.harmless) { (_: EchoRequest, _) -> EchoResponse in
        try body()
        return EchoResponse()
      }
    ]
  }
}
