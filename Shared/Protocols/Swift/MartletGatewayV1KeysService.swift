// Generated from martlet/gateway/v1/keys.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.gateway.v1.Keys`.
public enum KeysMethods {
  public static let createKey = Method(
    service: "martlet.gateway.v1.Keys", name: "CreateKey", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["operator"],
      defaultTimeout: .milliseconds(10000),
      maximumMessageBytes: 65536))
  public static let revokeKey = Method(
    service: "martlet.gateway.v1.Keys", name: "RevokeKey", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["operator"],
      defaultTimeout: .milliseconds(10000),
      maximumMessageBytes: 4096))
  public static let listKeys = Method(
    service: "martlet.gateway.v1.Keys", name: "ListKeys", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["operator"],
      defaultTimeout: .milliseconds(10000)))

  public static let all: [Method] = [createKey, revokeKey, listKeys]
}

public protocol KeysService: Service {
  /// ALREADY_EXISTS when a key of this name is in use.
  func createKey(
    _ request: CreateKeyRequest,
    context: CallContext
  ) async throws -> CreateKeyResponse
  /// From the answer on no call with the key passes. Repeating it is harmless.
  func revokeKey(
    _ request: RevokeKeyRequest,
    context: CallContext
  ) async throws -> RevokeKeyResponse
  func listKeys(
    _ request: ListKeysRequest,
    context: CallContext
  ) async throws -> ListKeysResponse
}

extension KeysService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(KeysMethods.createKey) {
        try await self.createKey($0, context: $1)
      },
      .unary(KeysMethods.revokeKey) {
        try await self.revokeKey($0, context: $1)
      },
      .unary(KeysMethods.listKeys) {
        try await self.listKeys($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.gateway.v1.Keys` over a channel.
public struct KeysClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// ALREADY_EXISTS when a key of this name is in use.
  public func createKey(
    _ request: CreateKeyRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> CreateKeyResponse {
    try await channel.unary(KeysMethods.createKey, request, options: options)
  }

  /// From the answer on no call with the key passes. Repeating it is harmless.
  public func revokeKey(
    _ request: RevokeKeyRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> RevokeKeyResponse {
    try await channel.unary(KeysMethods.revokeKey, request, options: options)
  }

  public func listKeys(
    _ request: ListKeysRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListKeysResponse {
    try await channel.unary(KeysMethods.listKeys, request, options: options)
  }
}
