import DiscoveryCore
import Primitives
import Testing

@Suite struct PickPolicyTests {
  private func candidates(_ weights: [Int], inFlight: [Int] = []) -> [Candidate] {
    weights.enumerated().map {
      Candidate(
        isEligible: true,
        weight: $0.element,
        inFlight: inFlight.indices.contains($0.offset) ? inFlight[$0.offset] : 0
      )
    }
  }

  private func picks(
    _ policy: some PickPolicy,
    _ candidates: [Candidate],
    count: Int,
    seed: UInt64
  ) -> [Int?] {
    var policy = policy
    var generator = SeededGenerator(seed: seed)
    policy.candidatesChanged(candidates, using: &generator)
    return (0..<count).map { _ in policy.pick(from: candidates, using: &generator) }
  }

  // MARK: Round robin

  @Test("Equal weights: each of n candidates gets one of any n calls in a row")
  func rotation() {
    for seed in UInt64(0)..<20 {
      let order = picks(RoundRobin(), candidates([100, 100, 100, 100]), count: 40, seed: seed)
      for start in 0...36 {
        #expect(Set(order[start..<start + 4]) == [0, 1, 2, 3], "seed \(seed)")
      }
    }
  }

  @Test("Weights give shares, exact over a cycle and interleaved within it")
  func weightedShares() {
    for seed in UInt64(0)..<20 {
      let order = picks(RoundRobin(), candidates([5, 1, 2]), count: 800, seed: seed)
      let counts = (0..<3).map { position in order.count { $0 == position } }
      for (count, expected) in zip(counts, [500, 100, 200]) {
        #expect(abs(count - expected) <= 1, "seed \(seed): \(counts)")
      }
      // Smooth: the heavy one never gets more than its share plus one of any eight calls.
      for start in 0..<(800 - 8) {
        #expect(order[start..<start + 8].count { $0 == 0 } <= 6, "seed \(seed)")
      }
    }
  }

  @Test("Clients that start with other seeds begin at other candidates")
  func startIsSpread() {
    let starts = (UInt64(0)..<200).map {
      picks(RoundRobin(), candidates([100, 100, 100, 100]), count: 1, seed: $0)[0]
    }
    for position in 0..<4 { #expect(starts.count { $0 == position } > 20) }
  }

  // MARK: Least outstanding requests

  @Test("The candidate with the fewest calls under way is picked")
  func leastOutstanding() {
    let order = picks(
      LeastOutstandingRequests(),
      candidates([1, 1, 1], inFlight: [3, 1, 2]),
      count: 10,
      seed: 1
    )
    #expect(order == Array(repeating: 1, count: 10))
  }

  @Test("A candidate of twice the weight holds twice the calls")
  func leastOutstandingWeights() {
    var list = candidates([200, 100])
    var policy = LeastOutstandingRequests()
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      guard let position = policy.pick(from: list, using: &generator) else { return }
      list[position].inFlight += 1
    }
    #expect(list.map(\.inFlight) == [200, 100])
  }

  @Test("Of equals each is picked as often")
  func ties() {
    let order = picks(
      LeastOutstandingRequests(),
      candidates([1, 1, 1, 1, 1]),
      count: 5000,
      seed: 9
    )
    for position in 0..<5 {
      #expect((900...1100).contains(order.count { $0 == position }), "position \(position)")
    }
  }

  // MARK: Both

  @Test("The ineligible are never picked, and nobody is picked when there is nobody")
  func eligibility() {
    var list = candidates([100, 100, 100])
    list[0].isEligible = false
    list[2].isEligible = false
    for seed in UInt64(0)..<10 {
      #expect(Set(picks(RoundRobin(), list, count: 20, seed: seed)) == [1])
      #expect(Set(picks(LeastOutstandingRequests(), list, count: 20, seed: seed)) == [1])
    }
    list[1].isEligible = false
    #expect(picks(RoundRobin(), list, count: 3, seed: 1) == [nil, nil, nil])
    #expect(picks(LeastOutstandingRequests(), list, count: 3, seed: 1) == [nil, nil, nil])
    #expect(picks(RoundRobin(), [], count: 1, seed: 1) == [nil])
    #expect(picks(LeastOutstandingRequests(), [], count: 1, seed: 1) == [nil])
  }

  @Test("Weight 0 means: only when nobody else is left")
  func weightZero() {
    var list = candidates([0, 100, 0])
    #expect(Set(picks(RoundRobin(), list, count: 20, seed: 1)) == [1])
    #expect(Set(picks(LeastOutstandingRequests(), list, count: 20, seed: 1)) == [1])
    list[1].isEligible = false
    #expect(Set(picks(RoundRobin(), list, count: 20, seed: 1)) == [0, 2])
    #expect(Set(picks(LeastOutstandingRequests(), list, count: 20, seed: 1)) == [0, 2])
  }

  @Test("The same seed gives the same picks")
  func deterministic() {
    let list = candidates([3, 1, 4, 1, 5], inFlight: [1, 1, 1, 1, 1])
    for seed in UInt64(0)..<10 {
      #expect(
        picks(RoundRobin(), list, count: 50, seed: seed)
          == picks(RoundRobin(), list, count: 50, seed: seed)
      )
      #expect(
        picks(LeastOutstandingRequests(), list, count: 50, seed: seed)
          == picks(LeastOutstandingRequests(), list, count: 50, seed: seed)
      )
    }
  }

  @Test("The names in settings are AWS's")
  func names() {
    #expect(
      PickPolicyName.allCases.map(\.rawValue) == ["round_robin", "least_outstanding_requests"]
    )
  }
}

@Suite struct HealthTallyTests {
  @Test("Every verdict and every check lead where they should")
  func transitions() {
    // Checks from the start, and the verdict after each.
    let runs: [([Bool], [HealthTally.Verdict])] = [
      ([true], [.healthy]),
      ([false, false], [.initial, .unhealthy]),
      ([false, true], [.initial, .healthy]),
      ([true, false, true, false, false], [.healthy, .healthy, .healthy, .healthy, .unhealthy]),
      (
        [false, false, true, false, true, true],
        [.initial, .unhealthy, .unhealthy, .unhealthy, .unhealthy, .healthy]
      ),
    ]
    for (checks, verdicts) in runs {
      var tally = HealthTally()
      for (check, verdict) in zip(checks, verdicts) {
        let before = tally.verdict
        #expect(tally.record(hasPassed: check) == (before != verdict), "\(checks)")
        #expect(tally.verdict == verdict, "\(checks)")
      }
    }
  }
}
