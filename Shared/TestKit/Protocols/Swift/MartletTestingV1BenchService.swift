// Generated from martlet/testing/v1/bench.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.testing.v1.Bench`.
public enum BenchMethods {
  public static let echo = Method(
    service: "martlet.testing.v1.Bench", name: "Echo", kind: .unary,
    options: MethodOptions())
  public static let flood = Method(
    service: "martlet.testing.v1.Bench", name: "Flood", kind: .serverStreaming,
    options: MethodOptions())

  public static let all: [Method] = [echo, flood]
}

public protocol BenchService: Service {
  /// Answers with the values and the payload it was sent.
  func echo(
    _ request: Sample,
    context: CallContext
  ) async throws -> Sample
  /// Sends the sample again and again until the caller leaves.
  func flood(
    _ request: Sample,
    to responses: ResponseWriter<Sample>,
    context: CallContext
  ) async throws
}

extension BenchService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(BenchMethods.echo) {
        try await self.echo($0, context: $1)
      },
      .serverStreaming(BenchMethods.flood) {
        try await self.flood($0, to: $1, context: $2)
      },
    ]
  }
}

/// Calls `martlet.testing.v1.Bench` over a channel.
public struct BenchClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Answers with the values and the payload it was sent.
  public func echo(
    _ request: Sample,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Sample {
    try await channel.unary(BenchMethods.echo, request, options: options)
  }

  /// Sends the sample again and again until the caller leaves.
  public func flood<Result>(
    _ request: Sample,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<Sample>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      BenchMethods.flood, request, options: options, body)
  }
}
