import Logging
import Primitives
import Processes
import Protocols
import RPC
import RPCRuntime

/// The worker's side of a job: one run, on threads of its own, reported as it goes.
struct TrainingWorkerAnswers: TrainingWorkerService {
  func runTraining(
    _ request: RunTrainingRequest,
    to responses: ResponseWriter<RunTrainingResponse>,
    context: CallContext
  ) async throws {
    try await TrainingRun.run(request) { try await responses.write($0) }
  }
}

/// `trainer worker LEVEL`: what this executable is when the trainer starts it for a job.
public enum TrainerWorker {
  /// - Parameter arguments: Those after `worker`.
  public static func run(_ arguments: some Collection<String>) async -> Never {
    let level = arguments.first.flatMap { Logger.Level(rawValue: $0) } ?? .info
    await WorkerHost.run(name: "trainer worker", logLevel: level) {
      [TrainingWorkerAnswers()]
    }
  }
}
