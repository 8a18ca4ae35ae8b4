import DiscoveryCore
import Primitives
import Testing

@Suite struct MemberViewTests {
  var generator = SeededGenerator(seed: 3)
  var view = MemberView(role: "inference", settings: MemberViewTests.settings())

  /// No spread and no jitter, so that times are exact: lists every 60 s, waits 1 s, 2 s, 4 s.
  static func settings() -> MemberView.Settings {
    var settings = MemberView.Settings()
    settings.relistSpread = 0
    settings.backoff = Backoff(initial: .seconds(1), multiplier: 2, jitter: 0, cap: .seconds(30))
    return settings
  }

  func number(_ value: UInt64) -> WatchNumber { WatchNumber(value) }

  func request(_ value: UInt64, from revision: UInt64? = nil) -> WatchRequest {
    WatchRequest(
      number: number(value),
      role: "inference",
      position: revision.map { Position(epoch: 1, revision: $0) }
    )
  }

  func snapshot(
    _ ids: [String],
    revision: UInt64 = 10,
    epoch: UInt64 = 1,
    authority: Snapshot.Authority = .settled
  ) -> Snapshot {
    Snapshot(
      role: "inference",
      position: Position(epoch: epoch, revision: revision),
      authority: authority,
      instances: ids.map { instance($0) }
    )
  }

  func batch(after: UInt64, _ changes: [Change], epoch: UInt64 = 1) -> DeltaBatch {
    DeltaBatch(
      epoch: epoch,
      after: after,
      upTo: after + UInt64(changes.count),
      deltas: changes.enumerated().map {
        Delta(revision: after + UInt64($0.offset) + 1, change: $0.element)
      }
    )
  }

  var ids: [String] { view.members.keys.sorted() }

  /// Started at 0, listed at revision 10.
  mutating func follow(_ ids: [String]) {
    _ = view.start(now: at(0))
    _ = view.snapshotArrived(snapshot(ids), on: number(1), now: at(0), using: &generator)
  }

  // MARK: Idle

  @Test("Before the start nothing happens; the start asks for a snapshot, once")
  mutating func idle() {
    #expect(view.timerFired(now: at(0), using: &generator) == .ignored)
    #expect(
      view.snapshotArrived(snapshot(["a"]), on: number(0), now: at(0), using: &generator)
        == .ignored
    )
    #expect(view.batchArrived(batch(after: 0, []), on: number(0), now: at(0)) == .ignored)
    #expect(view.watchEnded(number(0), .lost, now: at(0), using: &generator) == .ignored)
    #expect(view.healthDecided(id: "a", isHealthy: false) == .unknown)
    #expect(view.start(now: at(0)) == .watch(request(1), wakeAt: at(10)))
    #expect(view.start(now: at(0)) == .ignored)
    #expect(view.feed == .listing(until: at(10)))
  }

  // MARK: Listing

  @Test("A snapshot fills the view and sets the time of the next list")
  mutating func firstSnapshot() {
    _ = view.start(now: at(0))
    #expect(view.batchArrived(batch(after: 0, []), on: number(1), now: at(1)) == .ignored)
    #expect(
      view.snapshotArrived(snapshot(["a", "b"]), on: number(1), now: at(1), using: &generator)
        == .applied([.added(instance("a")), .added(instance("b"))], wakeAt: at(61))
    )
    #expect(view.feed == .following)
    #expect(view.position == Position(epoch: 1, revision: 10))
    #expect(
      view.snapshotArrived(snapshot(["c"]), on: number(1), now: at(2), using: &generator)
        == .ignored,
      "a watch has one snapshot"
    )
  }

  @Test("A list that fails or does not come is asked for again, later and later")
  mutating func listFails() {
    _ = view.start(now: at(0))
    #expect(view.timerFired(now: at(9), using: &generator) == .wait(wakeAt: at(10)))
    #expect(view.timerFired(now: at(10), using: &generator) == .giveUp(wakeAt: at(11)))
    #expect(
      view.snapshotArrived(snapshot(["a"]), on: number(1), now: at(10.5), using: &generator)
        == .ignored,
      "it was given up"
    )
    #expect(view.batchArrived(batch(after: 0, []), on: number(1), now: at(10.5)) == .ignored)
    #expect(view.watchEnded(number(1), .lost, now: at(10.5), using: &generator) == .ignored)
    #expect(view.timerFired(now: at(10.5), using: &generator) == .wait(wakeAt: at(11)))
    #expect(
      view.timerFired(now: at(11), using: &generator) == .watch(request(2), wakeAt: at(21))
    )
    #expect(
      view.watchEnded(number(2), .lost, now: at(12), using: &generator) == .wait(wakeAt: at(14))
    )
    _ = view.timerFired(now: at(14), using: &generator)
    #expect(
      view.watchEnded(number(3), .compacted, now: at(14), using: &generator)
        == .wait(wakeAt: at(18))
    )
  }

  @Test("A snapshot older than what was seen of the same history is refused")
  mutating func staleSnapshot() {
    follow(["a"])
    #expect(
      view.timerFired(now: at(60), using: &generator) == .watch(request(2), wakeAt: at(70))
    )
    #expect(
      view.snapshotArrived(
        snapshot([], revision: 9),
        on: number(2),
        now: at(60),
        using: &generator
      )
        == .refused(wakeAt: at(61))
    )
    #expect(ids == ["a"])
    #expect(view.position?.revision == 10)
  }

  @Test("A snapshot of another role is refused")
  mutating func foreignSnapshot() {
    _ = view.start(now: at(0))
    let foreign = Snapshot(
      role: "gateway",
      position: Position(epoch: 1, revision: 1),
      authority: .settled,
      instances: [instance("g", role: "gateway")]
    )
    #expect(
      view.snapshotArrived(foreign, on: number(1), now: at(0), using: &generator)
        == .refused(wakeAt: at(1))
    )
    #expect(view.members.isEmpty)
  }

  // MARK: Following

  @Test("Changes are applied once, in order")
  mutating func changes() {
    follow(["a", "b"])
    let drained = instance("a", update: 1, condition: .draining)
    let first = batch(after: 10, [.put(instance("c")), .put(drained), .departed(key("b"))])
    #expect(
      view.batchArrived(first, on: number(1), now: at(1))
        == .applied(
          [.added(instance("c")), .updated(drained), .removed(key("b"))],
          wakeAt: at(60)
        )
    )
    #expect(view.position?.revision == 13)
    #expect(view.batchArrived(first, on: number(1), now: at(1)) == .ignored)
    // Overlapping: only what lies after revision 13 counts.
    #expect(
      view.batchArrived(
        batch(
          after: 12,
          [.put(instance("b")), .put(instance("d"))]
        ),
        on: number(1),
        now: at(1)
      )
        == .applied([.added(instance("d"))], wakeAt: at(60))
    )
    #expect(ids == ["a", "c", "d"])
  }

  @Test("A gap or another history leads to a new list, and the view stays as it is meanwhile")
  mutating func gap() {
    follow(["a"])
    #expect(
      view.batchArrived(
        batch(after: 11, [.departed(key("a"))]),
        on: number(1),
        now: at(5)
      )
        == .relist(request(2), wakeAt: at(15))
    )
    #expect(ids == ["a"])
    #expect(
      view.batchArrived(batch(after: 10, [.departed(key("a"))]), on: number(1), now: at(5))
        == .ignored,
      "the old watch is over"
    )
    #expect(
      view.batchArrived(batch(after: 10, [.departed(key("a"))]), on: number(2), now: at(5))
        == .ignored,
      "a list begins with a snapshot"
    )
    _ = view.snapshotArrived(
      snapshot(["a"], revision: 12),
      on: number(2),
      now: at(6),
      using: &generator
    )
    #expect(
      view.batchArrived(batch(after: 12, [], epoch: 2), on: number(2), now: at(7))
        == .relist(request(3), wakeAt: at(17))
    )
  }

  @Test("A lost watch goes on where it was; the first answer may be empty")
  mutating func resume() {
    follow(["a"])
    #expect(
      view.watchEnded(number(1), .lost, now: at(5), using: &generator) == .wait(wakeAt: at(6))
    )
    #expect(view.feed == .waiting(until: at(6)))
    #expect(view.start(now: at(5)) == .ignored)
    #expect(
      view.timerFired(now: at(6), using: &generator)
        == .watch(request(2, from: 10), wakeAt: at(16))
    )
    #expect(
      view.batchArrived(batch(after: 10, []), on: number(2), now: at(7))
        == .applied([], wakeAt: at(60))
    )
    #expect(view.feed == .following)
    #expect(
      view.watchEnded(number(1), .lost, now: at(8), using: &generator) == .ignored,
      "the end of an older watch"
    )
    #expect(
      view.watchEnded(number(2), .lost, now: at(8), using: &generator) == .wait(wakeAt: at(9)),
      "success made the wait short again"
    )
  }

  @Test("A forgotten history leads to a list at once")
  mutating func compacted() {
    follow(["a"])
    #expect(
      view.watchEnded(number(1), .compacted, now: at(5), using: &generator)
        == .relist(request(2), wakeAt: at(15))
    )
  }

  @Test("After a minute comes a list, also when watches keep breaking")
  mutating func relist() {
    follow(["a"])
    #expect(view.timerFired(now: at(59), using: &generator) == .wait(wakeAt: at(60)))
    _ = view.watchEnded(number(1), .lost, now: at(59.5), using: &generator)
    #expect(
      view.timerFired(now: at(60.5), using: &generator) == .watch(request(2), wakeAt: at(70.5))
    )
  }

  @Test("Lists of many clients spread over 60 s ± 20 %")
  func spread() {
    var earliest = Instant.distantFuture
    var latest = at(0)
    for seed in UInt64(0)..<200 {
      var generator = SeededGenerator(seed: seed)
      var view = MemberView(role: "inference")
      _ = view.start(now: at(0))
      guard
        case .applied(_, let wakeAt) = view.snapshotArrived(
          snapshot([]),
          on: number(1),
          now: at(0),
          using: &generator
        )
      else {
        Issue.record("seed \(seed): not applied")
        return
      }
      earliest = min(earliest, wakeAt)
      latest = max(latest, wakeAt)
    }
    #expect(earliest >= at(48) && earliest < at(50))
    #expect(latest <= at(72) && latest > at(70))
  }
}
