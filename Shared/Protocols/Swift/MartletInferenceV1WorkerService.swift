// Generated from martlet/inference/v1/worker.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.inference.v1.InferenceWorker`.
public enum InferenceWorkerMethods {
  public static let loadModel = Method(
    service: "martlet.inference.v1.InferenceWorker", name: "LoadModel", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["local"],
      defaultTimeout: .milliseconds(600000)))
  public static let infer = Method(
    service: "martlet.inference.v1.InferenceWorker", name: "Infer", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["local"],
      defaultTimeout: .milliseconds(60000),
      maximumMessageBytes: 134217728))
  public static let describeWork = Method(
    service: "martlet.inference.v1.InferenceWorker", name: "DescribeWork", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["local"],
      defaultTimeout: .milliseconds(10000)))

  public static let all: [Method] = [loadModel, infer, describeWork]
}

public protocol InferenceWorkerService: Service {
  /// Once a process.
  func loadModel(
    _ request: LoadModelRequest,
    context: CallContext
  ) async throws -> LoadModelResponse
  func infer(
    _ request: InferRequest,
    context: CallContext
  ) async throws -> InferResponse
  /// Answered at once, whatever the engine does.
  func describeWork(
    _ request: DescribeWorkRequest,
    context: CallContext
  ) async throws -> DescribeWorkResponse
}

extension InferenceWorkerService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(InferenceWorkerMethods.loadModel) {
        try await self.loadModel($0, context: $1)
      },
      .unary(InferenceWorkerMethods.infer) {
        try await self.infer($0, context: $1)
      },
      .unary(InferenceWorkerMethods.describeWork) {
        try await self.describeWork($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.inference.v1.InferenceWorker` over a channel.
public struct InferenceWorkerClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// Once a process.
  public func loadModel(
    _ request: LoadModelRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> LoadModelResponse {
    try await channel.unary(InferenceWorkerMethods.loadModel, request, options: options)
  }

  public func infer(
    _ request: InferRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> InferResponse {
    try await channel.unary(InferenceWorkerMethods.infer, request, options: options)
  }

  /// Answered at once, whatever the engine does.
  public func describeWork(
    _ request: DescribeWorkRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeWorkResponse {
    try await channel.unary(InferenceWorkerMethods.describeWork, request, options: options)
  }
}
