import Primitives
import RPC
import RPCRuntime
import TestProtocols

/// Streams: order, empty messages, back-pressure, ends from either side.
enum StreamCases {
  static let all: [WireContract.Case] = [
    .init("empty messages of a stream are messages, the first one too", emptyMessages),
    .init("a stream of requests is read in order", requestOrder),
    .init("a stream of answers arrives whole and in order", answerOrder),
    .init("streams go both ways under back-pressure", bothWays),
    .init("large messages of streams arrive whole", largeMessages),
    .init("a stream that its caller leaves early is given up", leavesEarly),
    .init("a failure in the middle of a stream of requests ends it", failsInTheMiddle),
    .init("a caller that finishes twice is forgiven") { server in
      let response = try await server.echo().clientStream { requests in
        try await requests.write(EchoRequest(text: "a"))
        try await requests.finish()
        try await requests.finish()
      }
      try expectEqual(response.text, "a", "the answer")
    },
    .init("a stream of requests may be empty") { server in
      let response = try await server.echo().clientStream { _ in }
      try expectEqual(response.requestCount, 0, "requests")
    },
  ]

  private static func emptyMessages(_ server: ContractServer) async throws {
    for count in [1, 2, 5] {
      // A channel of its own: the first message waits for the connection.
      let response = try await server.echo().clientStream { requests in
        for _ in 0..<count { try await requests.write(EchoRequest()) }
      }
      try expectEqual(response.requestCount, UInt32(count), "requests")
    }
    let answers = try await server.echo().bidi { requests, responses in
      try await requests.write(EchoRequest())
      try await requests.finish()
      var answers = 0
      for try await _ in responses { answers += 1 }
      return answers
    }
    try expectEqual(answers, 1, "answers")
  }

  private static func requestOrder(_ server: ContractServer) async throws {
    let response = try await server.echo().clientStream { requests in
      for index in 0..<500 {
        try await requests.write(EchoRequest(text: "\(index),", payload: .pattern(1000)))
      }
    }
    try expectEqual(response.text, (0..<500).map { "\($0)," }.joined(), "the texts")
    try expectEqual(response.requestPayloadBytes, 500_000, "the bytes")
  }

  private static func answerOrder(_ server: ContractServer) async throws {
    let request = EchoRequest(payload: .pattern(10_000), responseCount: 500)
    try await server.echo().serverStream(request) { responses in
      var next: UInt32 = 0
      for try await response in responses {
        try expectEqual(response.index, next, "the index")
        try expectEqual(response.payload, .pattern(10_000), "the payload")
        next += 1
      }
      try expectEqual(next, 500, "answers")
    }
  }

  /// 4 MiB each way on one stream, many times its credit; neither side waits for the other's end.
  private static func bothWays(_ server: ContractServer) async throws {
    let channel = try server.strangersChannel()
    let call = try await channel.open(EchoMethods.bidi, options: CallOptions(), nil)
    defer { call.cancel() }
    let count = 128
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let requests = RequestWriter<EchoRequest>(call)
        for _ in 0..<count { try await requests.write(EchoRequest(payload: .pattern(32_768))) }
        try await requests.finish()
      }
      group.addTask {
        var next: UInt32 = 0
        for try await response in ResponseStream<EchoResponse>(call) {
          try expectEqual(response.index, next, "the index")
          try expectEqual(response.payload.count, 32_768, "the payload's bytes")
          next += 1
        }
        try expectEqual(next, UInt32(count), "answers")
      }
      try await group.waitForAll()
    }
  }

  private static func largeMessages(_ server: ContractServer) async throws {
    let payload = Bytes.pattern(1 << 20)
    try await server.echo().bidi { requests, responses in
      var answers = responses.makeAsyncIterator()
      for _ in 0..<4 {
        try await requests.write(EchoRequest(payload: payload))
        let answer = try await answers.next()
        try expectEqual(answer?.payload, payload, "the payload")
      }
      try await requests.finish()
      let last = try await answers.next()
      try expect(last == nil, "an answer after the last")
    }
  }

  private static func leavesEarly(_ server: ContractServer) async throws {
    let client = try server.echo()
    for _ in 0..<20 {
      let request = EchoRequest(payload: .pattern(50_000), responseCount: 10_000)
      let first = try await client.serverStream(request) { responses in
        for try await response in responses { return response.index }
        throw ContractFailure("no answer")
      }
      try expectEqual(first, 0, "the first answer")
    }
    let response = try await client.unary(EchoRequest(text: "on"))
    try expectEqual(response.text, "on", "the answer")
  }

  private static func failsInTheMiddle(_ server: ContractServer) async throws {
    let client = try server.echo()
    try await expectError(.dataLoss, "the stream") {
      _ = try await client.clientStream { requests in
        try await requests.write(EchoRequest(text: "a"))
        try await requests.write(EchoRequest(failure: EchoFailure(code: 15, message: "lost")))
        while true { try await requests.write(EchoRequest(payload: .pattern(100_000))) }
      }
    }
  }
}
