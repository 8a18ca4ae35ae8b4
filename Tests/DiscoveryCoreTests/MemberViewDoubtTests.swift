import DiscoveryCore
import Primitives
import Testing

/// Who stays and who goes when the registry's word is missing or in doubt.
extension MemberViewTests {
  // MARK: Losing the registry

  @Test("A registry that is gone for a day removes nobody")
  mutating func lastKnownGood() {
    follow(["a", "b"])
    _ = view.watchEnded(number(1), .lost, now: at(0), using: &generator)
    var now = at(1)
    while now < at(86_400) {
      switch view.timerFired(now: now, using: &generator) {
      case .watch(_, let wakeAt), .giveUp(let wakeAt), .wait(let wakeAt):
        #expect(wakeAt - now <= .seconds(30))
        now = wakeAt
      case .ignored:
        Issue.record("the view stopped trying")
        return
      }
    }
    #expect(ids == ["a", "b"])
  }

  @Test("A registry that started anew without its memory removes nobody, and is asked again soon")
  mutating func registryRestart() {
    follow(["a", "b"])
    _ = view.watchEnded(number(1), .lost, now: at(1), using: &generator)
    _ = view.timerFired(now: at(2), using: &generator)
    #expect(
      view.snapshotArrived(
        snapshot(["c"], revision: 1, epoch: 2, authority: .settling),
        on: number(2),
        now: at(2),
        using: &generator
      ) == .applied([.added(instance("c"))], wakeAt: at(17))
    )
    #expect(ids == ["a", "b", "c"])
    #expect(
      view.timerFired(now: at(17), using: &generator) == .watch(request(3), wakeAt: at(27))
    )
  }

  // MARK: Doubt

  @Test("When many vanish at once they stay until a health check fails or the registry lists them")
  mutating func quarantine() {
    follow(["a", "b", "c", "d"])
    #expect(
      view.batchArrived(
        batch(after: 10, [.expired(key("a")), .expired(key("b")), .expired(key("c"))]),
        on: number(1),
        now: at(1)
      )
        == .applied(
          [.quarantined(key("a")), .quarantined(key("b")), .quarantined(key("c"))],
          wakeAt: at(60)
        )
    )
    #expect(ids == ["a", "b", "c", "d"])
    #expect(view.healthDecided(id: "a", isHealthy: true) == .kept)
    #expect(view.healthDecided(id: "b", isHealthy: false) == .removed(.removed(key("b"))))
    #expect(view.healthDecided(id: "b", isHealthy: false) == .unknown)
    #expect(view.healthDecided(id: "d", isHealthy: false) == .kept, "the registry lists it")
    #expect(
      view.batchArrived(batch(after: 13, [.put(instance("c"))]), on: number(1), now: at(2))
        == .applied([.cleared(key("c"))], wakeAt: at(60))
    )
    #expect(view.members["a"]?.standing == .quarantined)
    #expect(view.members["c"]?.standing == .listed)
  }

  @Test("A list that lacks many is doubted in the same way, and again by the next list")
  mutating func quarantineBySnapshot() {
    follow(["a", "b", "c", "d"])
    _ = view.timerFired(now: at(60), using: &generator)
    #expect(
      view.snapshotArrived(
        snapshot(["d"], revision: 20),
        on: number(2),
        now: at(60),
        using: &generator
      )
        == .applied(
          [.quarantined(key("a")), .quarantined(key("b")), .quarantined(key("c"))],
          wakeAt: at(120)
        )
    )
    _ = view.timerFired(now: at(120), using: &generator)
    #expect(
      view.snapshotArrived(
        snapshot(["b", "d"], revision: 21),
        on: number(3),
        now: at(120),
        using: &generator
      )
        == .applied([.cleared(key("b"))], wakeAt: at(180))
    )
    #expect(ids == ["a", "b", "c", "d"])
  }

  @Test("One after the other within a lease: those that went already come back into doubt")
  mutating func quarantineRestores() {
    follow(["a", "b", "c", "d"])
    #expect(
      view.batchArrived(batch(after: 10, [.expired(key("a"))]), on: number(1), now: at(1))
        == .applied([.removed(key("a"))], wakeAt: at(60))
    )
    #expect(
      view.batchArrived(batch(after: 11, [.expired(key("b"))]), on: number(1), now: at(2))
        == .applied(
          [.added(instance("a")), .quarantined(key("a")), .quarantined(key("b"))],
          wakeAt: at(60)
        )
    )
    #expect(ids == ["a", "b", "c", "d"])
  }

  @Test("Good-byes are believed however many there are")
  mutating func departuresAreBelieved() {
    follow(["a", "b", "c"])
    #expect(
      view.batchArrived(
        batch(after: 10, [.departed(key("a")), .departed(key("b")), .departed(key("x"))]),
        on: number(1),
        now: at(1)
      )
        == .applied([.removed(key("a")), .removed(key("b"))], wakeAt: at(60))
    )
  }

  @Test("What a batch says last of an instance counts")
  mutating func lastWordCounts() {
    follow(["a", "b"])
    #expect(
      view.batchArrived(
        batch(
          after: 10,
          [
            .expired(key("a")), .put(instance("a")), .expired(key("b")),
            .put(instance("b", generation: 2)),
          ]
        ),
        on: number(1),
        now: at(1)
      )
        == .applied([.updated(instance("b", generation: 2))], wakeAt: at(60))
    )
  }

  // MARK: Limits and disk

  @Test("The view holds no more members than its limit")
  func limit() {
    var generator = SeededGenerator(seed: 1)
    var settings = MemberViewTests.settings()
    settings.memberCount = 2
    var view = MemberView(role: "inference", settings: settings)
    _ = view.start(now: at(0))
    _ = view.snapshotArrived(
      snapshot(["a", "b", "c"]),
      on: number(1),
      now: at(0),
      using: &generator
    )
    #expect(view.members.keys.sorted() == ["a", "b"])
  }

  @Test("A view that starts from disk knows its members, and lists before it believes")
  mutating func restore() {
    follow(["a", "b", "c"])
    _ = view.batchArrived(
      batch(after: 10, [.expired(key("a")), .expired(key("b"))]),
      on: number(1),
      now: at(1)
    )
    let saved = view.saved
    #expect(saved.members.map(\.standing) == [.quarantined, .quarantined, .listed])
    var heir = MemberView(
      role: "inference",
      saved: saved,
      settings: MemberViewTests.settings()
    )
    #expect(heir.members == view.members)
    #expect(heir.position == nil)
    #expect(heir.start(now: at(100)) == .watch(request(1), wakeAt: at(110)))
    #expect(heir.healthDecided(id: "a", isHealthy: false) == .removed(.removed(key("a"))))
    #expect(MemberView(role: "gateway", saved: saved).members.isEmpty)
  }
}
