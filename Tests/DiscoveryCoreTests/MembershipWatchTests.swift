import DiscoveryCore
import Primitives
import Testing

@Suite struct MembershipWatchTests {
  private let watcher = WatcherID(1)

  private func makeMembership(
    registered: [String] = [],
    _ adjust: (inout MembershipLimits) -> Void = { _ in }
  ) -> Membership {
    var limits = MembershipLimits()
    adjust(&limits)
    var membership = Membership(suite: suite, epoch: 77, limits: limits, now: at(0))
    for id in registered {
      _ = membership.register(instance(id), from: peer(id), now: at(0))
    }
    return membership
  }

  @Test("A watch begins with all instances of the role, sorted, at the present revision")
  func snapshot() {
    var membership = makeMembership(registered: ["b", "a"])
    _ = membership.register(
      instance("g", role: "gateway"),
      from: peer("g", role: "gateway"),
      now: at(0)
    )
    #expect(
      membership.watch(watcher, role: "inference", from: nil, now: at(20))
        == .snapshot(
          Snapshot(
            role: "inference",
            position: Position(epoch: 77, revision: 3),
            authority: .settled,
            instances: [instance("a"), instance("b")]
          )
        )
    )
    #expect(membership.poll(watcher) == .upToDate)
  }

  @Test("Until a lease has passed since its start, a registry says that absence means nothing")
  func settling() {
    for (time, authority) in [
      (0.0, Snapshot.Authority.settling), (14.9, .settling), (15, .settled),
    ] {
      var membership = makeMembership()
      #expect(
        membership.watch(watcher, role: "inference", from: nil, now: at(time))
          == .snapshot(
            Snapshot(
              role: "inference",
              position: Position(epoch: 77, revision: 0),
              authority: authority,
              instances: []
            )
          )
      )
    }
  }

  @Test("Then come the role's changes, each once, between the ends of what was sent")
  func deltas() {
    var membership = makeMembership()
    _ = membership.watch(watcher, role: "inference", from: nil, now: at(0))
    _ = membership.register(
      instance("g", role: "gateway"),
      from: peer("g", role: "gateway"),
      now: at(0)
    )
    #expect(membership.poll(watcher) == .upToDate, "another role's change is none")
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    _ = membership.drain(key("a"), generation: 1)
    _ = membership.deregister(key("a"), generation: 1, from: peer("a"), now: at(0))
    #expect(
      membership.poll(watcher)
        == .batch(
          DeltaBatch(
            epoch: 77,
            after: 0,
            upTo: 4,
            deltas: [
              Delta(revision: 2, change: .put(instance("a"))),
              Delta(revision: 3, change: .put(instance("a", condition: .draining))),
              Delta(revision: 4, change: .departed(key("a"))),
            ]
          )
        )
    )
    #expect(membership.poll(watcher) == .upToDate)
  }

  @Test("A long history comes in batches that join without a gap")
  func batches() {
    var membership = makeMembership { $0.batchCount = 3 }
    _ = membership.watch(watcher, role: "inference", from: nil, now: at(0))
    for index in 0..<8 {
      _ = membership.register(instance("i\(index)"), from: peer("i\(index)"), now: at(0))
    }
    var reached: UInt64 = 0
    var sizes: [Int] = []
    while case .batch(let batch) = membership.poll(watcher) {
      #expect(batch.after == reached)
      #expect(batch.deltas.last?.revision == batch.upTo)
      reached = batch.upTo
      sizes.append(batch.deltas.count)
    }
    #expect(sizes == [3, 3, 2] && reached == 8)
  }

  @Test("A watcher goes on where it was, also with nothing to say")
  func resume() {
    var membership = makeMembership(registered: ["a", "b"])
    #expect(
      membership.watch(
        watcher,
        role: "inference",
        from: Position(epoch: 77, revision: 1),
        now: at(20)
      )
        == .resumed(
          DeltaBatch(
            epoch: 77,
            after: 1,
            upTo: 2,
            deltas: [Delta(revision: 2, change: .put(instance("b")))]
          )
        )
    )
    #expect(
      membership.watch(
        WatcherID(2),
        role: "inference",
        from: Position(epoch: 77, revision: 2),
        now: at(20)
      )
        == .resumed(DeltaBatch(epoch: 77, after: 2, upTo: 2, deltas: []))
    )
    #expect(
      membership.watch(
        WatcherID(3),
        role: "trainer",
        from: Position(epoch: 77, revision: 0),
        now: at(20)
      )
        == .resumed(DeltaBatch(epoch: 77, after: 0, upTo: 2, deltas: []))
    )
  }

  @Test(
    "A position of another history, of the future or of forgotten times gets a snapshot",
    arguments: [
      Position(epoch: 76, revision: 7), Position(epoch: 77, revision: 9),
      Position(epoch: 77, revision: 4),
    ]
  )
  func noResume(_ position: Position) {
    var membership = makeMembership(registered: (0..<8).map { "i\($0)" }) { $0.historyCount = 3 }
    guard
      case .snapshot(let snapshot) = membership.watch(
        watcher,
        role: "inference",
        from: position,
        now: at(0)
      )
    else {
      Issue.record("no snapshot")
      return
    }
    #expect(snapshot.position == Position(epoch: 77, revision: 8))
    #expect(
      membership.watch(
        watcher,
        role: "inference",
        from: Position(epoch: 77, revision: 5),
        now: at(0)
      )
        != .snapshot(snapshot),
      "three changes are remembered"
    )
  }

  @Test("A watcher that falls behind the history is told to list again, and only that one")
  func compacted() {
    var membership = makeMembership { $0.historyCount = 4 }
    _ = membership.watch(watcher, role: "inference", from: nil, now: at(0))
    _ = membership.watch(WatcherID(2), role: "gateway", from: nil, now: at(0))
    for index in 0..<5 {
      _ = membership.register(instance("i\(index)"), from: peer("i\(index)"), now: at(0))
    }
    _ = membership.watch(WatcherID(3), role: "inference", from: nil, now: at(0))
    #expect(membership.poll(watcher) == .compacted)
    #expect(membership.poll(watcher) == .unknown)
    #expect(membership.poll(WatcherID(2)) == .upToDate, "nothing of its role was forgotten")
    #expect(membership.poll(WatcherID(3)) == .upToDate)
    _ = membership.register(
      instance("g", role: "gateway"),
      from: peer("g", role: "gateway"),
      now: at(0)
    )
    guard case .batch(let batch) = membership.poll(WatcherID(2)) else {
      Issue.record("a quiet role's watcher lost its place")
      return
    }
    #expect(batch.deltas.map(\.revision) == [6] && batch.upTo == 6)
  }

  @Test("The history keeps the newest changes, however many there were")
  func historyStaysBounded() {
    var membership = makeMembership { $0.historyCount = 5 }
    for update in UInt64(0)..<500 {
      _ = membership.register(instance("a", update: update), from: peer("a"), now: at(0))
      let oldest = max(0, Int64(update) + 1 - 5)
      guard
        case .resumed(let batch) = membership.watch(
          watcher,
          role: "inference",
          from: Position(epoch: 77, revision: UInt64(oldest)),
          now: at(0)
        )
      else {
        Issue.record("update \(update): the last five changes must be known")
        return
      }
      #expect(batch.deltas.count == min(5, Int(update) + 1))
    }
  }

  @Test("Watchers are counted, start over under the same id, and leave room when they go")
  func watchers() {
    var membership = makeMembership { $0.watcherCount = 1 }
    _ = membership.watch(watcher, role: "inference", from: nil, now: at(0))
    #expect(
      membership.watch(WatcherID(2), role: "inference", from: nil, now: at(0))
        == .refused(.tooManyWatchers(limit: 1))
    )
    guard case .snapshot = membership.watch(watcher, role: "gateway", from: nil, now: at(0)) else {
      Issue.record("the same id must be able to start over")
      return
    }
    #expect(membership.unwatch(watcher) == .removed)
    #expect(membership.unwatch(watcher) == .unknown)
    #expect(membership.poll(watcher) == .unknown)
    #expect(membership.watcherCount == 0)
    #expect(
      membership.watch(watcher, role: "a/b", from: nil, now: at(0))
        == .refused(
          .invalid(
            InstanceProblem("role", "has the name \"a/b\"; use letters, digits and - . _ only")
          )
        )
    )
  }
}
