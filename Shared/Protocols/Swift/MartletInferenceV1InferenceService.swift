// Generated from martlet/inference/v1/inference.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.inference.v1.Inference`.
public enum InferenceMethods {
  public static let predict = Method(
    service: "martlet.inference.v1.Inference", name: "Predict", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "balancer", "inference", "operator"],
      defaultTimeout: .milliseconds(60000),
      maximumMessageBytes: 67108864))

  public static let all: [Method] = [predict]
}

public protocol InferenceService: Service {
  /// Errors: INVALID_ARGUMENT names the field or column; NOT_FOUND: no such endpoint is known here;
  /// UNAVAILABLE: no replica is ready, or its worker ended; RESOURCE_EXHAUSTED: as much is in work
  /// as may be; INTERNAL: the engine failed, and the host's log says why.
  func predict(
    _ request: PredictRequest,
    context: CallContext
  ) async throws -> PredictResponse
}

extension InferenceService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(InferenceMethods.predict) {
        try await self.predict($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.inference.v1.Inference` over a channel.
public struct InferenceClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Errors: INVALID_ARGUMENT names the field or column; NOT_FOUND: no such endpoint is known here;
  /// UNAVAILABLE: no replica is ready, or its worker ended; RESOURCE_EXHAUSTED: as much is in work
  /// as may be; INTERNAL: the engine failed, and the host's log says why.
  public func predict(
    _ request: PredictRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> PredictResponse {
    try await channel.unary(InferenceMethods.predict, request, options: options)
  }
}

/// The methods of `martlet.inference.v1.InferenceHost`.
public enum InferenceHostMethods {
  public static let assignReplicas = Method(
    service: "martlet.inference.v1.InferenceHost", name: "AssignReplicas", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["balancer"],
      defaultTimeout: .milliseconds(5000),
      maximumMessageBytes: 16777216))
  public static let describeHost = Method(
    service: "martlet.inference.v1.InferenceHost", name: "DescribeHost", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "balancer", "operator"],
      defaultTimeout: .milliseconds(5000)))

  public static let all: [Method] = [assignReplicas, describeHost]
}

public protocol InferenceHostService: Service {
  /// Says what the host shall serve, and answers at once how far it is. Repeating it is harmless.
  /// FAILED_PRECONDITION at a self-hosted host, which nobody moves.
  func assignReplicas(
    _ request: AssignReplicasRequest,
    context: CallContext
  ) async throws -> AssignReplicasResponse
  func describeHost(
    _ request: DescribeHostRequest,
    context: CallContext
  ) async throws -> DescribeHostResponse
}

extension InferenceHostService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(InferenceHostMethods.assignReplicas) {
        try await self.assignReplicas($0, context: $1)
      },
      .unary(InferenceHostMethods.describeHost) {
        try await self.describeHost($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.inference.v1.InferenceHost` over a channel.
public struct InferenceHostClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Says what the host shall serve, and answers at once how far it is. Repeating it is harmless.
  /// FAILED_PRECONDITION at a self-hosted host, which nobody moves.
  public func assignReplicas(
    _ request: AssignReplicasRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> AssignReplicasResponse {
    try await channel.unary(InferenceHostMethods.assignReplicas, request, options: options)
  }

  public func describeHost(
    _ request: DescribeHostRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeHostResponse {
    try await channel.unary(InferenceHostMethods.describeHost, request, options: options)
  }
}
