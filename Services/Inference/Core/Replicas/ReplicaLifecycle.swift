import Primitives

/// The life of one replica: a model version that this host was told to serve.
///
/// A value that knows no clock, file or process: events come in, one effect comes out, and the
/// shell does it and reports back with the next event. Events that do not fit the state (a step
/// that ended after the replica was told to go) change nothing.
public enum ReplicaLifecycle: Equatable, Sendable {
  /// Nothing was done yet. → fetching, unloaded.
  case new
  /// Its files are being brought here. → verifying, failed, draining.
  case fetching(Backoff)
  /// The digests of its files are being compared. → loading, failed, draining.
  case verifying(Backoff)
  /// Its worker starts and reads the model. → warming, failed, draining.
  case loading(Backoff)
  /// The first inference runs. → ready, failed, draining.
  case warming(Backoff)
  /// It answers calls, and the registry says so. → draining, failed.
  case ready
  /// It takes no more calls; what was begun ends. → unloaded.
  case draining
  /// Its worker is gone and its memory is free. Final.
  case unloaded
  /// A step failed or the worker died; it is tried again unless that cannot help.
  /// → fetching, loading, unloaded.
  case failed(Failed)

  public struct Failed: Equatable, Sendable {
    /// Why, in words.
    public let reason: String
    /// Where the next attempt begins; nil = there is none.
    public let next: Step?
    let backoff: Backoff
  }

  /// Where an attempt can begin.
  public enum Step: Equatable, Sendable {
    case fetch
    case load
  }

  /// What a failure was.
  public enum Failure: Equatable, Sendable {
    /// May be different next time: the store was away, a file was damaged on its way.
    case passing(String)
    /// Will be the same for ever: the engine cannot run this model.
    case lasting(String)
  }

  /// What the shell does next.
  public enum Effect: Equatable, Sendable {
    case none
    case fetch
    case verify
    case load
    case warmUp
    /// Say in the registry that calls may come.
    case announce
    /// End the worker if there is one, and come back with `retryDue` after so long; nil = never.
    case stopWorker(retryAfter: Duration?)
    /// Take it out of the registry first, then the same.
    case withdrawAndStopWorker(retryAfter: Duration?)
    /// Cancel the step that runs, and tell `drained` when it has ended.
    case cancelStep
    /// Take it out of the registry, and tell `drained` when the last call has ended.
    case withdrawAndAwaitCalls
    /// End the worker and remove what was laid out for it.
    case unload
  }

  public init() { self = .new }

  /// Long enough not to burden a store that is down, short enough that a person waits for it.
  private static let firstBackoff = Backoff(
    initial: .milliseconds(200),
    multiplier: 2,
    jitter: 0.2,
    cap: .seconds(30)
  )

  // MARK: Events

  /// The host was told to serve it.
  public mutating func assigned() -> Effect {
    switch self {
    case .new:
      self = .fetching(ReplicaLifecycle.firstBackoff)
      return .fetch
    case .fetching, .verifying, .loading, .warming, .ready, .draining, .unloaded, .failed:
      return .none
    }
  }

  /// The step that runs has succeeded.
  public mutating func stepSucceeded() -> Effect {
    switch self {
    case .fetching(let backoff):
      self = .verifying(backoff)
      return .verify
    case .verifying(let backoff):
      self = .loading(backoff)
      return .load
    case .loading(let backoff):
      self = .warming(backoff)
      return .warmUp
    case .warming:
      self = .ready
      return .announce
    case .new, .ready, .draining, .unloaded, .failed: return .none
    }
  }

  /// The step that runs has failed.
  public mutating func stepFailed(
    _ failure: Failure,
    using generator: inout some RandomNumberGenerator
  ) -> Effect {
    switch self {
    case .fetching(let backoff), .verifying(let backoff):
      return fail(failure, from: .fetch, backoff, &generator)
    case .loading(let backoff), .warming(let backoff):
      return fail(failure, from: .load, backoff, &generator)
    case .new, .ready, .draining, .unloaded, .failed: return .none
    }
  }

  /// The worker ended by itself.
  public mutating func workerDied(
    _ reason: String,
    using generator: inout some RandomNumberGenerator
  ) -> Effect {
    switch self {
    case .loading(let backoff), .warming(let backoff):
      return fail(.passing(reason), from: .load, backoff, &generator)
    case .ready:
      // It has worked, so the first wait is short; a model that kills its worker with every call
      // is slowed down by the time that loading takes.
      var backoff = ReplicaLifecycle.firstBackoff
      let wait = backoff.next(using: &generator)
      self = .failed(Failed(reason: reason, next: .load, backoff: backoff))
      return .withdrawAndStopWorker(retryAfter: wait)
    case .new, .fetching, .verifying, .draining, .unloaded, .failed: return .none
    }
  }

  /// The wait after a failure is over.
  public mutating func retryDue() -> Effect {
    switch self {
    case .failed(let failed):
      switch failed.next {
      case .fetch:
        self = .fetching(failed.backoff)
        return .fetch
      case .load:
        self = .loading(failed.backoff)
        return .load
      case nil: return .none
      }
    case .new, .fetching, .verifying, .loading, .warming, .ready, .draining, .unloaded:
      return .none
    }
  }

  /// The host was told not to serve it any more.
  public mutating func drain() -> Effect {
    switch self {
    case .new, .failed:
      self = .unloaded
      return .unload
    case .fetching, .verifying, .loading, .warming:
      self = .draining
      return .cancelStep
    case .ready:
      self = .draining
      return .withdrawAndAwaitCalls
    case .draining, .unloaded: return .none
    }
  }

  /// Nothing runs for it any more.
  public mutating func drained() -> Effect {
    switch self {
    case .draining:
      self = .unloaded
      return .unload
    case .new, .fetching, .verifying, .loading, .warming, .ready, .unloaded, .failed:
      return .none
    }
  }

  // MARK: Questions

  public var isReady: Bool { self == .ready }

  /// On its way out, or gone.
  public var isLeaving: Bool {
    switch self {
    case .draining, .unloaded: true
    case .new, .fetching, .verifying, .loading, .warming, .ready, .failed: false
    }
  }

  /// Why it failed, in words; empty in every other state.
  public var failure: String {
    if case .failed(let failed) = self { failed.reason } else { "" }
  }

  private mutating func fail(
    _ failure: Failure,
    from step: Step,
    _ backoff: Backoff,
    _ generator: inout some RandomNumberGenerator
  ) -> Effect {
    switch failure {
    case .passing(let reason):
      var backoff = backoff
      let wait = backoff.next(using: &generator)
      self = .failed(Failed(reason: reason, next: step, backoff: backoff))
      return .stopWorker(retryAfter: wait)
    case .lasting(let reason):
      self = .failed(Failed(reason: reason, next: nil, backoff: backoff))
      return .stopWorker(retryAfter: nil)
    }
  }
}
