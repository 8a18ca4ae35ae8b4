import DiscoveryCore
import Primitives
import Testing

@Suite struct ConnectionSetTests {
  private var generator = SeededGenerator(seed: 3)
  /// Waits of 1 s, 2 s, 4 s.
  private var set = ConnectionSet(
    policy: RoundRobin(),
    backoff: Backoff(initial: .seconds(1), multiplier: 2, jitter: 0, cap: .seconds(10))
  )
  private let report = CallReport(hasSucceeded: true, latency: .milliseconds(1))

  @discardableResult
  private mutating func change(_ change: MemberChange) -> OnMemberChange {
    set.memberChanged(change, using: &generator)
  }

  private mutating func add(_ id: String, connect: Bool = true) throws -> TargetSlot {
    guard case .connect(let dial) = change(.added(instance(id))) else {
      throw RegistryError.unknownLease
    }
    if connect { #expect(set.connected(dial.slot, using: &generator) == .use) }
    return dial.slot
  }

  private mutating func check(_ slot: TargetSlot, _ passes: Bool...) -> OnHealthCheck {
    var last = OnHealthCheck.ignored
    for hasPassed in passes { last = set.checked(slot, hasPassed: hasPassed, using: &generator) }
    return last
  }

  /// Who gets calls, over many picks; leaves nothing in flight.
  private mutating func pickable() -> Set<String> {
    var ids = Set<String>()
    for _ in 0..<50 {
      guard case .call(let slot) = set.pick(using: &generator) else { continue }
      if let key = set.key(of: slot) { ids.insert(key.id) }
      _ = set.callEnded(slot, report, now: at(0))
    }
    return ids
  }

  @Test("Without a target the reason is said")
  mutating func noTarget() throws {
    #expect(set.pick(using: &generator) == .none(.noInstances))
    _ = try add("a", connect: false)
    #expect(set.pick(using: &generator) == .none(.notConnected(count: 1)))
    change(.updated(instance("a", update: 1, condition: .draining)))
    #expect(set.pick(using: &generator) == .none(.allDraining(count: 1)))
  }

  @Test("A connected target serves at once; a healthy majority shuts the others out")
  mutating func health() throws {
    let a = try add("a")
    let b = try add("b")
    let c = try add("c")
    #expect(pickable() == ["a", "b", "c"], "nobody was checked yet")
    #expect(check(a, true) == .becameHealthy(key("a")))
    #expect(check(a, true) == .unchanged)
    #expect(pickable() == ["a", "b", "c"], "one of three is no majority")
    _ = check(b, true)
    #expect(pickable() == ["a", "b"], "c has not passed a check")
    #expect(check(c, true) == .becameHealthy(key("c")))
    #expect(check(b, false) == .unchanged)
    #expect(check(b, false) == .becameUnhealthy(key("b")))
    #expect(pickable() == ["a", "c"])
    _ = check(c, false, false)
    #expect(pickable() == ["a", "b", "c"], "below half healthy all count")
  }

  @Test("Draining targets get no calls, also when all others are unwell")
  mutating func draining() throws {
    let a = try add("a")
    _ = try add("b")
    change(.updated(instance("b", update: 1, condition: .draining)))
    _ = check(a, false, false)
    #expect(pickable() == ["a"])
  }

  @Test("A new weight takes effect without a new connection")
  mutating func weight() throws {
    _ = try add("a")
    _ = try add("b")
    #expect(change(.updated(instance("a", update: 1, weight: 0))) == .nothing)
    #expect(pickable() == ["b"])
  }

  @Test("A call that failed somewhere goes elsewhere, and back where nobody else is left")
  mutating func avoids() throws {
    _ = try add("a")
    let b = try add("b")
    for _ in 0..<10 {
      #expect(set.pick(avoiding: key("a"), using: &generator) == .call(b))
      _ = set.callEnded(b, report, now: at(0))
    }
    #expect(pickable() == ["a", "b"], "only that call was kept away")
    change(.removed(key("b")))
    guard case .call(let slot) = set.pick(avoiding: key("a"), using: &generator) else {
      Issue.record("the last one left was not picked")
      return
    }
    #expect(set.key(of: slot) == key("a"))
    #expect(set.pick(avoiding: key("x"), using: &generator) != .none(.noInstances))
  }

  @Test("Doubt changes no connection")
  mutating func doubt() throws {
    _ = try add("a")
    #expect(change(.quarantined(key("a"))) == .nothing)
    #expect(pickable() == ["a"])
    #expect(change(.cleared(key("a"))) == .nothing)
  }

  @Test("A removed target is closed at once when idle, else after its last call")
  mutating func removal() throws {
    let a = try add("a")
    let b = try add("b")
    var slots: [TargetSlot] = []
    for _ in 0..<4 {
      if case .call(let slot) = set.pick(using: &generator) { slots.append(slot) }
    }
    #expect(slots.count { $0 == a } == 2)
    #expect(change(.removed(key("a"))) == .finish(a))
    #expect(change(.removed(key("a"))) == .nothing)
    #expect(set.count == 1)
    #expect(pickable() == ["b"])
    #expect(set.callEnded(a, report, now: at(0)) == .nothing)
    #expect(set.callEnded(a, report, now: at(0)) == .close(a))
    #expect(set.callEnded(a, report, now: at(0)) == .ignored)
    for _ in 0..<2 { _ = set.callEnded(b, report, now: at(0)) }
    #expect(change(.removed(key("b"))) == .close(b))
    #expect(set.pick(using: &generator) == .none(.noInstances))
  }

  @Test("Events of a place that was given away again are ignored")
  mutating func oldSlots() throws {
    let old = try add("a")
    change(.removed(key("a")))
    let new = try add("b", connect: false)
    #expect(old != new)
    #expect(set.connected(old, using: &generator) == .close)
    #expect(set.connectFailed(old, now: at(0), using: &generator) == .ignored)
    #expect(set.disconnected(old, now: at(0), using: &generator) == .ignored)
    #expect(set.checked(old, hasPassed: true, using: &generator) == .ignored)
    #expect(set.callEnded(old, report, now: at(0)) == .ignored)
    #expect(set.key(of: old) == nil)
    #expect(set.pick(using: &generator) == .none(.notConnected(count: 1)))
  }

  @Test("A new start or other addresses mean a new connection; the old one finishes its calls")
  mutating func replacement() throws {
    let first = try add("a")
    let restarted = instance("a", generation: 2)
    guard case .replace(first, true, let dial) = change(.updated(restarted)) else {
      Issue.record("an idle connection to an older start must be replaced")
      return
    }
    _ = set.connected(dial.slot, using: &generator)
    #expect(set.pick(using: &generator) == .call(dial.slot))
    let moved = instance("a", generation: 2, update: 1, port: 7001)
    guard case .replace(dial.slot, false, let next) = change(.updated(moved)) else {
      Issue.record("a busy connection must finish its calls")
      return
    }
    #expect(next.address.text == "10.0.0.1:7001")
    #expect(set.count == 1)
    #expect(set.pick(using: &generator) == .none(.notConnected(count: 1)))
    #expect(set.callEnded(dial.slot, report, now: at(0)) == .close(dial.slot))
  }

  @Test("Failed attempts take the next address, wait longer and count as failed checks")
  mutating func reconnect() throws {
    var two = instance("a")
    two.addresses.append(instance("a", port: 7001).addresses[0])
    guard case .connect(let first) = change(.added(two)) else {
      Issue.record("no connection is opened")
      return
    }
    let slot = first.slot
    #expect(first.address.text == "10.0.0.1:7000")
    #expect(
      set.connectFailed(slot, now: at(0), using: &generator)
        == .retry(at: at(1), becameUnhealthy: false)
    )
    #expect(set.timerFired(now: at(0.5)) == .connect([], wakeAt: at(1)))
    guard case .connect(let dials, nil) = set.timerFired(now: at(1)) else {
      Issue.record("the timer opens nothing")
      return
    }
    #expect(dials.map(\.address.text) == ["10.0.0.1:7001"])
    #expect(
      set.connectFailed(slot, now: at(2), using: &generator)
        == .retry(at: at(4), becameUnhealthy: true)
    )
    _ = set.timerFired(now: at(4))
    #expect(set.connected(slot, using: &generator) == .use)
    #expect(check(slot, true, true) == .becameHealthy(key("a")))
    #expect(
      set.disconnected(slot, now: at(10), using: &generator)
        == .retry(at: at(11), becameUnhealthy: false),
      "a passed check makes the wait short again"
    )
    #expect(set.pick(using: &generator) == .none(.notConnected(count: 1)))
    #expect(set.timerFired(now: at(11)) == .connect([first], wakeAt: nil))
  }

  @Test("A leaving target that loses its connection is forgotten, its calls still end")
  mutating func leavingIsLost() throws {
    let a = try add("a")
    #expect(set.pick(using: &generator) == .call(a))
    change(.removed(key("a")))
    #expect(set.disconnected(a, now: at(0), using: &generator) == .forgotten)
    #expect(set.connected(a, using: &generator) == .close)
    #expect(set.timerFired(now: at(100)) == .connect([], wakeAt: nil))
    #expect(set.callEnded(a, report, now: at(0)) == .close(a))
  }

  @Test("Whatever happens, counts add up and only eligible targets are picked")
  func model() {
    for seed in UInt64(0)..<100 {
      var generator = SeededGenerator(seed: seed)
      var set = ConnectionSet(policy: LeastOutstandingRequests())
      var slots: [String: TargetSlot] = [:]
      var known = Set<String>()
      var up = Set<TargetSlot>()
      var calls: [TargetSlot] = []
      for step in 0..<400 {
        let id = "i\(Int.random(in: 0..<6, using: &generator))"
        let now = at(Double(step))
        switch Int.random(in: 0..<9, using: &generator) {
        case 0:
          if case .connect(let dial) = set.memberChanged(.added(instance(id)), using: &generator) {
            slots[id] = dial.slot
          }
          known.insert(id)
        case 1:
          let effect = set.memberChanged(.removed(key(id)), using: &generator)
          let isBusy = slots[id].map { slot in calls.contains { $0 == slot } } ?? false
          switch effect {
          case .finish: #expect(known.contains(id) && isBusy, "seed \(seed)")
          case .close: #expect(known.contains(id) && !isBusy, "seed \(seed)")
          case .nothing: #expect(!known.contains(id), "seed \(seed)")
          case .connect, .replace: Issue.record("seed \(seed): a removal opens a connection")
          }
          known.remove(id)
          if let slot = slots.removeValue(forKey: id) { up.remove(slot) }
        case 2:
          guard let slot = slots[id] else { continue }
          #expect(set.connected(slot, using: &generator) == .use, "seed \(seed)")
          up.insert(slot)
        case 3:
          guard let slot = slots[id] else { continue }
          _ = set.disconnected(slot, now: now, using: &generator)
          up.remove(slot)
        case 4:
          guard let slot = slots[id] else { continue }
          let hasPassed = Bool.random(using: &generator)
          _ = set.checked(slot, hasPassed: hasPassed, using: &generator)
        case 5, 6, 7:
          switch set.pick(using: &generator) {
          case .call(let slot):
            #expect(up.contains(slot), "seed \(seed): a call to a target that is not connected")
            calls.append(slot)
          case .none(.noInstances): #expect(known.isEmpty, "seed \(seed)")
          case .none(.notConnected(let count)):
            #expect(count == known.count && up.isEmpty, "seed \(seed)")
          case .none(.allDraining): Issue.record("seed \(seed): nobody drains here")
          case .none(.notServed), .none(.servedOutOfReach), .none(.tooManyKeys):
            Issue.record("seed \(seed): nothing was asked for by key")
          }
        case _:
          guard let slot = calls.randomElement(using: &generator),
            let index = calls.firstIndex(of: slot)
          else { continue }
          calls.remove(at: index)
          let isLast = !slots.values.contains(slot) && !calls.contains(slot)
          #expect(
            set.callEnded(slot, CallReport(hasSucceeded: true, latency: .zero), now: now)
              == (isLast ? .close(slot) : .nothing),
            "seed \(seed), step \(step)"
          )
        }
        #expect(set.count == known.count, "seed \(seed), step \(step)")
        #expect(
          set.candidates.reduce(0) { $0 + $1.inFlight } == calls.count,
          "seed \(seed), step \(step)"
        )
      }
    }
  }
}
