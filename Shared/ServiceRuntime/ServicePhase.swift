import Primitives

/// The life of a service as a machine: which event makes what of it, and what is then to do.
public enum ServicePhase: Equatable, Sendable {
  /// Components start one after the other; nothing is promised yet. Becomes ready, or draining
  /// when a stop is asked for or a component fails. Invariant: startedCount < componentCount.
  case starting(startedCount: Int, componentCount: Int)
  /// All components serve. Becomes draining.
  case ready
  /// Components end one after the other, the last one first. Becomes stopped or failed.
  case draining(deadline: Instant, exitCode: ExitCode)
  /// Everything ended in order, as asked. Final.
  case stopped
  /// Ended for another reason than a request, or not in time. Final.
  case failed(ExitCode)

  /// The phase at the start of a process with this many components; ready at once with none.
  public init(componentCount: Int) {
    self = componentCount > 0 ? .starting(startedCount: 0, componentCount: componentCount) : .ready
  }

  public enum OnStarted: Equatable, Sendable {
    /// The component at this index may start.
    case start(Int)
    case announceReady
    case ignore
  }

  /// The component that was starting serves now.
  public mutating func componentStarted() -> OnStarted {
    switch self {
    case .starting(let startedCount, let componentCount):
      let next = startedCount + 1
      if next == componentCount {
        self = .ready
        return .announceReady
      }
      self = .starting(startedCount: next, componentCount: componentCount)
      return .start(next)
    // In a drain: it lost the race with the stop.
    case .ready, .draining, .stopped, .failed: return .ignore
    }
  }

  public enum OnStop: Equatable, Sendable {
    case beginDrain(deadline: Instant)
    case exitNow(ExitCode)
    case ignore
  }

  /// A signal asks to stop; a second one asks to stop at once.
  public mutating func stopRequested(
    signal: Int32,
    now: Instant,
    drainTimeout: Duration
  ) -> OnStop {
    switch self {
    case .starting, .ready:
      let deadline = now + drainTimeout
      self = .draining(deadline: deadline, exitCode: .ok)
      return .beginDrain(deadline: deadline)
    case .draining:
      self = .failed(.secondSignal(signal))
      return .exitNow(.secondSignal(signal))
    case .stopped, .failed: return .ignore
    }
  }

  /// A component failed, or ended although nobody asked it to.
  public mutating func componentFailed(
    _ failure: ExitCode,
    now: Instant,
    drainTimeout: Duration
  ) -> OnStop {
    switch self {
    case .starting, .ready:
      let deadline = now + drainTimeout
      self = .draining(deadline: deadline, exitCode: failure)
      return .beginDrain(deadline: deadline)
    case .draining(let deadline, let exitCode):
      // The first failure is the cause; later ones are often its consequence.
      self = .draining(deadline: deadline, exitCode: exitCode == .ok ? failure : exitCode)
      return .ignore
    case .stopped, .failed: return .ignore
    }
  }

  /// The drain's deadline passed.
  public mutating func drainTimedOut() -> OnStop {
    switch self {
    case .draining(_, let exitCode):
      // A failure that began the drain says more than the time-out that ended it.
      let code = exitCode == .ok ? ExitCode.drainTimedOut : exitCode
      self = .failed(code)
      return .exitNow(code)
    case .starting, .ready, .stopped, .failed: return .ignore
    }
  }

  /// All components have ended. Answers the code to exit with.
  public mutating func allEnded() -> ExitCode {
    switch self {
    case .starting, .ready, .stopped:
      self = .stopped
      return .ok
    case .draining(_, let exitCode):
      self = exitCode == .ok ? .stopped : .failed(exitCode)
      return exitCode
    case .failed(let exitCode): return exitCode
    }
  }

  /// The phase without its details.
  public var name: ServicePhaseName {
    switch self {
    case .starting: .starting
    case .ready: .ready
    case .draining: .draining
    case .stopped: .stopped
    case .failed: .failed
    }
  }

  /// When the drain has to be over; nil outside of one.
  public var drainDeadline: Instant? {
    if case .draining(let deadline, _) = self { deadline } else { nil }
  }
}

/// A phase for logs, `/healthz` and tests.
public enum ServicePhaseName: String, Sendable {
  case starting, ready, draining, stopped, failed
}
