// Generated from martlet/discovery/v1/registry.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.discovery.v1.Registry`.
public enum RegistryMethods {
  public static let register = Method(
    service: "martlet.discovery.v1.Registry", name: "Register", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      defaultTimeout: .milliseconds(5000),
      maximumMessageBytes: 131072))
  public static let renew = Method(
    service: "martlet.discovery.v1.Registry", name: "Renew", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      defaultTimeout: .milliseconds(5000),
      maximumMessageBytes: 4096))
  public static let drain = Method(
    service: "martlet.discovery.v1.Registry", name: "Drain", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["balancer", "operator"],
      defaultTimeout: .milliseconds(5000),
      maximumMessageBytes: 4096))
  public static let deregister = Method(
    service: "martlet.discovery.v1.Registry", name: "Deregister", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      defaultTimeout: .milliseconds(5000),
      maximumMessageBytes: 4096))
  public static let watch = Method(
    service: "martlet.discovery.v1.Registry", name: "Watch", kind: .serverStreaming,
    options: MethodOptions(
      isIdempotent: true,
      defaultTimeout: .milliseconds(300000),
      maximumTimeout: .milliseconds(3600000),
      maximumMessageBytes: 1048576))

  public static let all: [Method] = [register, renew, drain, deregister, watch]
}

public protocol RegistryService: Service {
  /// Lists the caller, whose certificate must be that of the instance, or changes its description.
  /// Repeating it is harmless.
  func register(
    _ request: RegisterInstanceRequest,
    context: CallContext
  ) async throws -> RegisterInstanceResponse
  /// The caller's lease runs anew.
  func renew(
    _ request: RenewLeaseRequest,
    context: CallContext
  ) async throws -> RenewLeaseResponse
  /// An instance gets no new calls from now on. An instance itself registers as draining instead.
  func drain(
    _ request: DrainInstanceRequest,
    context: CallContext
  ) async throws -> DrainInstanceResponse
  /// The caller leaves. Repeating it is harmless.
  func deregister(
    _ request: DeregisterInstanceRequest,
    context: CallContext
  ) async throws -> DeregisterInstanceResponse
  /// Sends the list of a role, or the changes since the position if the registry still has them,
  /// then every change. Ends OUT_OF_RANGE when the watcher is so far behind that changes were
  /// forgotten: watch again without a position.
  func watch(
    _ request: WatchRoleRequest,
    to responses: ResponseWriter<WatchRoleResponse>,
    context: CallContext
  ) async throws
}

extension RegistryService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(RegistryMethods.register) {
        try await self.register($0, context: $1)
      },
      .unary(RegistryMethods.renew) {
        try await self.renew($0, context: $1)
      },
      .unary(RegistryMethods.drain) {
        try await self.drain($0, context: $1)
      },
      .unary(RegistryMethods.deregister) {
        try await self.deregister($0, context: $1)
      },
      .serverStreaming(RegistryMethods.watch) {
        try await self.watch($0, to: $1, context: $2)
      },
    ]
  }
}

/// Calls `martlet.discovery.v1.Registry` over a channel.
public struct RegistryClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Lists the caller, whose certificate must be that of the instance, or changes its description.
  /// Repeating it is harmless.
  public func register(
    _ request: RegisterInstanceRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> RegisterInstanceResponse {
    try await channel.unary(RegistryMethods.register, request, options: options)
  }

  /// The caller's lease runs anew.
  public func renew(
    _ request: RenewLeaseRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> RenewLeaseResponse {
    try await channel.unary(RegistryMethods.renew, request, options: options)
  }

  /// An instance gets no new calls from now on. An instance itself registers as draining instead.
  public func drain(
    _ request: DrainInstanceRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DrainInstanceResponse {
    try await channel.unary(RegistryMethods.drain, request, options: options)
  }

  /// The caller leaves. Repeating it is harmless.
  public func deregister(
    _ request: DeregisterInstanceRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeregisterInstanceResponse {
    try await channel.unary(RegistryMethods.deregister, request, options: options)
  }

  /// Sends the list of a role, or the changes since the position if the registry still has them,
  /// then every change. Ends OUT_OF_RANGE when the watcher is so far behind that changes were
  /// forgotten: watch again without a position.
  public func watch<Result>(
    _ request: WatchRoleRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<WatchRoleResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      RegistryMethods.watch, request, options: options, body)
  }
}
