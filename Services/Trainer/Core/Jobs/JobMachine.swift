/// The life of a training job. A value: the shell keeps it on disk, tells it what happened in one
/// transaction, and does what it says after that.
///
/// A worker that dies costs one attempt, and the next one goes on from the checkpoint. A restart
/// of the service costs none. Steps that need the model store are repeated until they go well, or
/// until the job's time is over.
public struct JobMachine: Sendable, Equatable {
  public enum State: Sendable, Equatable {
    /// Waits for its turn or for its next try. Becomes downloading or stopped.
    case starting
    /// The dataset's files come from the model store. Becomes training, failed or stopping.
    case downloading
    /// A worker is at it. Becomes uploading, starting (its worker died), failed or stopping.
    case training(progress: Double)
    /// The artifact is complete on this host and goes to the model store. Becomes completed, failed
    /// or stopping.
    case uploading
    /// Somebody wants an end, and work is still being ended. Becomes stopped, or completed when the
    /// store had made the version already.
    case stopping
    /// The store has the version. Stays.
    case completed(version: UInt32)
    /// Will not succeed, with the reason in words. Stays.
    case failed(words: String)
    /// Somebody wanted it. Stays.
    case stopped

    public var isOver: Bool {
      switch self {
      case .completed, .failed, .stopped: true
      case .starting, .downloading, .training, .uploading, .stopping: false
      }
    }
  }

  /// Deaths of its worker after which a job fails.
  public static let maximumDeathCount: UInt32 = 5

  public private(set) var state: State
  /// Starts of a worker.
  public private(set) var attemptCount: UInt32
  /// Deaths of its workers.
  public private(set) var deathCount: UInt32
  /// Failures of the step that runs, in a row.
  public private(set) var failureCount: UInt32

  /// A new job, or one as it was kept.
  public init(
    _ state: State = .starting,
    attemptCount: UInt32 = 0,
    deathCount: UInt32 = 0,
    failureCount: UInt32 = 0
  ) {
    self.state = state
    self.attemptCount = attemptCount
    self.deathCount = deathCount
    self.failureCount = failureCount
  }

  /// The one way in which a job changes. What does not fit the state changes nothing: it comes from
  /// work that ended while something else was decided.
  public mutating func arrived(_ event: JobEvent) -> JobEffect {
    switch state {
    case .starting: whileStarting(event)
    case .downloading: whileDownloading(event)
    case .training(let progress): whileTraining(event, progress)
    case .uploading: whileUploading(event)
    case .stopping: whileStopping(event)
    case .completed, .failed, .stopped: .none
    }
  }

  private mutating func whileStarting(_ event: JobEvent) -> JobEffect {
    switch event {
    case .admitted, .waited:
      state = .downloading
      return .download
    case .failed(let words, isRetryable: false):
      return fail(words)
    case .stopRequested:
      state = .stopped
      return .finish
    case .recovered: return .enqueue
    case .downloaded, .progressed, .finished, .uploaded, .workerDied, .workEnded,
      .failed(_, isRetryable: true):
      return .none
    }
  }

  private mutating func whileDownloading(_ event: JobEvent) -> JobEffect {
    switch event {
    case .downloaded:
      failureCount = 0
      attemptCount += 1
      state = .training(progress: 0)
      return .train
    case .failed(let words, let isRetryable):
      return isRetryable ? waitAndRepeat() : fail(words)
    case .waited: return .download
    case .stopRequested: return stop()
    case .recovered:
      state = .starting
      return .enqueue
    case .admitted, .progressed, .finished, .uploaded, .workerDied, .workEnded:
      return .none
    }
  }

  private mutating func whileTraining(_ event: JobEvent, _ progress: Double) -> JobEffect {
    switch event {
    case .progressed(let share):
      // An attempt that goes on from a checkpoint begins where that is, so it may fall back.
      state = .training(progress: share.isFinite ? min(1, max(0, share)) : progress)
      return .none
    case .finished:
      state = .uploading
      return .upload
    case .workerDied(let words), .failed(let words, isRetryable: true):
      deathCount += 1
      guard deathCount < JobMachine.maximumDeathCount else {
        return fail("\(words); so it went \(deathCount) times, which is the limit")
      }
      state = .starting
      return .wait(failureCount: deathCount)
    case .failed(let words, isRetryable: false): return fail(words)
    case .stopRequested: return stop()
    case .recovered:
      state = .starting
      return .enqueue
    case .admitted, .downloaded, .uploaded, .waited, .workEnded: return .none
    }
  }

  private mutating func whileUploading(_ event: JobEvent) -> JobEffect {
    switch event {
    case .uploaded(let version):
      state = .completed(version: version)
      return .finish
    case .failed(let words, let isRetryable):
      return isRetryable ? waitAndRepeat() : fail(words)
    case .waited, .admitted: return .upload
    case .stopRequested: return stop()
    // The artifact is complete: nothing is trained again.
    case .recovered: return .enqueue
    case .downloaded, .progressed, .finished, .workerDied, .workEnded: return .none
    }
  }

  private mutating func whileStopping(_ event: JobEvent) -> JobEffect {
    switch event {
    case .uploaded(let version):
      // The store was quicker: the model is there, and saying otherwise would be untrue.
      state = .completed(version: version)
      return .finish
    case .workEnded, .recovered, .downloaded, .finished, .failed, .workerDied, .waited, .admitted:
      state = .stopped
      return .finish
    case .progressed, .stopRequested: return .none
    }
  }

  private mutating func stop() -> JobEffect {
    state = .stopping
    return .cancelWork
  }

  private mutating func fail(_ words: String) -> JobEffect {
    state = .failed(words: words)
    return .finish
  }

  private mutating func waitAndRepeat() -> JobEffect {
    failureCount += 1
    return .wait(failureCount: failureCount)
  }
}
