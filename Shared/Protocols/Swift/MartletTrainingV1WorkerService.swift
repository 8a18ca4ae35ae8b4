// Generated from martlet/training/v1/worker.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.training.v1.TrainingWorker`.
public enum TrainingWorkerMethods {
  public static let runTraining = Method(
    service: "martlet.training.v1.TrainingWorker", name: "RunTraining", kind: .serverStreaming,
    options: MethodOptions(
      allowedPeers: ["local"],
      defaultTimeout: .milliseconds(604800000)))

  public static let all: [Method] = [runTraining]
}

public protocol TrainingWorkerService: Service {
  /// One run a process. Ends INVALID_ARGUMENT when the data or the spec cannot work, with words for
  /// the user; cancelled, it ends within a second.
  func runTraining(
    _ request: RunTrainingRequest,
    to responses: ResponseWriter<RunTrainingResponse>,
    context: CallContext
  ) async throws
}

extension TrainingWorkerService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .serverStreaming(TrainingWorkerMethods.runTraining) {
        try await self.runTraining($0, to: $1, context: $2)
      },
    ]
  }
}

/// Calls `martlet.training.v1.TrainingWorker` over a channel.
public struct TrainingWorkerClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// One run a process. Ends INVALID_ARGUMENT when the data or the spec cannot work, with words for
  /// the user; cancelled, it ends within a second.
  public func runTraining<Result>(
    _ request: RunTrainingRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<RunTrainingResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      TrainingWorkerMethods.runTraining, request, options: options, body)
  }
}
