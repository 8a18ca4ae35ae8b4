import BalancerCore
import Primitives
import Testing

/// Hosts that come, go, vanish for a while and fail to load, from a seed.
@Suite("Placement under chance")
struct PlacementSimulationTests {
  private struct World {
    var generator: SeededGenerator
    var plan = PlacementPlan()
    var hosts: [String: HostPresence] = [:]
    var demands: [String: Int] = [:]
    var now = at(0)
    /// What each host has loaded, by the last plan that reached it.
    var loaded: [String: Set<ReplicaKey>] = [:]
    /// Hosts that cannot load some endpoint for now.
    var broken: Set<String> = []
    var lastRevision: UInt64 = 0

    /// Where calls are answered.
    var served: [String: Set<ReplicaKey>] { loaded.filter { hosts[$0.key] == .present } }

    func servedCount(_ endpoint: String) -> Int {
      served.values.count { $0.contains(key(endpoint)) }
    }

    var demandList: [Demand] { demands.map { demand($0.key, $0.value) } }

    mutating func step() {
      let host = "h\(Int.random(in: 0..<6, using: &generator))"
      switch Int.random(in: 0..<10, using: &generator) {
      case 0, 1, 2: hosts[host] = .present
      case 3:
        if hosts[host] != nil { hosts[host] = .away }
      case 4:
        hosts[host] = nil
        loaded[host] = nil
        plan.restarted(host)
      case 5, 6:
        demands["e\(Int.random(in: 0..<8, using: &generator))"] =
          Int.random(in: 1...3, using: &generator)
      case 7: demands["e\(Int.random(in: 0..<8, using: &generator))"] = nil
      case 8: broken.insert("\(host)/e\(Int.random(in: 0..<8, using: &generator))")
      case _:
        let restored = PlacementPlan(revision: plan.revision, assignments: plan.assignments)
        if Bool.random(using: &generator) { plan = restored }
      }
    }

    /// Plans, and lets the hosts that are present follow. Answers who was told something else.
    mutating func round() -> Set<String> {
      now = now + .milliseconds(250)
      let outcome = plan.plan(demandList, on: hosts, now: now)
      for (host, presence) in hosts where presence == .present {
        var reports: [ReplicaKey: ReplicaProgress] = [:]
        for key in plan.assignments[host] ?? [] {
          if broken.contains("\(host)/\(key.endpointID)") {
            reports[key] = .failed("broken")
          } else {
            loaded[host, default: []].insert(key)
            reports[key] = .ready
          }
        }
        loaded[host, default: []].formIntersection(plan.assignments[host] ?? [])
        _ = plan.reported(by: host, revision: plan.revision, reports, now: now)
      }
      plan.announced(served)
      return outcome.changedHosts
    }

    func check(_ seed: UInt64, _ step: Int, servedBefore: [String: Int]) {
      for (host, keys) in plan.assignments {
        #expect(hosts[host] != nil, "seed \(seed), step \(step): \(host) is gone, and has replicas")
        for key in keys {
          #expect(
            demands[key.endpointID] != nil,
            "seed \(seed), step \(step): \(key) is not wanted"
          )
        }
      }
      for (endpoint, count) in demands {
        let placed = plan.hosts(of: key(endpoint)).count
        #expect(
          placed <= count || servedBefore[endpoint, default: 0] < count || placed == count + 1,
          "seed \(seed), step \(step): too many of \(endpoint)"
        )
      }
      #expect(plan.revision >= lastRevision, "seed \(seed), step \(step): the revision fell")
    }
  }

  @Test(
    "No replica on a host that is gone, enough where hosts suffice, and rest when nothing happens",
    arguments: 0..<40 as Range<UInt64>
  )
  func simulation(seed: UInt64) {
    var world = World(generator: SeededGenerator(seed: seed))
    for step in 0..<150 {
      world.lastRevision = world.plan.revision
      world.step()
      let before = world.demands.keys.map { ($0, world.servedCount($0)) }
      _ = world.round()
      world.check(seed, step, servedBefore: Dictionary(uniqueKeysWithValues: before))
    }
    // The storm is over: everything that can be is loaded within a bounded number of looks.
    world.broken = []
    for (host, _) in world.hosts { world.hosts[host] = .present }
    for _ in 0..<(70 * 4) { _ = world.round() }
    let before = world.plan.assignments
    for _ in 0..<20 {
      #expect(world.round().isEmpty, "seed \(seed): the plan does not come to rest")
    }
    #expect(world.plan.assignments == before)
    for (endpoint, count) in world.demands {
      let holders = world.plan.hosts(of: key(endpoint))
      #expect(holders.count == min(count, world.hosts.count), "seed \(seed): \(endpoint)")
      for host in holders {
        #expect(world.loaded[host]?.contains(key(endpoint)) == true, "seed \(seed): \(endpoint)")
      }
    }
  }

  @Test("The same history gives the same plan", arguments: [3, 17] as [UInt64])
  func deterministic(seed: UInt64) {
    var worlds = [0, 1].map { _ in World(generator: SeededGenerator(seed: seed)) }
    for index in worlds.indices {
      for _ in 0..<100 {
        worlds[index].step()
        _ = worlds[index].round()
      }
    }
    #expect(worlds[0].plan == worlds[1].plan)
  }

  @Test("No plan takes a replica away that calls need", arguments: 0..<20 as Range<UInt64>)
  func noFlapping(seed: UInt64) {
    var world = World(generator: SeededGenerator(seed: seed))
    for index in 0..<4 { world.hosts["h\(index)"] = .present }
    for index in 0..<8 { world.demands["e\(index)"] = 1 + index % 3 }
    _ = world.round()
    for step in 0..<100 {
      let host = "h\(Int.random(in: 0..<6, using: &world.generator))"
      if Bool.random(using: &world.generator) {
        world.hosts[host] = .present
      } else if world.hosts.count > 3 {
        world.hosts[host] = nil
        world.loaded[host] = nil
        world.plan.restarted(host)
      }
      let before = world.demands.keys.map { ($0, world.servedCount($0)) }
      _ = world.round()
      for (endpoint, count) in before {
        let wanted = world.demands[endpoint] ?? 0
        #expect(
          world.servedCount(endpoint) >= min(count, wanted),
          "seed \(seed), step \(step): \(endpoint) lost a replica"
        )
      }
    }
    for _ in 0..<40 { _ = world.round() }
    let loads = world.hosts.keys.map { world.plan.assignments[$0]?.count ?? 0 }
    #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1, "seed \(seed): \(loads)")
  }
}
