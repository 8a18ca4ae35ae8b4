import Primitives
import RPC
import RPCRuntime
import TestProtocols

/// gRPC's interop cases that stream.
enum InteropStreamCases {
  static let requestBytes = [27182, 8, 1828, 45904]
  static let responseBytes: [Int32] = [31415, 9, 2653, 58979]

  static let all: [WireContract.Case] = [
    .init("client_streaming", clientStreaming),
    .init("server_streaming", serverStreaming),
    .init("ping_pong", pingPong),
    .init("empty_stream") { server in
      try await server.interop().fullDuplexCall { requests, responses in
        try await requests.finish()
        for try await response in responses { throw ContractFailure("an answer: \(response)") }
      }
    },
    .init("custom_metadata of a full duplex call", customMetadata),
    .init("status_code_and_message of a full duplex call", status),
    .init("cancel_after_begin", cancelAfterBegin),
    .init("cancel_after_first_response", cancelAfterFirstResponse),
    .init("timeout_on_sleeping_server", timeoutOnSleepingServer),
  ]

  private static func request(
    _ sizes: [Int32],
    requestBytes: Int = 0,
    intervalMicroseconds: Int32 = 0
  ) -> InteropStreamingOutputCallRequest {
    InteropStreamingOutputCallRequest(
      responseParameters: sizes.map {
        InteropResponseParameters(size: $0, intervalUs: intervalMicroseconds)
      },
      payload: InteropPayload(body: .pattern(requestBytes))
    )
  }

  private static func clientStreaming(_ server: ContractServer) async throws {
    let response = try await server.interop().streamingInputCall { requests in
      for count in requestBytes {
        try await requests.write(
          InteropStreamingInputCallRequest(payload: InteropPayload(body: .pattern(count)))
        )
      }
    }
    try expectEqual(response.aggregatedPayloadSize, 74922, "the sum")
  }

  private static func serverStreaming(_ server: ContractServer) async throws {
    let sizes = try await server.interop().streamingOutputCall(request(responseBytes)) {
      responses in
      var sizes: [Int32] = []
      for try await response in responses { sizes.append(Int32(response.payload?.body.count ?? 0)) }
      return sizes
    }
    try expectEqual(sizes, responseBytes, "the answers' bytes")
  }

  private static func pingPong(_ server: ContractServer) async throws {
    try await server.interop().fullDuplexCall { requests, responses in
      var answers = responses.makeAsyncIterator()
      for (count, size) in zip(requestBytes, responseBytes) {
        try await requests.write(request([size], requestBytes: count))
        let answer = try await answers.next()
        try expectEqual(answer?.payload?.body.count, Int(size), "an answer's bytes")
      }
      try await requests.finish()
      let last = try await answers.next()
      try expect(last == nil, "an answer after the last")
    }
  }

  private static func customMetadata(_ server: ContractServer) async throws {
    try await server.interop().fullDuplexCall(options: InteropCases.metadataOptions()) {
      requests,
      responses in
      try await requests.write(
        request([InteropCases.largeResponseBytes], requestBytes: InteropCases.largeRequestBytes)
      )
      try await requests.finish()
      let head = await responses.head()
      var count = 0
      for try await response in responses {
        count += 1
        try expectEqual(
          response.payload?.body.count,
          Int(InteropCases.largeResponseBytes),
          "the answer's bytes"
        )
      }
      try expectEqual(count, 1, "answers")
      try InteropCases.expectMetadata(head, await responses.trailers)
    }
  }

  private static func status(_ server: ContractServer) async throws {
    let client = try server.interop()
    let error = try await expectError(.unknown, "FullDuplexCall") {
      try await client.fullDuplexCall { requests, responses in
        try await requests.write(
          InteropStreamingOutputCallRequest(
            responseStatus: InteropEchoStatus(code: 2, message: "test status message")
          )
        )
        for try await response in responses { throw ContractFailure("an answer: \(response)") }
      }
    }
    try expectEqual(error.message, "test status message", "the message")
  }

  private static func cancelAfterBegin(_ server: ContractServer) async throws {
    let channel = try server.strangersChannel()
    let call = try await channel.open(
      InteropTestServiceMethods.streamingInputCall,
      options: CallOptions(),
      nil
    )
    call.cancel()
    try await expectError(.cancelled, "StreamingInputCall") {
      var answers = ResponseStream<InteropStreamingInputCallResponse>(call).makeAsyncIterator()
      _ = try await answers.next()
    }
  }

  private static func cancelAfterFirstResponse(_ server: ContractServer) async throws {
    let channel = try server.strangersChannel()
    let call = try await channel.open(
      InteropTestServiceMethods.fullDuplexCall,
      options: CallOptions(),
      nil
    )
    let requests = RequestWriter<InteropStreamingOutputCallRequest>(call)
    var answers = ResponseStream<InteropStreamingOutputCallResponse>(call).makeAsyncIterator()
    try await requests.write(request([31415], requestBytes: 27182))
    let first = try await answers.next()
    try expectEqual(first?.payload?.body.count, 31415, "the answer's bytes")
    call.cancel()
    try await expectError(.cancelled, "FullDuplexCall") { _ = try await answers.next() }
  }

  private static func timeoutOnSleepingServer(_ server: ContractServer) async throws {
    let client = try server.interop()
    // The connection first, so that its handshake does not use the time up.
    _ = try await client.emptyCall(InteropEmpty())
    try await expectError(.deadlineExceeded, "FullDuplexCall") {
      try await client.fullDuplexCall(options: CallOptions(timeout: .milliseconds(20))) {
        requests,
        responses in
        try await requests.write(
          request([31415], requestBytes: 27182, intervalMicroseconds: 5_000_000)
        )
        for try await response in responses { throw ContractFailure("an answer: \(response)") }
      }
    }
  }
}
