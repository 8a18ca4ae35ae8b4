/// What happens to a training job.
public enum JobEvent: Sendable, Equatable {
  /// The queue gave it a place to run.
  case admitted
  /// The dataset's files are on this host.
  case downloaded
  /// The worker has come so far: a share, 0 to 1.
  case progressed(Double)
  /// The artifact lies complete on this host's disk.
  case finished
  /// The model store has the version.
  case uploaded(version: UInt32)
  /// A step failed. `isRetryable`: it may go well another time, as when the store is away.
  case failed(words: String, isRetryable: Bool)
  /// The worker ended without a result.
  case workerDied(words: String)
  /// The wait before the next try is over.
  case waited
  /// Somebody wants it to stop.
  case stopRequested
  /// What was at work on it has ended because it was told to.
  case workEnded
  /// The service starts and finds it.
  case recovered
}

/// What its shell does next.
public enum JobEffect: Sendable, Equatable {
  /// Nothing.
  case none
  /// Bring it to the end of the queue.
  case enqueue
  /// Bring the dataset's files here.
  case download
  /// Start a worker and let it train, from the checkpoint where there is one.
  case train
  /// Bring the artifact to the model store.
  case upload
  /// Wait, then tell `waited`. `failureCount`, from 1, is how often in a row it went wrong.
  case wait(failureCount: UInt32)
  /// Cancel what is at work; `workEnded` follows.
  case cancelWork
  /// It is over: tell who waits, remove its files, admit the next.
  case finish
}
