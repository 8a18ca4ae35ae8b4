import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import TestKit
import TestProtocols
import Testing
import Transport

@Suite("Handlers", .timeLimit(.minutes(5)))
struct HandlerTests {
  private struct Named: ServerInterceptor {
    let name: String
    let journal: Journal<String>
    var refuses = false

    func intercept(_ context: CallContext, next: () async -> Void) async throws {
      journal.add("\(name) before \(context.method.name)")
      if refuses { throw RPCError(.unauthenticated, "\(name) says no") }
      await next()
      journal.add("\(name) after")
    }
  }

  private struct Swallowing: ServerInterceptor {
    func intercept(_ context: CallContext, next: () async -> Void) async throws {}
  }

  @Test("interceptors stand around a handler in their order")
  func interceptors() async throws {
    let journal = Journal<String>()
    let service = HandlerService.unary { _, _ in
      journal.add("handler")
      return EchoResponse(text: "done")
    }
    try await withRig(
      [service],
      options: {
        $0.interceptors = ["a", "b"].map { Named(name: $0, journal: journal) }
      }
    ) { rig in
      try await rig.listen()
      #expect(try await rig.client().unary(EchoRequest()).text == "done")
      try await eventually("both have returned") { journal.entries.count == 5 }
      #expect(
        journal.entries == ["a before Unary", "b before Unary", "handler", "b after", "a after"]
      )
    }
  }

  @Test("an interceptor that throws ends the call before its handler")
  func refuses() async throws {
    let journal = Journal<String>()
    let service = HandlerService.unary { _, _ in
      journal.add("handler")
      return EchoResponse()
    }
    try await withRig(
      [service],
      options: { $0.interceptors = [Named(name: "a", journal: journal, refuses: true)] }
    ) { rig in
      try await rig.listen()
      #expect(await code { _ = try await rig.client().unary(EchoRequest()) } == .unauthenticated)
      #expect(journal.entries == ["a before Unary"])
    }
  }

  @Test("a call that an interceptor swallows is answered nevertheless")
  func swallowed() async throws {
    try await withRig(options: { $0.interceptors = [Swallowing()] }) { rig in
      try await rig.listen()
      #expect(await code { _ = try await rig.client().unary(EchoRequest()) } == .internal)
    }
  }

  @Test("an error that is no status is told without its words")
  func hidesErrors() async throws {
    struct Secret: Error { let password = "hunter2" }
    try await withRig([HandlerService.unary { _, _ in throw Secret() }]) { rig in
      try await rig.listen()
      do throws(RPCError) {
        _ = try await rig.client().unary(EchoRequest())
        Issue.record("the call went well")
      } catch {
        #expect(error.code == .unknown)
        #expect(!error.message.contains("hunter2"))
      }
    }
  }

  @Test("handlers run on their connection's loop, or on the executor that they name, in all kinds")
  func executors() async throws {
    let own = ThreadLoop()
    let journal = Journal<Bool>()
    let answers = EchoAnswers()
    let handlers = Noting(journal: journal, loop: own, answers: answers).handlers
    for isMoved in [false, true] {
      let before = journal.entries.count
      try await withRig([HandlerService(handlers.map { isMoved ? $0.running(on: own) : $0 })]) {
        rig in
        try await rig.listen()
        let client = rig.client()
        #expect(try await client.unary(EchoRequest(text: "a")).text == "a")
        let request = EchoRequest(payload: .pattern(90_000), responseCount: 20)
        let count = try await client.serverStream(request) { responses in
          var count = 0
          for try await _ in responses { count += 1 }
          return count
        }
        #expect(count == 20)
        let sum = try await client.clientStream { requests in
          for _ in 0..<20 { try await requests.write(EchoRequest(payload: .pattern(90_000))) }
        }
        #expect(sum.requestPayloadBytes == 1_800_000)
        try await client.bidi { requests, responses in
          var answers = responses.makeAsyncIterator()
          for _ in 0..<5 {
            try await requests.write(EchoRequest(payload: .pattern(90_000)))
            #expect(try await answers.next()?.payload.count == 90_000)
          }
          try await requests.finish()
          #expect(try await answers.next() == nil)
        }
      }
      #expect(journal.entries[before...].allSatisfy { $0 == isMoved })
      #expect(journal.entries.count == before + 4)
    }
    own.shutdown()
  }

  /// Echo, noting for each call whether it runs on a certain loop.
  private struct Noting: EchoService {
    let journal: Journal<Bool>
    let loop: ThreadLoop
    let answers: EchoAnswers

    func unary(_ request: EchoRequest, context: CallContext) async throws -> EchoResponse {
      journal.add(loop.isCurrent)
      return try await answers.unary(request, context: context)
    }

    func limited(_ request: EchoRequest, context: CallContext) async throws -> EchoResponse {
      try await unary(request, context: context)
    }

    func serverStream(
      _ request: EchoRequest,
      to responses: ResponseWriter<EchoResponse>,
      context: CallContext
    ) async throws {
      journal.add(loop.isCurrent)
      try await answers.serverStream(request, to: responses, context: context)
    }

    func clientStream(
      _ requests: RequestStream<EchoRequest>,
      context: CallContext
    ) async throws -> EchoResponse {
      journal.add(loop.isCurrent)
      return try await answers.clientStream(requests, context: context)
    }

    func bidi(
      _ requests: RequestStream<EchoRequest>,
      to responses: ResponseWriter<EchoResponse>,
      context: CallContext
    ) async throws {
      journal.add(loop.isCurrent)
      try await answers.bidi(requests, to: responses, context: context)
    }
  }

  @Test("what would break the budget for received bytes is refused, and all of it comes back")
  func budget() async throws {
    let budget = ReceiveBudget(limitBytes: 1 << 20)
    try await withRig(options: { $0.budget = budget }) { rig in
      try await rig.listen()
      let client = rig.client()
      let outcome = await code {
        _ = try await client.unary(EchoRequest(payload: .pattern(3 << 20)))
      }
      #expect(outcome == .resourceExhausted)
      try await eventually("nothing is charged") { budget.usedBytes == 0 }
      let response = try await client.unary(EchoRequest(payload: .pattern(400_000)))
      #expect(response.payload.count == 400_000)
      try await eventually("nothing is charged") { budget.usedBytes == 0 }
    }
  }

  @Test("a method may take larger messages than the wire's default")
  func raisedLimit() async throws {
    let method = Method(
      service: "test.Large",
      name: "Unary",
      kind: .unary,
      options: MethodOptions(maximumMessageBytes: 16 << 20)
    )
    let service = HandlerService([
      .unary(method) { (request: EchoRequest, _) in EchoResponse(payload: request.payload) }
    ])
    try await withRig([service]) { rig in
      try await rig.listen()
      let channel = BoundedChannel(rig.channel(), timeout: .seconds(60))
      let payload = Bytes.pattern(8 << 20)
      let response: EchoResponse = try await channel.unary(method, EchoRequest(payload: payload))
      #expect(response.payload == payload)
    }
  }
}
