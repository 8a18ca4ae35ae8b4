import DiscoveryCore
import Primitives
import Testing

@Suite struct DiscoverySimulationTests {
  /// The network is well, nobody acts any more, and time passes: three lists and a lease.
  private func settle(_ world: inout SimulatedWorld) {
    world.isQuiet = true
    world.cutOff = []
    if world.registry == nil { world.startRegistry() }
    world.run(until: world.now + .seconds(300))
  }

  /// What the registry should list: every process that lives and has not left.
  private func expected(_ world: SimulatedWorld) -> [Instance] {
    world.nodes.filter { $0.isAlive && $0.registration.phase != .left }
      .map(\.registration.instance).sorted { $0.key < $1.key }
  }

  private func expectAgreement(_ world: SimulatedWorld) {
    let listed = world.registry?.instances(role: "inference") ?? []
    #expect(listed == expected(world), world.comment)
    for client in world.clients {
      let members = client.view.members.values.sorted { $0.instance.key < $1.instance.key }
      #expect(members.map(\.instance) == listed, world.comment)
      #expect(members.allSatisfy { $0.standing == .listed }, world.comment)
      #expect(
        client.view.position
          == world.registry.map { Position(epoch: $0.epoch, revision: $0.revision) },
        world.comment
      )
    }
  }

  @Test("After any chaos and some quiet, every client sees what the registry lists and what lives")
  func converges() {
    var expiryCount = 0
    for seed in UInt64(0)..<60 {
      var world = SimulatedWorld(seed: seed)
      world.run(until: at(240))
      settle(&world)
      expectAgreement(world)
      expiryCount += world.expiryCount
    }
    #expect(expiryCount > 100, "the chaos must contain deaths")
  }

  @Test("A registry that is away for an hour costs no client a member; back, it costs none either")
  func registryLoss() {
    for seed in UInt64(100)..<110 {
      var settings = SimulatedWorld.Settings()
      settings.actInterval = 1e9
      var world = SimulatedWorld(seed: seed, settings: settings)
      world.isQuiet = true
      world.run(until: at(60))
      let known = Set((0..<8).map { "n\($0)" })
      world.stopRegistry()
      for client in world.clients { #expect(client.protected == known, world.comment) }
      world.run(until: at(3660))
      world.startRegistry()
      // A registry without its memory lists nobody at first; still nobody may go.
      for index in world.clients.indices { world.clients[index].protected = known }
      world.run(until: at(3960))
      expectAgreement(world)
      #expect(world.expiryCount == 0, world.comment)
    }
  }

  @Test("A registry that is cut off from all instances lists none, and clients keep them all")
  func registryCutOff() {
    for seed in UInt64(200)..<210 {
      var settings = SimulatedWorld.Settings()
      settings.actInterval = 1e9
      var world = SimulatedWorld(seed: seed, settings: settings)
      world.isQuiet = true
      world.run(until: at(60))
      world.cutOff = Set(world.nodes.indices)
      world.run(until: at(600))
      #expect(world.registry?.instances(role: "inference") == [], world.comment)
      #expect(world.expiryCount == 8, "\(world.comment): each lease ends once")
      for client in world.clients {
        #expect(client.view.members.count == 8, world.comment)
        #expect(
          client.view.members.values.allSatisfy { $0.standing == .quarantined },
          world.comment
        )
      }
      // One of them really dies: the registry's word and the failed check together remove it.
      world.nodes[3].isAlive = false
      world.run(until: at(620))
      for client in world.clients {
        #expect(client.view.members["n3"] == nil && client.view.members.count == 7, world.comment)
      }
      settle(&world)
      expectAgreement(world)
    }
  }

  @Test("A single instance that dies is gone within a lease and a beat's delay, everywhere")
  func singleDeath() {
    for seed in UInt64(300)..<310 {
      var settings = SimulatedWorld.Settings()
      settings.actInterval = 1e9
      var world = SimulatedWorld(seed: seed, settings: settings)
      world.isQuiet = true
      world.run(until: at(60))
      world.nodes[5].isAlive = false
      world.run(until: at(76))
      #expect(world.expiryCount == 1, world.comment)
      for client in world.clients {
        #expect(client.view.members["n5"] == nil && client.view.members.count == 7, world.comment)
      }
    }
  }

  @Test("The same seed gives the same run")
  func deterministic() {
    func run() -> ([[String]], UInt64?, Int) {
      var world = SimulatedWorld(seed: 9)
      world.run(until: at(150))
      return (
        world.clients.map { $0.view.members.keys.sorted() }, world.registry?.revision,
        world.expiryCount
      )
    }
    let (first, second) = (run(), run())
    #expect(first == second)
  }
}
