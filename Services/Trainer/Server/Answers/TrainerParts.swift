import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization

/// What the trainer's answers stand on.
struct TrainerParts: Sendable {
  let store: any JobStore
  let signals: JobSignals
  let runner: JobRunner
  let metrics: TrainerMetrics
  /// Calls to the model store.
  let modelStore: any CallChannel

  /// A job as callers see it.
  func told(_ record: JobRecord) -> TrainingJob {
    TrainingJob(record, runner.standing(of: record.id))
  }
}

/// Holds the parts from when they are open; calls come only after that, and end before.
final class TrainerHolder: Sendable {
  private let opened = Mutex<TrainerParts?>(nil)

  func set(_ parts: TrainerParts?) { opened.withLock { $0 = parts } }

  /// - Throws: UNAVAILABLE before the start and after the end.
  func parts() throws(RPCError) -> TrainerParts {
    guard let parts = opened.withLock({ $0 }) else {
      throw RPCError(.unavailable, "the trainer is not open", retryAfter: .seconds(1))
    }
    return parts
  }
}
