import Primitives
import RPC
import RPCRuntime
import TestProtocols
import WireCodec

/// gRPC's interop cases with one message each way, by the names and sizes of its own document:
/// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
enum InteropCases {
  static let largeRequestBytes = 271_828
  static let largeResponseBytes: Int32 = 314_159

  static let all: [WireContract.Case] = [
    .init("empty_unary") { server in
      let response = try await server.interop().emptyCall(InteropEmpty())
      try expectEqual(response, InteropEmpty(), "the answer")
    },
    .init("large_unary") { try await largeUnary(try $0.interop()) },
    .init("custom_metadata of a unary call", customMetadata),
    .init("status_code_and_message of a unary call") {
      try await status("test status message", try $0.interop())
    },
    .init("special_status_message") {
      try await status(specialMessage, try $0.interop())
    },
    .init("unimplemented_method") { server in
      let client = try server.interop()
      let error = try await expectError(.unimplemented, "UnimplementedCall") {
        _ = try await client.unimplementedCall(InteropEmpty())
      }
      try expect(error.isNotStarted, "no handler saw the call, but it is not said")
    },
    .init("unimplemented_service") { server in
      let client = InteropUnimplementedServiceClient(try server.strangersChannel())
      let error = try await expectError(.unimplemented, "UnimplementedService") {
        _ = try await client.unimplementedCall(InteropEmpty())
      }
      try expect(error.isNotStarted, "no handler saw the call, but it is not said")
    },
    .init("concurrent_large_unary", concurrentLargeUnary),
    .init("channel_soak", channelSoak),
  ]

  static let specialMessage =
    "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"

  static func largeUnary(_ client: InteropTestServiceClient) async throws {
    let request = InteropSimpleRequest(
      responseSize: largeResponseBytes,
      payload: InteropPayload(body: .pattern(largeRequestBytes))
    )
    let response = try await client.unaryCall(request)
    let body = response.payload?.body ?? Bytes()
    try expectEqual(body.count, Int(largeResponseBytes), "the answer's bytes")
    try expect(body.withUnsafeBytes { $0.allSatisfy { $0 == 0 } }, "the answer is not all zero")
  }

  static let initialKey = "x-grpc-test-echo-initial"
  static let trailingKey = "x-grpc-test-echo-trailing-bin"

  static func metadataOptions() -> CallOptions {
    var options = CallOptions()
    options.metadata.append(initialKey, "test_initial_metadata_value")
    options.metadata.append(trailingKey, [0xAB, 0xAB, 0xAB])
    return options
  }

  static func expectMetadata(_ head: Metadata, _ trailers: Metadata) throws {
    try expectEqual(head.text(initialKey), "test_initial_metadata_value", "early metadata")
    try expectEqual(trailers[trailingKey], [0xAB, 0xAB, 0xAB], "metadata of the outcome")
  }

  private static func customMetadata(_ server: ContractServer) async throws {
    let request = InteropSimpleRequest(
      responseSize: largeResponseBytes,
      payload: InteropPayload(body: .pattern(largeRequestBytes))
    )
    let answer = try await server.strangersChannel().unary(
      InteropTestServiceMethods.unaryCall,
      options: metadataOptions()
    ) { arena, send in request.withPacked(arena) { send($0) } }
    try expectMetadata(answer.head, answer.trailers)
    let response = try answer.decode(InteropSimpleResponse.self)
    try expectEqual(response.payload?.body.count, Int(largeResponseBytes), "the answer's bytes")
  }

  private static func status(_ message: String, _ client: InteropTestServiceClient) async throws {
    let request = InteropSimpleRequest(responseStatus: InteropEchoStatus(code: 2, message: message))
    let error = try await expectError(.unknown, "UnaryCall") {
      _ = try await client.unaryCall(request)
    }
    try expectEqual(error.message, message, "the message")
  }

  private static func concurrentLargeUnary(_ server: ContractServer) async throws {
    let client = try server.interop()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<(server.isSoak ? 1000 : 64) {
        group.addTask { try await largeUnary(client) }
      }
      try await group.waitForAll()
    }
  }

  /// Calls in a row, on one channel and then on a new channel each.
  private static func channelSoak(_ server: ContractServer) async throws {
    let rounds = server.isSoak ? 1000 : 20
    let client = try server.interop()
    for _ in 0..<rounds { try await largeUnary(client) }
    for _ in 0..<rounds { try await largeUnary(try server.interop()) }
  }
}
