import Primitives
import Protocols
import RPC
import RPCRuntime

/// Follows a training job to its end, over restarts of the trainer and the gateway.
struct JobWatch: Sendable {
  let trainer: TrainerClient
  let name: String

  /// How long nobody may answer before the watch is given up; the job does not depend on it.
  private static let limit = Duration.seconds(60)

  /// - Parameter news: called with each event that brought something new.
  /// - Returns: the job as it ended.
  /// - Throws: `CommandError` when nobody answered for a minute; `RPCError` for what does not pass.
  func follow(
    _ news: (TrainingView, [TrainingView.News]) -> Void
  ) async throws -> TrainingJob {
    var view = TrainingView()
    let patience = Patience(firstContact: JobWatch.limit, limit: JobWatch.limit)
    do {
      return try await patience.repeating(
        passes: JobWatch.passes,
        waiting: { _ in view.watchesAgain() }
      ) {
        // One stream lasts an hour at most; a longer job is watched anew.
        try await trainer.watchTrainingJob(
          WatchTrainingJobRequest(name: name),
          options: CallOptions(timeout: .seconds(3600))
        ) { events in
          for try await response in events {
            patience.reached()
            guard let event = response.event else { continue }
            let fresh = view.received(event)
            news(view, fresh)
          }
        }
        guard let job = view.job, view.isOver else {
          throw RPCError(.unavailable, "the watch ended before the job")
        }
        return job
      }
    } catch let error as RPCError where JobWatch.passes(error) {
      throw givenUp(error)
    }
  }

  private static func passes(_ error: RPCError) -> Bool {
    switch error.code {
    case .unavailable, .aborted, .deadlineExceeded, .resourceExhausted: true
    case .ok, .cancelled, .unknown, .invalidArgument, .notFound, .alreadyExists,
      .permissionDenied, .failedPrecondition, .outOfRange, .unimplemented, .internal, .dataLoss,
      .unauthenticated:
      false
    }
  }

  private func givenUp(_ error: RPCError) -> CommandError {
    CommandError(
      "the trainer has not answered for \(ValueText.duration(Self.limit)): \(error.message)",
      remedy: "the job goes on where it can; look with `martlet jobs \(name)` and `martlet status`",
      exit: .unavailable
    )
  }
}
