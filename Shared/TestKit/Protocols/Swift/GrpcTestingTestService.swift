// Generated from grpc/testing/test.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `grpc.testing.TestService`.
public enum InteropTestServiceMethods {
  public static let emptyCall = Method(
    service: "grpc.testing.TestService", name: "EmptyCall", kind: .unary,
    options: MethodOptions())
  public static let unaryCall = Method(
    service: "grpc.testing.TestService", name: "UnaryCall", kind: .unary,
    options: MethodOptions())
  public static let streamingOutputCall = Method(
    service: "grpc.testing.TestService", name: "StreamingOutputCall", kind: .serverStreaming,
    options: MethodOptions())
  public static let streamingInputCall = Method(
    service: "grpc.testing.TestService", name: "StreamingInputCall", kind: .clientStreaming,
    options: MethodOptions())
  public static let fullDuplexCall = Method(
    service: "grpc.testing.TestService", name: "FullDuplexCall", kind: .bidirectional,
    options: MethodOptions())
  public static let halfDuplexCall = Method(
    service: "grpc.testing.TestService", name: "HalfDuplexCall", kind: .bidirectional,
    options: MethodOptions())
  public static let unimplementedCall = Method(
    service: "grpc.testing.TestService", name: "UnimplementedCall", kind: .unary,
    options: MethodOptions())

  public static let all: [Method] = [emptyCall, unaryCall, streamingOutputCall, streamingInputCall, fullDuplexCall, halfDuplexCall, unimplementedCall]
}

public protocol InteropTestService: Service {
  /// One empty request followed by one empty response.
  func emptyCall(
    _ request: InteropEmpty,
    context: CallContext
  ) async throws -> InteropEmpty
  /// One request followed by one response.
  func unaryCall(
    _ request: InteropSimpleRequest,
    context: CallContext
  ) async throws -> InteropSimpleResponse
  /// One request followed by a sequence of responses, with the sizes that were asked for.
  func streamingOutputCall(
    _ request: InteropStreamingOutputCallRequest,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>,
    context: CallContext
  ) async throws
  /// A sequence of requests followed by one response, the sum of the payload sizes.
  func streamingInputCall(
    _ requests: RequestStream<InteropStreamingInputCallRequest>,
    context: CallContext
  ) async throws -> InteropStreamingInputCallResponse
  /// A sequence of requests, each answered at once with its own sequence of responses.
  func fullDuplexCall(
    _ requests: RequestStream<InteropStreamingOutputCallRequest>,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>,
    context: CallContext
  ) async throws
  /// A sequence of requests, answered only after the last.
  func halfDuplexCall(
    _ requests: RequestStream<InteropStreamingOutputCallRequest>,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>,
    context: CallContext
  ) async throws
  /// A call that no server implements.
  func unimplementedCall(
    _ request: InteropEmpty,
    context: CallContext
  ) async throws -> InteropEmpty
}

extension InteropTestService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(InteropTestServiceMethods.emptyCall) {
        try await self.emptyCall($0, context: $1)
      },
      .unary(InteropTestServiceMethods.unaryCall) {
        try await self.unaryCall($0, context: $1)
      },
      .serverStreaming(InteropTestServiceMethods.streamingOutputCall) {
        try await self.streamingOutputCall($0, to: $1, context: $2)
      },
      .clientStreaming(InteropTestServiceMethods.streamingInputCall) {
        try await self.streamingInputCall($0, context: $1)
      },
      .bidirectional(InteropTestServiceMethods.fullDuplexCall) {
        try await self.fullDuplexCall($0, to: $1, context: $2)
      },
      .bidirectional(InteropTestServiceMethods.halfDuplexCall) {
        try await self.halfDuplexCall($0, to: $1, context: $2)
      },
      .unary(InteropTestServiceMethods.unimplementedCall) {
        try await self.unimplementedCall($0, context: $1)
      },
    ]
  }
}

/// Calls `grpc.testing.TestService` over a channel.
public struct InteropTestServiceClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// One empty request followed by one empty response.
  public func emptyCall(
    _ request: InteropEmpty,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> InteropEmpty {
    try await channel.unary(InteropTestServiceMethods.emptyCall, request, options: options)
  }

  /// One request followed by one response.
  public func unaryCall(
    _ request: InteropSimpleRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> InteropSimpleResponse {
    try await channel.unary(InteropTestServiceMethods.unaryCall, request, options: options)
  }

  /// One request followed by a sequence of responses, with the sizes that were asked for.
  public func streamingOutputCall<Result>(
    _ request: InteropStreamingOutputCallRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<InteropStreamingOutputCallResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      InteropTestServiceMethods.streamingOutputCall, request, options: options, body)
  }

  /// A sequence of requests followed by one response, the sum of the payload sizes.
  public func streamingInputCall(
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<InteropStreamingInputCallRequest>) async throws -> Void
  ) async throws -> InteropStreamingInputCallResponse {
    try await channel.clientStreaming(InteropTestServiceMethods.streamingInputCall, options: options, body)
  }

  /// A sequence of requests, each answered at once with its own sequence of responses.
  public func fullDuplexCall<Result>(
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<InteropStreamingOutputCallRequest>, ResponseStream<InteropStreamingOutputCallResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.bidirectional(InteropTestServiceMethods.fullDuplexCall, options: options, body)
  }

  /// A sequence of requests, answered only after the last.
  public func halfDuplexCall<Result>(
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<InteropStreamingOutputCallRequest>, ResponseStream<InteropStreamingOutputCallResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.bidirectional(InteropTestServiceMethods.halfDuplexCall, options: options, body)
  }

  /// A call that no server implements.
  public func unimplementedCall(
    _ request: InteropEmpty,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> InteropEmpty {
    try await channel.unary(InteropTestServiceMethods.unimplementedCall, request, options: options)
  }
}

/// The methods of `grpc.testing.UnimplementedService`.
public enum InteropUnimplementedServiceMethods {
  public static let unimplementedCall = Method(
    service: "grpc.testing.UnimplementedService", name: "UnimplementedCall", kind: .unary,
    options: MethodOptions())

  public static let all: [Method] = [unimplementedCall]
}

/// A service that no server offers.
public protocol InteropUnimplementedService: Service {
  func unimplementedCall(
    _ request: InteropEmpty,
    context: CallContext
  ) async throws -> InteropEmpty
}

extension InteropUnimplementedService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(InteropUnimplementedServiceMethods.unimplementedCall) {
        try await self.unimplementedCall($0, context: $1)
      },
    ]
  }
}

/// Calls `grpc.testing.UnimplementedService` over a channel.
public struct InteropUnimplementedServiceClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  public func unimplementedCall(
    _ request: InteropEmpty,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> InteropEmpty {
    try await channel.unary(InteropUnimplementedServiceMethods.unimplementedCall, request, options: options)
  }
}
