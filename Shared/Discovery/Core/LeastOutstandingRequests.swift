/// Where the fewest calls are under way in proportion to the weight: least `(in flight + 1) /
/// weight`; of equals one at random. O(candidates) a pick, no state.
public struct LeastOutstandingRequests: PickPolicy {
  public init() {}

  public mutating func pick(
    from candidates: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> Int? {
    var best: Int?
    var tieCount = 0
    for position in candidates.indices where candidates[position].isEligible {
      let candidate = candidates[position]
      guard let leader = best else {
        best = position
        tieCount = 1
        continue
      }
      switch LeastOutstandingRequests.order(candidate, candidates[leader]) {
      case .less:
        best = position
        tieCount = 1
      case .equal:
        // The n-th equal takes the place with chance 1/n, so each ends up with the same chance.
        tieCount += 1
        if Int.random(in: 0..<tieCount, using: &generator) == 0 { best = position }
      case .greater: continue
      }
    }
    return best
  }

  private enum Order { case less, equal, greater }

  /// Compares `(in flight + 1) / weight` without dividing; weight 0 comes after all others.
  private static func order(_ left: Candidate, _ right: Candidate) -> Order {
    if (left.weight > 0) != (right.weight > 0) { return left.weight > 0 ? .less : .greater }
    let leftCost = (left.inFlight + 1) * max(1, right.weight)
    let rightCost = (right.inFlight + 1) * max(1, left.weight)
    if leftCost == rightCost { return .equal }
    return leftCost < rightCost ? .less : .greater
  }
}
