import Primitives
import Testing

@testable import DiscoveryCore

@Suite("The index of what targets serve")
struct ServingIndexTests {
  private var generator = SeededGenerator(seed: 9)
  private let well = Candidate(isEligible: true, weight: 100, inFlight: 0)

  @Test("Keys are bounded; one that found no place is known, and gets one when another goes")
  mutating func bound() {
    var index = ServingIndex(policy: RoundRobin(), limit: 2)
    index.add(0, well, to: ["a", "b"])
    index.add(1, well, to: ["b", "c"])
    #expect(index.keyCount == 2 && index.hasLeftOut && !index.shouldStartAnew)
    #expect(pick(&index, "c", [well, well]) == .nobody)
    index.remove(0, from: ["a"])
    #expect(index.shouldStartAnew)
    index.removeAll()
    index.add(0, well, to: ["b"])
    index.add(1, well, to: ["b", "c"])
    #expect(!index.hasLeftOut)
    #expect(pick(&index, "c", [well, well]) == .target(at: 1))
  }

  @Test("Who is not eligible is not picked, and counts as serving")
  mutating func eligibility() {
    var index = ServingIndex(policy: RoundRobin(), limit: 9)
    var unwell = well
    unwell.isEligible = false
    index.add(3, unwell, to: ["a"])
    index.add(1, unwell, to: ["a"])
    let all = [Candidate](repeating: unwell, count: 4)
    #expect(pick(&index, "a", all) == .outOfReach(count: 2))
    index.changed(3, to: well, keys: ["a"])
    #expect(pick(&index, "a", all) == .target(at: 3))
    index.remove(3, from: ["a"])
    index.remove(3, from: ["a"])
    #expect(pick(&index, "a", all) == .outOfReach(count: 1))
    index.remove(1, from: ["a"])
    #expect(pick(&index, "a", all) == .nobody && index.keyCount == 0)
  }

  private mutating func pick(
    _ index: inout ServingIndex<RoundRobin>,
    _ key: String,
    _ all: [Candidate]
  ) -> ServingIndex<RoundRobin>.Pick {
    index.pick(key, by: nil, avoiding: nil, among: all, using: &generator)
  }
}
