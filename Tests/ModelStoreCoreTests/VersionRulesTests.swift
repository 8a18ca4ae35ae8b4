import ModelStoreCore
import Primitives
import Testing

@Suite("Versions and aliases")
struct VersionRulesTests {
  @Test("the same manifest is its version, another one the next number")
  func versions() throws {
    #expect(try VersionRules.onCreateVersion(withSameManifest: nil, last: 0) == .create(1))
    #expect(try VersionRules.onCreateVersion(withSameManifest: nil, last: 7) == .create(8))
    #expect(try VersionRules.onCreateVersion(withSameManifest: 3, last: 7) == .existing(3))
    #expect(throws: StoreProblem.self) {
      _ = try VersionRules.onCreateVersion(withSameManifest: nil, last: .max)
    }
  }

  @Test("of a dataset only the newest version can be met again")
  func datasets() throws {
    #expect(try VersionRules.onCreateDataset(newest: nil, last: 0) == .create(1))
    #expect(try VersionRules.onCreateDataset(newest: (4, true), last: 4) == .existing(4))
    #expect(try VersionRules.onCreateDataset(newest: (4, false), last: 4) == .create(5))
  }

  @Test("the numbers of versions that were deleted are not given out again")
  func deleted() throws {
    #expect(try VersionRules.onCreateDataset(newest: nil, last: 7) == .create(8))
    #expect(try VersionRules.onCreateDataset(newest: (4, false), last: 7) == .create(8))
    #expect(try VersionRules.onCreateDataset(newest: (4, true), last: 7) == .existing(4))
    #expect(throws: StoreProblem.self) {
      try VersionRules.onCreateDataset(newest: nil, last: .max)
    }
  }

  @Test("a call means a number or an alias, and without either the latest")
  func selectors() throws {
    #expect(try VersionRules.Selector(version: 0, alias: "") == .latest)
    #expect(try VersionRules.Selector(version: 0, alias: "latest") == .latest)
    #expect(try VersionRules.Selector(version: 3, alias: "") == .number(3))
    #expect(try VersionRules.Selector(version: 0, alias: "champion") == .alias("champion"))
    #expect(throws: StoreProblem.self) { try VersionRules.Selector(version: 1, alias: "a") }
    #expect(throws: StoreProblem.self) { try VersionRules.Selector(version: 0, alias: "a b") }
  }

  @Test("an alias moves from the revision that was seen, and from no other")
  func moves() throws {
    func moved(
      _ current: AliasRules.State?,
      expected: UInt64
    ) throws(StoreProblem) -> AliasRules.State {
      try AliasRules.moved(current, named: "champion", to: 5, expectedRevision: expected)
    }
    let state = AliasRules.State(version: 2, revision: 3)
    #expect(try moved(nil, expected: 0) == AliasRules.State(version: 5, revision: 1))
    #expect(try moved(state, expected: 3) == AliasRules.State(version: 5, revision: 4))
    for (current, expected) in [(nil, 1), (state, 0), (state, 2), (state, 4)]
      as [(AliasRules.State?, UInt64)]
    {
      #expect(throws: StoreProblem.self) { _ = try moved(current, expected: expected) }
    }
  }

  @Test("a new version takes the aliases that it asks for, a repeated create only free ones")
  func aliasesOfCreates() {
    let taken = AliasRules.State(version: 2, revision: 3)
    let own = AliasRules.State(version: 5, revision: 9)
    let fresh = AliasRules.State(version: 5, revision: 1)
    func effect(_ existed: Bool, _ current: AliasRules.State?) -> AliasRules.OnCreate {
      AliasRules.onCreate(of: 5, existed: existed, current: current)
    }
    #expect(effect(false, nil) == .set(fresh))
    #expect(effect(false, taken) == .set(AliasRules.State(version: 5, revision: 4)))
    #expect(effect(false, own) == .leave)
    #expect(effect(true, nil) == .set(fresh))
    #expect(effect(true, taken) == .leave)
    #expect(effect(true, own) == .leave)
  }

  @Test("latest belongs to the store, and a list of aliases is bounded")
  func names() throws {
    #expect(try AliasRules.checked(requested: ["b", "a", "b"]) == ["a", "b"])
    #expect(throws: StoreProblem.self) { try AliasRules.checked(requested: ["latest"]) }
    #expect(throws: StoreProblem.self) { try AliasRules.checked(requested: ["a/b"]) }
    #expect(throws: StoreProblem.self) {
      try AliasRules.checked(requested: (0...16).map { "a\($0)" })
    }
    #expect(throws: Never.self) { try AliasRules.checkCount(100) }
    #expect(throws: StoreProblem.self) { try AliasRules.checkCount(101) }
  }

  @Test("a page ends at its count or its bytes, and holds one thing at least")
  func pages() {
    func taken(_ byteCounts: [Int], upTo count: Int) -> [Bool] {
      var budget = PageBudget(count: count)
      return byteCounts.map { budget.takes(byteCount: $0) }
    }
    #expect(taken([1, 1, 0], upTo: 2) == [true, true, false])
    #expect(taken([3 << 20, 1], upTo: 100) == [true, false])
    #expect(taken([1, StoreLimits.pageBytes - 1, 1], upTo: 100) == [true, true, false])
  }
}
