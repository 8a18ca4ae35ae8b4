// Generated from martlet/testing/v1/echo.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.testing.v1.Echo`.
public enum EchoMethods {
  public static let unary = Method(
    service: "martlet.testing.v1.Echo", name: "Unary", kind: .unary,
    options: MethodOptions())
  public static let serverStream = Method(
    service: "martlet.testing.v1.Echo", name: "ServerStream", kind: .serverStreaming,
    options: MethodOptions())
  public static let clientStream = Method(
    service: "martlet.testing.v1.Echo", name: "ClientStream", kind: .clientStreaming,
    options: MethodOptions())
  public static let bidi = Method(
    service: "martlet.testing.v1.Echo", name: "Bidi", kind: .bidirectional,
    options: MethodOptions())
  public static let limited = Method(
    service: "martlet.testing.v1.Echo", name: "Limited", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway"],
      defaultTimeout: .milliseconds(20000),
      maximumTimeout: .milliseconds(50000),
      maximumMessageBytes: 1024))

  public static let all: [Method] = [unary, serverStream, clientStream, bidi, limited]
}

public protocol EchoService: Service {
  /// Answers a request with itself.
  func unary(
    _ request: EchoRequest,
    context: CallContext
  ) async throws -> EchoResponse
  /// Answers one request `response_count` times.
  func serverStream(
    _ request: EchoRequest,
    to responses: ResponseWriter<EchoResponse>,
    context: CallContext
  ) async throws
  /// Answers with the texts and payload sizes of all requests.
  func clientStream(
    _ requests: RequestStream<EchoRequest>,
    context: CallContext
  ) async throws -> EchoResponse
  /// Answers each request as it comes.
  func bidi(
    _ requests: RequestStream<EchoRequest>,
    to responses: ResponseWriter<EchoResponse>,
    context: CallContext
  ) async throws
  /// Unary, with every method option set: small messages, shorter calls, only from the gateway.
  func limited(
    _ request: EchoRequest,
    context: CallContext
  ) async throws -> EchoResponse
}

extension EchoService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(EchoMethods.unary) {
        try await self.unary($0, context: $1)
      },
      .serverStreaming(EchoMethods.serverStream) {
        try await self.serverStream($0, to: $1, context: $2)
      },
      .clientStreaming(EchoMethods.clientStream) {
        try await self.clientStream($0, context: $1)
      },
      .bidirectional(EchoMethods.bidi) {
        try await self.bidi($0, to: $1, context: $2)
      },
      .unary(EchoMethods.limited) {
        try await self.limited($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.testing.v1.Echo` over a channel.
public struct EchoClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Answers a request with itself.
  public func unary(
    _ request: EchoRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> EchoResponse {
    try await channel.unary(EchoMethods.unary, request, options: options)
  }

  /// Answers one request `response_count` times.
  public func serverStream<Result>(
    _ request: EchoRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<EchoResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      EchoMethods.serverStream, request, options: options, body)
  }

  /// Answers with the texts and payload sizes of all requests.
  public func clientStream(
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<EchoRequest>) async throws -> Void
  ) async throws -> EchoResponse {
    try await channel.clientStreaming(EchoMethods.clientStream, options: options, body)
  }

  /// Answers each request as it comes.
  public func bidi<Result>(
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<EchoRequest>, ResponseStream<EchoResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.bidirectional(EchoMethods.bidi, options: options, body)
  }

  /// Unary, with every method option set: small messages, shorter calls, only from the gateway.
  public func limited(
    _ request: EchoRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> EchoResponse {
    try await channel.unary(EchoMethods.limited, request, options: options)
  }
}
