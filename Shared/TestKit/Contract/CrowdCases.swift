import Primitives
import RPC
import RPCRuntime
import TestProtocols
import WireCodec

/// Many calls at once.
enum CrowdCases {
  static let all: [WireContract.Case] = [
    .init("300 calls at once are more than a connection's streams, and all are answered") {
      try await crowd($0, ChannelOptions())
    },
    .init("300 calls at once on one connection wait for their turn") { server in
      var options = ChannelOptions()
      options.connectionLimit = 1
      try await crowd(server, options)
    },
    .init("127 streams that nobody reads do not stop another", unreadStreams),
    .init("a slow reader slows its own stream only", slowReader),
  ]

  private static func crowd(_ server: ContractServer, _ options: ChannelOptions) async throws {
    let client = EchoClient(try server.strangersChannel(options))
    try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<300 {
        group.addTask {
          let request = EchoRequest(text: "\(index)", delayMs: 50)
          return try await client.unary(request).text
        }
      }
      var texts: Set<String> = []
      for try await text in group { texts.insert(text) }
      try expectEqual(texts, Set((0..<300).map { "\($0)" }), "the answers")
    }
  }

  private static func unreadStreams(_ server: ContractServer) async throws {
    var options = ChannelOptions()
    options.connectionLimit = 1
    let channel = try server.strangersChannel(options)
    let client = EchoClient(channel)
    let request = EchoRequest(responseCount: 1000, responsePayloadBytes: 65_536)
    var unread: [ClientCall] = []
    defer { for call in unread { call.cancel() } }
    for _ in 0..<127 {
      let call = try await channel.open(EchoMethods.serverStream, options: CallOptions()) {
        arena,
        send in request.withPacked(arena) { send($0) }
      }
      unread.append(call)
    }
    // The one that must go on: more than the connection's credit of 4 MiB, in small messages and
    // in large ones.
    for _ in 0..<3 {
      let response = try await client.unary(EchoRequest(payload: .pattern(2 << 20)))
      try expectEqual(response.payload.count, 2 << 20, "the answer's bytes")
    }
    for _ in 0..<50 { _ = try await client.unary(EchoRequest(text: "small")) }
  }

  private static func slowReader(_ server: ContractServer) async throws {
    let client = try server.echo()
    let request = EchoRequest(responseCount: 64, responsePayloadBytes: 65_536)
    try await client.serverStream(request) { responses in
      var answers = responses.makeAsyncIterator()
      for index in 0..<64 {
        // Between two reads another call comes and goes.
        let other = try await client.unary(EchoRequest(text: "\(index)"))
        try expectEqual(other.text, "\(index)", "the other call's answer")
        let answer = try await answers.next()
        try expectEqual(answer?.index, UInt32(index), "the index")
      }
      let last = try await answers.next()
      try expect(last == nil, "an answer after the last")
    }
  }
}
