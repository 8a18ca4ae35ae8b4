import BalancerCore
import Primitives
import Testing

@Suite("Which host has which replicas")
struct PlacementPlanTests {
  private var plan = PlacementPlan()

  @discardableResult
  private mutating func report(
    _ host: String,
    _ progress: [String: ReplicaProgress],
    at seconds: Double = 0
  ) -> OnReport {
    let reports = Dictionary(uniqueKeysWithValues: progress.map { (key($0.key), $0.value) })
    return plan.reported(by: host, revision: plan.revision, reports, now: at(seconds))
  }

  @Test("Replicas are spread evenly, each on a host of its own")
  mutating func spread() {
    let demands = (0..<6).map { demand("e\($0)", 2) }
    let outcome = plan.plan(demands, on: present("a", "b", "c"), now: at(0))
    #expect(outcome.changedHosts == ["a", "b", "c"])
    #expect(outcome.shortfalls.isEmpty)
    for each in demands { #expect(plan.hosts(of: each.key).count == 2) }
    #expect(plan.assignments.values.map(\.count) == [4, 4, 4])
  }

  /// All hosts report and announce everything that they shall serve.
  private mutating func settle(except late: String...) {
    for (host, keys) in plan.assignments where !late.contains(host) {
      report(host, Dictionary(uniqueKeysWithValues: keys.map { ($0.endpointID, .ready) }))
    }
    plan.announced(plan.assignments.filter { !late.contains($0.key) })
  }

  @Test("The same again changes nothing, and a host that comes early moves nothing")
  mutating func stable() {
    let demands = (0..<4).map { demand("e\($0)") }
    _ = plan.plan(demands, on: present("a", "b"), now: at(0))
    let before = plan
    #expect(plan.plan(demands, on: present("a", "b"), now: at(1)) == OnPlan())
    #expect(
      plan.plan(demands, on: present("a", "b", "c"), now: at(2)) == OnPlan(),
      "not loaded yet"
    )
    #expect(plan == before)
    settle()
    let held = plan.plan(demands, on: present("a", "b", "c"), now: at(2), calm: .hostsHaveCome)
    #expect(held == OnPlan(), "the balancer has just started")
  }

  @Test("A host that comes late gets its share, one at a time, each ready before it leaves its old")
  mutating func late() {
    let demands = (0..<4).map { demand("e\($0)") }
    _ = plan.plan(demands, on: present("a"), now: at(0))
    settle()
    let hosts = present("a", "b")
    #expect(plan.plan(demands, on: hosts, now: at(1)).changedHosts == ["b"])
    let first = plan.assignments["b"] ?? []
    #expect(first.count == 1 && plan.assignments["a"]?.count == 4)
    #expect(plan.plan(demands, on: hosts, now: at(2)) == OnPlan(), "b loads it")
    let word = Dictionary(
      uniqueKeysWithValues: first.map { ($0.endpointID, ReplicaProgress.ready) }
    )
    report("b", word)
    #expect(plan.plan(demands, on: hosts, now: at(2)) == OnPlan(), "no call finds it there yet")
    settle()
    #expect(
      plan.plan(demands, on: hosts, now: at(3)).changedHosts == ["a", "b"],
      "the next one too"
    )
    #expect(plan.assignments["a"]?.isDisjoint(with: first) == true)
    settle()
    #expect(plan.plan(demands, on: hosts, now: at(4)).changedHosts == ["a"])
    #expect(plan.assignments.mapValues(\.count) == ["a": 2, "b": 2])
    settle()
    #expect(plan.plan(demands, on: hosts, now: at(5)) == OnPlan())
  }

  @Test("A move that cannot load leaves everything where it was, and is not tried again")
  mutating func failedMove() {
    let demands = [demand("e"), demand("f")]
    _ = plan.plan(demands, on: present("a"), now: at(0))
    settle()
    let hosts = present("a", "b")
    _ = plan.plan(demands, on: hosts, now: at(1))
    #expect(plan.assignments["b"] == [key("e")])
    report("b", ["e": .failed("no memory")], at: 1)
    _ = plan.plan(demands, on: hosts, now: at(1))
    #expect(plan.assignments == ["a": [key("e"), key("f")], "b": [key("f")]], "another is tried")
    report("b", ["f": .failed("no memory")], at: 1)
    for second in 1...100 { _ = plan.plan(demands, on: hosts, now: at(Double(second))) }
    #expect(plan.assignments == ["a": [key("e"), key("f")]])
  }

  @Test("After a restart in the middle of a move, neither place is given up before one is ready")
  mutating func restartInMove() {
    plan = PlacementPlan(revision: 7, assignments: ["a": [key("e")], "b": [key("e")]])
    #expect(plan.plan([demand("e")], on: present("a", "b"), now: at(0)) == OnPlan())
    report("b", ["e": .loading])
    report("a", ["e": .ready])
    plan.announced(["a": [key("e")]])
    _ = plan.plan([demand("e")], on: present("a", "b"), now: at(1))
    #expect(plan.assignments == ["a": [key("e")]])
  }

  @Test("After the start nothing is placed, and what hosts had stays with them")
  mutating func start() {
    plan = PlacementPlan(revision: 7, assignments: ["b": [key("e")]])
    let demands = [demand("e"), demand("f")]
    let hosts: [String: HostPresence] = ["a": .present, "b": .away]
    let early = plan.plan(demands, on: hosts, now: at(0), calm: .none)
    #expect(early.shortfalls == [key("f"): .hostsAreComing] && early.changedHosts.isEmpty)
    _ = plan.plan(demands, on: present("a", "b"), now: at(5), calm: .hostsHaveCome)
    #expect(plan.assignments == ["a": [key("f")], "b": [key("e")]])
  }

  @Test("The replicas of a host that is gone go elsewhere; those of one that is away stay")
  mutating func gone() {
    let demands = [demand("e"), demand("f")]
    _ = plan.plan(demands, on: present("a", "b"), now: at(0))
    #expect(plan.hosts(of: key("e")) == ["a"])
    var hosts = present("a", "b")
    hosts["a"] = .away
    #expect(plan.plan(demands, on: hosts, now: at(1)) == OnPlan())
    let outcome = plan.plan(demands, on: present("b"), now: at(2))
    #expect(outcome.changedHosts == ["a", "b"])
    #expect(plan.assignments == ["b": [key("e"), key("f")]])
  }

  @Test("A host that is away gets nothing new")
  mutating func away() {
    let outcome = plan.plan([demand("e")], on: ["a": .away], now: at(0))
    #expect(outcome.shortfalls == [key("e"): .hostsAreAway])
    #expect(plan.assignments.isEmpty)
  }

  @Test("Too few hosts: what can be placed is, first one of each, and the lack is said")
  mutating func tooFew() {
    let none = plan.plan([demand("e")], on: [:], now: at(0))
    #expect(none.shortfalls == [key("e"): .noHosts])
    let outcome = plan.plan([demand("e", 3), demand("f", 1)], on: present("a", "b"), now: at(0))
    #expect(plan.hosts(of: key("e")) == ["a", "b"])
    #expect(plan.hosts(of: key("f")).count == 1)
    #expect(outcome.shortfalls == [key("e"): .tooFewHosts(hostCount: 2)])
  }

  @Test("A full host gets no more, by count, by bytes, and by what it can announce")
  mutating func full() {
    var capacity = HostCapacity()
    capacity.replicaCount = 2
    capacity.weightBytes = 100
    capacity.announcedBytes = 100
    plan = PlacementPlan(capacity: capacity)
    let outcome = plan.plan(
      [
        demand("a", bytes: 60), demand("b", bytes: 60), demand("c", announced: 101), demand("d"),
        demand("e"),
      ],
      on: present("x"),
      now: at(0)
    )
    #expect(plan.assignments == ["x": [key("a"), key("d")]])
    #expect(outcome.shortfalls.keys.sorted() == [key("b"), key("c"), key("e")])
    #expect(outcome.shortfalls.values.allSatisfy { $0 == .hostsAreFull })
  }

  @Test("Fewer replicas: the ready ones stay, and none goes before enough are ready")
  mutating func fewer() {
    _ = plan.plan([demand("e", 3)], on: present("a", "b", "c"), now: at(0))
    _ = plan.plan([demand("e", 1)], on: present("a", "b", "c"), now: at(0))
    #expect(plan.hosts(of: key("e")) == ["a", "b", "c"])
    report("c", ["e": .ready])
    plan.announced(["c": [key("e")]])
    _ = plan.plan([demand("e", 1)], on: present("a", "b", "c"), now: at(0))
    #expect(plan.hosts(of: key("e")) == ["c"])
  }

  @Test("An endpoint that nobody wants any more goes from all hosts")
  mutating func unwanted() {
    _ = plan.plan([demand("e", 2), demand("f")], on: present("a", "b"), now: at(0))
    let outcome = plan.plan([demand("f")], on: present("a", "b"), now: at(0))
    #expect(outcome.changedHosts == ["a", "b"] || outcome.changedHosts == ["a"])
    #expect(plan.hosts(of: key("e")).isEmpty)
  }

  @Test("A failed load is tried on another host, then again with growing pauses")
  mutating func failures() {
    let hosts = present("a", "b")
    _ = plan.plan([demand("e")], on: hosts, now: at(0))
    #expect(report("a", ["e": .failed("no memory")]) == .failed([key("e")]))
    #expect(report("a", ["e": .failed("no memory")]) == .noted, "the same failure counts once")
    _ = plan.plan([demand("e")], on: hosts, now: at(0))
    #expect(plan.hosts(of: key("e")) == ["b"])
    report("b", ["e": .failed("no disk")], at: 0.5)
    #expect(!plan.isHopeless(key("e"), on: ["a", "b"]))
    let pause = plan.plan([demand("e")], on: hosts, now: at(0.5))
    #expect(plan.hosts(of: key("e")).isEmpty)
    #expect(pause.shortfalls == [key("e"): .hostsFailed(retryAt: at(1))])
    #expect(pause.wakeAt == at(1))
    _ = plan.plan([demand("e")], on: hosts, now: at(1))
    #expect(plan.hosts(of: key("e")) == ["a"])
    report("a", ["e": .failed("no memory")], at: 1)
    _ = plan.plan([demand("e")], on: hosts, now: at(1.5))
    #expect(plan.hosts(of: key("e")) == ["b"])
    report("b", ["e": .failed("no disk")], at: 1.5)
    #expect(plan.isHopeless(key("e"), on: ["a", "b"]))
    #expect(!plan.isHopeless(key("e"), on: ["a", "b", "c"]), "a new host may be able to")
    let later = plan.plan([demand("e")], on: hosts, now: at(1.5))
    #expect(later.wakeAt == at(3), "the second pause of a is twice the first")
    #expect(plan.lastFailure(of: key("e"))?.words == "no disk")
    _ = plan.plan([demand("e")], on: hosts, now: at(3))
    report("a", ["e": .ready], at: 3)
    #expect(!plan.isHopeless(key("e"), on: ["a", "b"]), "a could, in the end")
  }

  @Test(
    "A host forgets a failed replica before it is asked for it again, also when planning is late"
  )
  mutating func forgetting() {
    _ = plan.plan([demand("e")], on: present("a"), now: at(0))
    report("a", ["e": .failed("x")])
    _ = plan.plan([demand("e")], on: present("a"), now: at(60))
    #expect(plan.assignments.isEmpty, "the pause is over, and yet it is taken away first")
    _ = plan.plan([demand("e")], on: present("a"), now: at(60))
    #expect(plan.hosts(of: key("e")) == ["a"])
  }

  @Test("An answer to an older plan says nothing about what was placed since")
  mutating func oldAnswers() {
    _ = plan.plan([demand("e")], on: present("a"), now: at(0))
    let old = plan.revision
    report("a", ["e": .failed("x")])
    _ = plan.plan([demand("e")], on: present("a"), now: at(0))
    _ = plan.plan([demand("e")], on: present("a"), now: at(2))
    let late = plan.reported(by: "a", revision: old, [key("e"): .failed("x")], now: at(2))
    #expect(late == .outdated)
    #expect(plan.hosts(of: key("e")) == ["a"])
    let future = plan.reported(by: "a", revision: plan.revision + 1, [:], now: at(2))
    #expect(future == .outdated)
  }

  @Test("Revisions rise with every change, over restarts, and above the floor")
  mutating func revisions() {
    _ = plan.plan([demand("e")], on: present("a"), now: at(0), floor: 1000)
    #expect(plan.revision == 1000)
    var next = PlacementPlan(revision: plan.revision, assignments: plan.assignments)
    #expect(next.plan([demand("e")], on: present("a"), now: at(0), floor: 5) == OnPlan())
    #expect(next.revision == 1000, "nothing changed")
    _ = next.plan([], on: present("a"), now: at(0), floor: 5)
    #expect(next.revision == 1001)
    next.renumber(above: 5000, floor: 5)
    #expect(next.revision == 5001, "at once, however far behind the clock is")
    next.renumber(above: 5, floor: 5)
    #expect(next.revision == 5002)
    next.renumber(above: .max, floor: .max)
    #expect(next.revision == UInt64(Int64.max), "what hosts and the store take")
  }
}
