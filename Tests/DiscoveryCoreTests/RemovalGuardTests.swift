import DiscoveryCore
import Primitives
import Testing

@Suite struct RemovalGuardTests {
  private func set(_ range: Range<Int>) -> [Instance] { range.map { instance("i\($0)") } }

  @Test(
    "One instance may always go; two or more only below fifteen per cent",
    arguments: [
      (1, 1, true), (1, 2, true), (1, 100, true), (2, 2, false), (2, 13, false), (2, 14, true),
      (3, 20, false), (14, 100, true), (15, 100, false), (100, 100, false),
    ]
  )
  func threshold(_ vanishing: Int, _ members: Int, _ mayGo: Bool) {
    var removalGuard = RemovalGuard()
    let verdict = removalGuard.judge(
      vanishing: set(0..<vanishing),
      memberCount: members,
      now: at(0)
    )
    #expect(verdict == (mayGo ? .remove : .quarantine(restoring: [])))
  }

  @Test("Losses within a window add up, and those that went already come back")
  func window() {
    var removalGuard = RemovalGuard()
    #expect(removalGuard.judge(vanishing: set(0..<1), memberCount: 20, now: at(0)) == .remove)
    #expect(removalGuard.judge(vanishing: set(1..<2), memberCount: 19, now: at(5)) == .remove)
    #expect(
      removalGuard.judge(vanishing: set(2..<3), memberCount: 18, now: at(10))
        == .quarantine(restoring: set(0..<2))
    )
    // The three are back, in quarantine; a fourth joins them and nobody is restored twice.
    #expect(
      removalGuard.judge(vanishing: set(3..<4), memberCount: 20, now: at(12))
        == .quarantine(restoring: [])
    )
  }

  @Test("Losses a window apart do not add up")
  func apart() {
    var removalGuard = RemovalGuard()
    for index in 0..<10 {
      #expect(
        removalGuard.judge(
          vanishing: set(index..<index + 1),
          memberCount: 10 - index,
          now: at(Double(index) * 15)
        )
          == .remove
      )
    }
  }

  @Test("Who came back does not count")
  func forget() {
    var removalGuard = RemovalGuard()
    #expect(removalGuard.judge(vanishing: set(0..<1), memberCount: 3, now: at(0)) == .remove)
    removalGuard.forget(id: "i0")
    #expect(removalGuard.judge(vanishing: set(1..<2), memberCount: 3, now: at(1)) == .remove)
  }
}
