// Generated from martlet/training/v1/trainer.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.training.v1.Trainer`.
public enum TrainerMethods {
  public static let listAlgorithms = Method(
    service: "martlet.training.v1.Trainer", name: "ListAlgorithms", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let createTrainingJob = Method(
    service: "martlet.training.v1.Trainer", name: "CreateTrainingJob", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(30000),
      maximumMessageBytes: 262144))
  public static let describeTrainingJob = Method(
    service: "martlet.training.v1.Trainer", name: "DescribeTrainingJob", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let listTrainingJobs = Method(
    service: "martlet.training.v1.Trainer", name: "ListTrainingJobs", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let stopTrainingJob = Method(
    service: "martlet.training.v1.Trainer", name: "StopTrainingJob", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let watchTrainingJob = Method(
    service: "martlet.training.v1.Trainer", name: "WatchTrainingJob", kind: .serverStreaming,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(3600000)))

  public static let all: [Method] = [listAlgorithms, createTrainingJob, describeTrainingJob, listTrainingJobs, stopTrainingJob, watchTrainingJob]
}

public protocol TrainerService: Service {
  /// What can be trained, and with which hyperparameters. The same for every caller.
  func listAlgorithms(
    _ request: ListAlgorithmsRequest,
    context: CallContext
  ) async throws -> ListAlgorithmsResponse
  /// Answers when the job is on disk. Checks what can be checked before: the algorithm, its
  /// hyperparameters, the dataset, its columns and the label.
  func createTrainingJob(
    _ request: CreateTrainingJobRequest,
    context: CallContext
  ) async throws -> CreateTrainingJobResponse
  func describeTrainingJob(
    _ request: DescribeTrainingJobRequest,
    context: CallContext
  ) async throws -> DescribeTrainingJobResponse
  func listTrainingJobs(
    _ request: ListTrainingJobsRequest,
    context: CallContext
  ) async throws -> ListTrainingJobsResponse
  /// The job ends as Stopped; one that is over already stays what it is.
  func stopTrainingJob(
    _ request: StopTrainingJobRequest,
    context: CallContext
  ) async throws -> StopTrainingJobResponse
  /// Ends after the job has.
  func watchTrainingJob(
    _ request: WatchTrainingJobRequest,
    to responses: ResponseWriter<WatchTrainingJobResponse>,
    context: CallContext
  ) async throws
}

extension TrainerService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(TrainerMethods.listAlgorithms) {
        try await self.listAlgorithms($0, context: $1)
      },
      .unary(TrainerMethods.createTrainingJob) {
        try await self.createTrainingJob($0, context: $1)
      },
      .unary(TrainerMethods.describeTrainingJob) {
        try await self.describeTrainingJob($0, context: $1)
      },
      .unary(TrainerMethods.listTrainingJobs) {
        try await self.listTrainingJobs($0, context: $1)
      },
      .unary(TrainerMethods.stopTrainingJob) {
        try await self.stopTrainingJob($0, context: $1)
      },
      .serverStreaming(TrainerMethods.watchTrainingJob) {
        try await self.watchTrainingJob($0, to: $1, context: $2)
      },
    ]
  }
}

/// Calls `martlet.training.v1.Trainer` over a channel.
public struct TrainerClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  /// What can be trained, and with which hyperparameters. The same for every caller.
  public func listAlgorithms(
    _ request: ListAlgorithmsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListAlgorithmsResponse {
    try await channel.unary(TrainerMethods.listAlgorithms, request, options: options)
  }

  /// Answers when the job is on disk. Checks what can be checked before: the algorithm, its
  /// hyperparameters, the dataset, its columns and the label.
  public func createTrainingJob(
    _ request: CreateTrainingJobRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> CreateTrainingJobResponse {
    try await channel.unary(TrainerMethods.createTrainingJob, request, options: options)
  }

  public func describeTrainingJob(
    _ request: DescribeTrainingJobRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeTrainingJobResponse {
    try await channel.unary(TrainerMethods.describeTrainingJob, request, options: options)
  }

  public func listTrainingJobs(
    _ request: ListTrainingJobsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListTrainingJobsResponse {
    try await channel.unary(TrainerMethods.listTrainingJobs, request, options: options)
  }

  /// The job ends as Stopped; one that is over already stays what it is.
  public func stopTrainingJob(
    _ request: StopTrainingJobRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StopTrainingJobResponse {
    try await channel.unary(TrainerMethods.stopTrainingJob, request, options: options)
  }

  /// Ends after the job has.
  public func watchTrainingJob<Result>(
    _ request: WatchTrainingJobRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<WatchTrainingJobResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      TrainerMethods.watchTrainingJob, request, options: options, body)
  }
}
