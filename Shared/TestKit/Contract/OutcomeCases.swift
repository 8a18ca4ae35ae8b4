import Primitives
import RPC
import RPCRuntime
import TestProtocols

/// How calls end: errors with all their parts, limits, cancellation, deadlines.
enum OutcomeCases {
  static let all: [WireContract.Case] = [
    .init("an error carries its message, details and push-back", errorParts),
    .init("every code arrives as it was sent", everyCode),
    .init("a stream that fails still brings its metadata", trailersOfFailure),
    .init("a message above its method's limit is refused, both ways", methodLimits),
    .init("a message above the wire's limit is refused, both ways", wireLimits),
    .init("an answer above the caller's limit is refused by this side", callersLimit),
    .init("a task that is cancelled already gets its answer at once", cancelledTask),
    .init("a cancelled task ends its call, also one that reads, writes or waits", cancelsWaiting),
    .init("cancelled calls leave their server free for others", cancelsReachHandlers),
    .init("a deadline ends a call whose handler goes on", deadline),
  ]

  private static func errorParts(_ server: ContractServer) async throws {
    let client = try server.echo()
    let failure = EchoFailure(
      code: 9,
      message: "not now",
      retryAfterMs: 1500,
      details: ["type.example/How": [3], "type.example/Why": [1, 2]]
    )
    let error = try await expectError(.failedPrecondition, "the call") {
      _ = try await client.unary(EchoRequest(failure: failure))
    }
    try expectEqual(error.message, "not now", "the message")
    try expectEqual(error.retryAfter, .milliseconds(1500), "the push-back")
    let details = [
      RPCError.Detail(typeURL: "type.example/How", value: [3]),
      RPCError.Detail(typeURL: "type.example/Why", value: [1, 2]),
    ]
    try expectEqual(error.details, details, "the details")
    try expect(!error.isNotStarted, "a handler saw the call")
  }

  private static func everyCode(_ server: ContractServer) async throws {
    let client = try server.echo()
    var options = CallOptions()
    options.mayRetry = false
    for code in StatusCode.allCases where code != .ok {
      let failure = EchoFailure(code: UInt32(code.rawValue), message: code.name)
      let error = try await expectError(code, "a failure with \(code.name)") {
        _ = try await client.unary(EchoRequest(failure: failure), options: options)
      }
      try expectEqual(error.message, code.name, "the message")
    }
  }

  private static func trailersOfFailure(_ server: ContractServer) async throws {
    let client = try server.echo()
    var options = CallOptions()
    options.metadata.append("colour", "green")
    let request = EchoRequest(
      text: "a",
      responseCount: 3,
      failure: EchoFailure(code: 10, message: "stop"),
      echoMetadata: true
    )
    var texts: [String] = []
    let error = try await expectError(.aborted, "the stream") {
      try await client.serverStream(request, options: options) { responses in
        let head = await responses.head()
        try expectEqual(head.text("colour"), "green", "early metadata")
        for try await response in responses { texts.append(response.text) }
      }
    }
    try expectEqual(texts, ["a", "a", "a"], "what came before")
    try expectEqual(error.trailers.text("colour"), "green", "metadata of the outcome")
  }

  private static func methodLimits(_ server: ContractServer) async throws {
    guard let channel = try server.channel(as: .gateway) else { return }
    let client = EchoClient(channel)
    try await expectError(.resourceExhausted, "a request of 2000 bytes") {
      _ = try await client.limited(EchoRequest(payload: .pattern(2000)))
    }
    try await expectError(.resourceExhausted, "an answer of 2000 bytes") {
      _ = try await client.limited(EchoRequest(responsePayloadBytes: 2000))
    }
    let response = try await client.limited(EchoRequest(payload: .pattern(1000)))
    try expectEqual(response.payload, .pattern(1000), "the answer")
  }

  private static func wireLimits(_ server: ContractServer) async throws {
    let client = try server.echo()
    try await expectError(.resourceExhausted, "a request of 5 MiB") {
      _ = try await client.unary(EchoRequest(payload: .pattern(5 << 20)))
    }
    try await expectError(.resourceExhausted, "an answer of 5 MiB") {
      _ = try await client.unary(EchoRequest(responsePayloadBytes: 5 << 20))
    }
    let response = try await client.unary(EchoRequest(payload: .pattern(3 << 20)))
    try expectEqual(response.payload, .pattern(3 << 20), "an answer of 3 MiB")
  }

  private static func callersLimit(_ server: ContractServer) async throws {
    let client = try server.echo()
    var options = CallOptions()
    options.maximumAnswerBytes = 100_000
    try await expectError(.resourceExhausted, "an answer of 200 000 bytes") {
      _ = try await client.unary(EchoRequest(responsePayloadBytes: 200_000), options: options)
    }
    _ = try await client.unary(EchoRequest(responsePayloadBytes: 90_000), options: options)
  }

  private static func cancelledTask(_ server: ContractServer) async throws {
    let client = try server.echo()
    _ = try await client.unary(EchoRequest())
    for kind in 0..<3 {
      let codes = await withTaskGroup(of: StatusCode.self) { group in
        group.cancelAll()
        group.addTask { await outcome(kind, client) }
        return await group.next()
      }
      try expectEqual(codes, .cancelled, "kind \(kind) of a call in a cancelled task")
    }
  }

  private static func cancelsWaiting(_ server: ContractServer) async throws {
    let client = try server.echo()
    for kind in 0..<3 {
      let code = await withTaskGroup(of: StatusCode.self) { group in
        group.addTask { await outcome(kind, client) }
        // Whatever the call has come to by now, it ends.
        for _ in 0..<10 { await Task.yield() }
        group.cancelAll()
        return await group.next()
      }
      try expectEqual(code, .cancelled, "kind \(kind) of a call in a cancelled task")
    }
  }

  /// A call that would take long: one that waits for its answer, one that reads, one that writes.
  private static func outcome(_ kind: Int, _ client: EchoClient) async -> StatusCode {
    do {
      switch kind {
      case 0: _ = try await client.unary(EchoRequest(delayMs: 60_000))
      case 1:
        try await client.serverStream(EchoRequest(responseCount: 2, delayMs: 60_000)) {
          for try await _ in $0 {}
        }
      default:
        _ = try await client.clientStream { requests in
          while true {
            try await requests.write(EchoRequest(payload: .pattern(100_000), delayMs: 60_000))
          }
        }
      }
      return .ok
    } catch let error as RPCError {
      return error.code
    } catch {
      return .unknown
    }
  }

  /// Far more cancelled calls than a connection has streams: each must give its slot back.
  private static func cancelsReachHandlers(_ server: ContractServer) async throws {
    var options = ChannelOptions()
    options.connectionLimit = 1
    let client = EchoClient(try server.strangersChannel(options))
    for _ in 0..<3 {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<60 {
          group.addTask { _ = try? await client.unary(EchoRequest(delayMs: 60_000)) }
        }
        group.addTask { _ = try? await client.unary(EchoRequest()) }
        // One answer shows that the others are on their way.
        _ = try? await client.unary(EchoRequest())
        group.cancelAll()
      }
    }
    let response = try await client.unary(EchoRequest(text: "free"))
    try expectEqual(response.text, "free", "the answer")
  }

  private static func deadline(_ server: ContractServer) async throws {
    let client = try server.echo()
    _ = try await client.unary(EchoRequest())
    // Whoever waits for the handler waits that long, however fast the machine.
    let handlerTakes = Duration.seconds(10)
    let start = Instant.now
    try await expectError(.deadlineExceeded, "a call that takes long") {
      _ = try await client.unary(
        EchoRequest(
          delayMs: UInt32(handlerTakes.wholeMilliseconds),
          ignoreCancellation: true
        ),
        options: CallOptions(timeout: .milliseconds(100))
      )
    }
    try expect(Instant.now - start < handlerTakes, "the caller waited for the handler")
  }
}
