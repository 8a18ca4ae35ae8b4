import Primitives

/// In turn, in proportion to the weights and evenly interleaved (nginx's smooth weighted round
/// robin): with weights 2 and 1 the order is a b a, never a a b. With equal weights each of n
/// candidates gets one of any n calls in a row.
///
/// Clients that start together begin at random points of the cycle. O(candidates) a pick.
public struct RoundRobin: PickPolicy {
  /// By position: what each candidate is owed, in weights.
  private var credits: [Int] = []

  public init() {}

  public mutating func candidatesChanged(
    _ candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) {
    credits = candidates.map { Int.random(in: 0..<max(1, $0.weight), using: &generator) }
  }

  public mutating func pick(
    from candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> Int? {
    if credits.count != candidates.count { candidatesChanged(candidates, using: &generator) }
    var total = 0
    var best: Int?
    for position in candidates.indices where candidates[position].isEligible {
      let weight = candidates[position].weight
      guard weight > 0 else { continue }
      total += weight
      credits[position] += weight
      if let leader = best, credits[leader] >= credits[position] { continue }
      best = position
    }
    if let best {
      credits[best] -= total
      return best
    }
    return pickWeightless(candidates)
  }

  /// Only candidates of weight 0 are left: plain turns among them.
  private mutating func pickWeightless(_ candidates: [Candidate]) -> Int? {
    var total = 0
    var best: Int?
    for position in candidates.indices where candidates[position].isEligible {
      total += 1
      credits[position] += 1
      if let leader = best, credits[leader] >= credits[position] { continue }
      best = position
    }
    if let best { credits[best] -= total }
    return best
  }
}
