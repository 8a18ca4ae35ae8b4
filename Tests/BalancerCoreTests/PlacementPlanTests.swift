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

  @Test("The same again changes nothing, and a host that comes moves nothing")
  mutating func stable() {
    let demands = (0..<4).map { demand("e\($0)") }
    _ = plan.plan(demands, on: present("a", "b"), now: at(0))
    let before = plan
    #expect(plan.plan(demands, on: present("a", "b"), now: at(1)) == OnPlan())
    #expect(plan.plan(demands, on: present("a", "b", "c"), now: at(2)) == OnPlan())
    #expect(plan == before)
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
    #expect(outcome.shortfalls == [key("e"): .tooFewHosts(wanted: 3, hostCount: 2)])
  }

  @Test("A full host gets no more, by count and by bytes")
  mutating func full() {
    var capacity = HostCapacity()
    capacity.replicaCount = 2
    capacity.weightBytes = 100
    plan = PlacementPlan(capacity: capacity)
    let outcome = plan.plan(
      [demand("a", bytes: 60), demand("b", bytes: 60), demand("c"), demand("d")],
      on: present("x"),
      now: at(0)
    )
    #expect(plan.assignments == ["x": [key("a"), key("c")]])
    #expect(outcome.shortfalls == [key("b"): .hostsAreFull, key("d"): .hostsAreFull])
  }

  @Test("Fewer replicas: the ready ones stay")
  mutating func fewer() {
    _ = plan.plan([demand("e", 3)], on: present("a", "b", "c"), now: at(0))
    report("c", ["e": .ready])
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
    next.renumber(floor: 5)
    #expect(next.revision == 1002)
  }
}
