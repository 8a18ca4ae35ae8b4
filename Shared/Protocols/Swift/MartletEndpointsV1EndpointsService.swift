// Generated from martlet/endpoints/v1/endpoints.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.endpoints.v1.Endpoints`.
public enum EndpointsMethods {
  public static let createEndpoint = Method(
    service: "martlet.endpoints.v1.Endpoints", name: "CreateEndpoint", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(30000)))
  public static let describeEndpoint = Method(
    service: "martlet.endpoints.v1.Endpoints", name: "DescribeEndpoint", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let listEndpoints = Method(
    service: "martlet.endpoints.v1.Endpoints", name: "ListEndpoints", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000),
      maximumMessageBytes: 16777216))
  public static let deleteEndpoint = Method(
    service: "martlet.endpoints.v1.Endpoints", name: "DeleteEndpoint", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let watchEndpoints = Method(
    service: "martlet.endpoints.v1.Endpoints", name: "WatchEndpoints", kind: .serverStreaming,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "model-store"],
      defaultTimeout: .milliseconds(300000),
      maximumTimeout: .milliseconds(3600000)))
  public static let listHosts = Method(
    service: "martlet.endpoints.v1.Endpoints", name: "ListHosts", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))

  public static let all: [Method] = [createEndpoint, describeEndpoint, listEndpoints, deleteEndpoint, watchEndpoints, listHosts]
}

public protocol EndpointsService: Service {
  /// Answers when the endpoint is on disk, in status Creating; DescribeEndpoint or WatchEndpoints
  /// say when it is InService.
  func createEndpoint(
    _ request: CreateEndpointRequest,
    context: CallContext
  ) async throws -> CreateEndpointResponse
  func describeEndpoint(
    _ request: DescribeEndpointRequest,
    context: CallContext
  ) async throws -> DescribeEndpointResponse
  func listEndpoints(
    _ request: ListEndpointsRequest,
    context: CallContext
  ) async throws -> ListEndpointsResponse
  /// Gone when this has answered: calls find no such endpoint, calls that are under way are
  /// answered, and hosts unload its replicas when they hear of it. The name is free at once; a new
  /// endpoint of it has an id of its own, so that no replica of the old one can answer for it.
  /// NOT_FOUND when there is none.
  func deleteEndpoint(
    _ request: DeleteEndpointRequest,
    context: CallContext
  ) async throws -> DeleteEndpointResponse
  /// All accounts' endpoints.
  func watchEndpoints(
    _ request: WatchEndpointsRequest,
    to responses: ResponseWriter<WatchEndpointsResponse>,
    context: CallContext
  ) async throws
  func listHosts(
    _ request: ListHostsRequest,
    context: CallContext
  ) async throws -> ListHostsResponse
}

extension EndpointsService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(EndpointsMethods.createEndpoint) {
        try await self.createEndpoint($0, context: $1)
      },
      .unary(EndpointsMethods.describeEndpoint) {
        try await self.describeEndpoint($0, context: $1)
      },
      .unary(EndpointsMethods.listEndpoints) {
        try await self.listEndpoints($0, context: $1)
      },
      .unary(EndpointsMethods.deleteEndpoint) {
        try await self.deleteEndpoint($0, context: $1)
      },
      .serverStreaming(EndpointsMethods.watchEndpoints) {
        try await self.watchEndpoints($0, to: $1, context: $2)
      },
      .unary(EndpointsMethods.listHosts) {
        try await self.listHosts($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.endpoints.v1.Endpoints` over a channel.
public struct EndpointsClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Answers when the endpoint is on disk, in status Creating; DescribeEndpoint or WatchEndpoints
  /// say when it is InService.
  public func createEndpoint(
    _ request: CreateEndpointRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> CreateEndpointResponse {
    try await channel.unary(EndpointsMethods.createEndpoint, request, options: options)
  }

  public func describeEndpoint(
    _ request: DescribeEndpointRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeEndpointResponse {
    try await channel.unary(EndpointsMethods.describeEndpoint, request, options: options)
  }

  public func listEndpoints(
    _ request: ListEndpointsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListEndpointsResponse {
    try await channel.unary(EndpointsMethods.listEndpoints, request, options: options)
  }

  /// Gone when this has answered: calls find no such endpoint, calls that are under way are
  /// answered, and hosts unload its replicas when they hear of it. The name is free at once; a new
  /// endpoint of it has an id of its own, so that no replica of the old one can answer for it.
  /// NOT_FOUND when there is none.
  public func deleteEndpoint(
    _ request: DeleteEndpointRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteEndpointResponse {
    try await channel.unary(EndpointsMethods.deleteEndpoint, request, options: options)
  }

  /// All accounts' endpoints.
  public func watchEndpoints<Result>(
    _ request: WatchEndpointsRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<WatchEndpointsResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      EndpointsMethods.watchEndpoints, request, options: options, body)
  }

  public func listHosts(
    _ request: ListHostsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListHostsResponse {
    try await channel.unary(EndpointsMethods.listHosts, request, options: options)
  }
}
