import Primitives

/// Whether a process that runs still answers: pure. A process that hangs holds its connections and
/// its place in the registry, so it is worse than one that has died.
struct Liveness: Sendable, Equatable {
  /// How often a service is asked, and what its silence means.
  struct Limits: Sendable, Equatable {
    /// Between two questions to one that is ready.
    var interval = Duration.seconds(2)
    /// The same while it starts, where people wait.
    var startInterval = Duration.milliseconds(50)
    /// How long an answer may take; whole seconds.
    var answerSeconds = 4
    /// So many answers in a row must be missing …
    var missLimit = 3
    /// … over so long: many times what a service without a processor needs.
    var silenceLimit = Duration.seconds(12)
    /// The same for a process that has not answered yet.
    var firstAnswerLimit = Duration.seconds(60)
  }

  private let limits: Limits
  private var lastSign: Instant
  private var hasAnswered = false
  private var missCount = 0

  init(_ limits: Limits, startedAt: Instant) {
    self.limits = limits
    lastSign = startedAt
  }

  /// It answered, whatever it said.
  mutating func answered(_ now: Instant) {
    lastSign = now
    hasAnswered = true
    missCount = 0
  }

  /// A question got no answer.
  /// - Returns: how long it has been silent, when it is to be ended; else nil.
  mutating func missed(_ now: Instant) -> Duration? {
    missCount += 1
    let limit = hasAnswered ? limits.silenceLimit : limits.firstAnswerLimit
    // Both: this process may itself have stood still, and then no silence was heard.
    guard missCount >= limits.missLimit, now - lastSign >= limit else { return nil }
    return now - lastSign
  }
}
