import Primitives
import Protocols
import RPC
import Synchronization
import TestKit
import Testing

@Suite("How the balancer spreads replicas over a pool that changes")
struct SpreadTests {
  private static let names = ["one", "two", "three", "four"]

  private func createAll(_ client: EndpointsClient) async throws {
    for name in SpreadTests.names {
      _ = try await client.createWhenStoreIsThere(creation(name))
    }
    for name in SpreadTests.names { try await client.waitFor(name, .inService) }
  }

  @Test("A pool that was down comes back with what each host had, whoever registers first")
  func downAndUp() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b")]
      for host in hosts { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      try await eventually("both hosts are listed and connected") {
        try await client.listHosts(ListHostsRequest()).hosts.count { $0.isReachable } == 2
      }
      try await createAll(client)
      let before = hosts.map(\.replicas)
      #expect(before.map(\.count) == [2, 2])
      async let last: Void = hosts[1].die()
      await hosts[0].die()
      await last
      // Past the lease: the balancer sees that the whole pool is gone.
      try await eventually("no host is left", within: .seconds(40)) {
        try await client.listHosts(ListHostsRequest()).hosts.isEmpty
      }
      try await world.stopBalancer()
      // Within a lease of its start, a host that was there before is waited for.
      try await world.startBalancer(lease: "60s")
      let (a, b) = (FakeHost("a"), FakeHost("b"))
      try await b.start(in: world)
      try await eventually("the first one back has what it had", within: .seconds(40)) {
        b.replicas == before[1]
      }
      try await a.start(in: world)
      try await eventually("and so has the other", within: .seconds(40)) {
        a.replicas == before[0]
      }
      for name in SpreadTests.names { try await client.waitFor(name, .inService) }
      #expect(b.replicas == before[1] && a.droppedCount + b.droppedCount == 0)
    }
  }

  @Test("A pool that starts with the balancer shares what there is, also if one host is first")
  func freshStart() async throws {
    try await ContractWorld.run { world in
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      for name in SpreadTests.names {
        _ = try await client.createWhenStoreIsThere(creation(name))
      }
      try await world.stopBalancer()
      try await world.startBalancer(placingDelay: "4s")
      let hosts = [FakeHost("a"), FakeHost("b")]
      try await hosts[0].start(in: world)
      try await eventually("the first host gets its orders", within: .seconds(40)) {
        hosts[0].orderCount > 2
      }
      #expect(hosts[0].replicas.isEmpty)
      #expect(try await client.describe("one").reason.contains("waits for hosts to register"))
      try await hosts[1].start(in: world)
      for name in SpreadTests.names { try await client.waitFor(name, .inService) }
      #expect(hosts.map(\.replicas.count) == [2, 2])
      #expect(hosts.map(\.droppedCount) == [0, 0])
    }
  }

  /// A call that comes to a host which has just been told to drop what it is for is refused before
  /// it begins, and its caller tries again; a real host passes it on.
  @Test("A host that comes late gets its share, and no call fails on the way")
  func lateHost() async throws {
    try await ContractWorld.run { world in
      let (a, b) = (FakeHost("a"), FakeHost("b"))
      try await a.start(in: world)
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      try await createAll(client)
      #expect(a.replicas.count == 4)
      let isOver = Mutex(false)
      let calls = Task {
        var count = 0
        while !isOver.withLock({ $0 }) {
          for name in SpreadTests.names {
            _ = try await world.predict("endpoints/\(name)", mayRetry: true)
          }
          count += 1
        }
        return count
      }
      try await b.start(in: world)
      try await eventually("each has two", within: .seconds(60)) {
        a.replicas.count == 2 && b.replicas.count == 2
      }
      isOver.withLock { $0 = true }
      #expect(try await calls.value > 0)
    }
  }

  @Test("A host that has seen far higher numbers follows this balancer's plans all the same")
  func numbers() async throws {
    try await ContractWorld.run { world in
      let host = FakeHost("a")
      // A year ahead, as a clock that was set back leaves it.
      let ahead = UInt64(WallClock.nowUnixMicroseconds) + 31_536_000_000_000
      host.haveSeen(ahead)
      try await host.start(in: world)
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("flowers"))
      try await client.waitFor("flowers", .inService)
      #expect(host.planRevision > ahead)
      // The number is on disk: the next process needs no lesson.
      try await world.killBalancer()
      try await world.startBalancer()
      _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "flowers"))
      try await eventually("the next plan is followed too") { host.replicas.isEmpty }
    }
  }
}
