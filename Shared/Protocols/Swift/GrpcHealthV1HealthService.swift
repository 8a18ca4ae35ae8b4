// Generated from grpc/health/v1/health.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `grpc.health.v1.Health`.
public enum HealthMethods {
  public static let check = Method(
    service: "grpc.health.v1.Health", name: "Check", kind: .unary,
    options: MethodOptions())
  public static let watch = Method(
    service: "grpc.health.v1.Health", name: "Watch", kind: .serverStreaming,
    options: MethodOptions())

  public static let all: [Method] = [check, watch]
}

public protocol HealthService: Service {
  /// Says whether the service can take calls; NOT_FOUND for a service that the server does not know.
  func check(
    _ request: HealthCheckRequest,
    context: CallContext
  ) async throws -> HealthCheckResponse
  /// Sends the status at once and again whenever it changes; SERVICE_UNKNOWN for a service that the
  /// server does not know.
  func watch(
    _ request: HealthCheckRequest,
    to responses: ResponseWriter<HealthCheckResponse>,
    context: CallContext
  ) async throws
}

extension HealthService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(HealthMethods.check) {
        try await self.check($0, context: $1)
      },
      .serverStreaming(HealthMethods.watch) {
        try await self.watch($0, to: $1, context: $2)
      },
    ]
  }
}

/// Calls `grpc.health.v1.Health` over a channel.
public struct HealthClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Says whether the service can take calls; NOT_FOUND for a service that the server does not know.
  public func check(
    _ request: HealthCheckRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> HealthCheckResponse {
    try await channel.unary(HealthMethods.check, request, options: options)
  }

  /// Sends the status at once and again whenever it changes; SERVICE_UNKNOWN for a service that the
  /// server does not know.
  public func watch<Result>(
    _ request: HealthCheckRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<HealthCheckResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      HealthMethods.watch, request, options: options, body)
  }
}
