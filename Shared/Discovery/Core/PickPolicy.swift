import Primitives

/// One of the places that a call may go to, as a policy sees it.
public struct Candidate: Sendable, Equatable {
  /// May be picked: connected, not draining, well (or all are unwell).
  public var isEligible: Bool
  /// Share of calls relative to the others; 0: only when no other is eligible.
  public var weight: Int
  /// Calls that this client has under way there.
  public var inFlight: Int

  public init(isEligible: Bool, weight: Int, inFlight: Int) {
    self.isEligible = isEligible
    self.weight = weight
    self.inFlight = inFlight
  }
}

/// How a call ended, for policies that learn from it.
public struct CallReport: Sendable, Equatable {
  public var hasSucceeded: Bool
  /// From the begin to the end of the call.
  public var latency: Duration
  /// The server's own count of calls under way, when its answer carried it.
  public var serverInFlight: Int?

  public init(hasSucceeded: Bool, latency: Duration, serverInFlight: Int? = nil) {
    self.hasSucceeded = hasSucceeded
    self.latency = latency
    self.serverInFlight = serverInFlight
  }
}

/// Chooses where a call goes. A pure value: candidates and randomness are arguments, so the same
/// generator gives the same picks.
///
/// A candidate's position in the list stays the same between two calls of `candidatesChanged`, so
/// a policy may keep state by position. No method but that one may allocate.
public protocol PickPolicy: Sendable {
  /// Positions, weights or eligibility changed.
  mutating func candidatesChanged(
    _ candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  )

  /// The position of an eligible candidate; nil when there is none.
  mutating func pick(
    from candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> Int?

  /// A call that `pick` sent to `position` is over.
  mutating func callEnded(at position: Int, _ report: CallReport, now: Instant)
}

extension PickPolicy {
  public mutating func candidatesChanged(
    _ candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) {}

  public mutating func callEnded(at position: Int, _ report: CallReport, now: Instant) {}
}

/// The policies that settings can name.
public enum PickPolicyName: String, Sendable, CaseIterable {
  case roundRobin = "round_robin"
  case leastOutstandingRequests = "least_outstanding_requests"
}
