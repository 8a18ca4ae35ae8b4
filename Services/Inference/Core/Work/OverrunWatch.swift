import Primitives

/// Decides whether a worker is stuck: its engine is at an inference for longer than `limit` after
/// the call's deadline, or it says nothing for so long.
///
/// Calls that wait for the engine are not measured, nor is work whose caller still waits, however
/// long it takes. The watch is on from the first call that ended without an answer (deadline
/// passed, caller gone) until the deadlines of all such calls are over and nothing in the engine is
/// behind its own.
public struct OverrunWatch: Equatable, Sendable {
  /// How long an inference may go on behind its call's deadline.
  public let limit: Duration
  /// The latest deadline of a call that was given up; nil = the watch is off.
  private var until: Instant?

  public init(limit: Duration) { self.limit = limit }

  /// What a worker says of its engine.
  public enum Look: Equatable, Sendable {
    /// How far the inference that the engine is at is behind its deadline; zero = it is not, or
    /// there is none.
    case behind(Duration)
    /// No answer within `limit`.
    case silent
  }

  public enum Verdict: Equatable, Sendable {
    /// Look again after `interval`.
    case goOn
    /// Nothing is to be watched.
    case stop
    /// It is stuck, and this is why, in words.
    case end(String)
  }

  /// Between two looks: often enough that the limit means what it says.
  public var interval: Duration { min(.seconds(5), max(.milliseconds(50), limit / 4)) }

  /// A call ended without its answer.
  /// - Returns: Whether looking begins now.
  public mutating func gaveUp(deadline: Instant) -> Bool {
    guard let until else {
      self.until = deadline
      return true
    }
    self.until = max(until, deadline)
    return false
  }

  public mutating func looked(_ look: Look, now: Instant) -> Verdict {
    guard let until else { return .stop }
    switch look {
    case .silent:
      self.until = nil
      return .end("it did not answer for \(limit)")
    case .behind(let behind) where behind >= limit:
      self.until = nil
      return .end("an inference did not end within \(limit) after its call's deadline")
    case .behind(let behind):
      if behind > .zero || now < until { return .goOn }
      self.until = nil
      return .stop
    }
  }
}
