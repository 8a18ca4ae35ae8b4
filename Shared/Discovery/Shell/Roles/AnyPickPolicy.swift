import DiscoveryCore
import Primitives

/// A policy whose type is chosen while the program runs. Costs one indirect call a pick.
public struct AnyPickPolicy: PickPolicy {
  private var policy: any PickPolicy

  public init(_ policy: some PickPolicy) { self.policy = policy }

  /// The policy that a setting names.
  public init(_ name: PickPolicyName) {
    switch name {
    case .roundRobin: policy = RoundRobin()
    case .leastOutstandingRequests: policy = LeastOutstandingRequests()
    }
  }

  public mutating func candidatesChanged(
    _ candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) {
    policy.candidatesChanged(candidates, using: &generator)
  }

  public mutating func pick(
    from candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> Int? {
    policy.pick(from: candidates, using: &generator)
  }

  public mutating func callEnded(at position: Int, _ report: CallReport, now: Instant) {
    policy.callEnded(at: position, report, now: now)
  }
}
