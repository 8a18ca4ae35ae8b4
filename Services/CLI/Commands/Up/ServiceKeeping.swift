import Primitives

/// Whether one service runs, and what happens when it ends: pure; the keeper does what it says.
struct ServiceKeeping: Sendable, Equatable {
  enum Phase: String, Codable, Sendable {
    /// Not started, or between its end and the next start. Becomes starting or ended.
    case waiting
    /// Its process runs and is not ready. Becomes ready, waiting, stopping or ended.
    case starting
    /// It answered that it is ready. Becomes waiting, stopping or ended.
    case ready
    /// It was told to stop. Becomes ended.
    case stopping
    /// No process, and none will be started.
    case ended
  }

  enum OnEnd: Equatable {
    case restart(after: Duration)
    /// The end that was asked for.
    case done
    /// Its settings are wrong, and were when it started first: another try would end the same way.
    case giveUp
  }

  /// Someone who served this long begins with short waits again.
  static let calmAfter = Duration.seconds(30)
  static let shortestWait = Duration.milliseconds(200)
  static let longestWait = Duration.seconds(10)

  private(set) var phase = Phase.waiting
  /// Starts after the first.
  private(set) var restartCount = 0
  private var startCount = 0
  private var readySince: Instant?
  private var hasBeenReady = false
  private var backoff = Backoff(
    initial: Self.shortestWait,
    multiplier: 2,
    jitter: 0,
    cap: Self.longestWait
  )

  init() {}

  /// Whether a process may be started now; counts it.
  mutating func mayStart() -> Bool {
    switch phase {
    case .waiting:
      phase = .starting
      startCount += 1
      restartCount = startCount - 1
      return true
    case .starting, .ready, .stopping, .ended: return false
    }
  }

  mutating func becameReady(now: Instant) {
    switch phase {
    case .starting:
      phase = .ready
      readySince = now
      hasBeenReady = true
    case .waiting, .ready, .stopping, .ended: break
    }
  }

  /// Its process has ended, or could not be started.
  /// - Parameter isHopeless: It said that its command line or its configuration is wrong.
  mutating func processEnded(isHopeless: Bool, now: Instant) -> OnEnd {
    defer { readySince = nil }
    switch phase {
    case .starting, .ready:
      if isHopeless, !hasBeenReady {
        phase = .ended
        return .giveUp
      }
      phase = .waiting
      if let readySince, now - readySince >= Self.calmAfter { backoff.reset() }
      var unused = SeededGenerator(seed: 0)
      return .restart(after: backoff.next(using: &unused))
    case .waiting, .stopping, .ended:
      phase = .ended
      return .done
    }
  }

  /// True when there is a process to be told.
  mutating func stopRequested() -> Bool {
    switch phase {
    case .starting, .ready:
      phase = .stopping
      return true
    case .waiting:
      phase = .ended
      return false
    case .stopping, .ended: return false
    }
  }
}
