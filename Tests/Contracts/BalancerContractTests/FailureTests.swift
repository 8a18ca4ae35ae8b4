import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import TestKit
import Testing

@Suite("What the balancer does when things fail")
struct FailureTests {
  @Test("A balancer that was killed comes back with its endpoints, and no host loses a replica")
  func kill() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b"), FakeHost("c")]
      for host in hosts { try await host.start(in: world) }
      let store = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      for name in ["one", "two", "three"] {
        _ = try await client.createWhenStoreIsThere(creation(name, replicas: 2))
      }
      for name in ["one", "two", "three"] {
        try await client.waitFor(name, .inService, ready: 2)
      }
      // Hosts that came late get their share first, and nothing moves any more.
      try await eventually("every host has two of the six replicas") {
        hosts.allSatisfy { $0.replicas.count == 2 }
      }
      let before = hosts.map(\.replicas)
      let dropped = hosts.map(\.droppedCount)
      let revisions = hosts.map(\.planRevision)
      let ids = try await client.listEndpoints(ListEndpointsRequest()).endpoints.map(\.id)
      // Without the store, which nothing that runs needs.
      await store.die()
      for _ in 0..<2 {
        try await world.killBalancer()
        try await world.startBalancer()
        try await eventually("calls are answered again") {
          do {
            return try await world.predict("endpoints/two").model == "iris"
          } catch let error as RPCError where error.code == .unavailable {
            return false
          }
        }
        for name in ["one", "two", "three"] {
          try await client.waitFor(name, .inService, ready: 2)
        }
      }
      let orders = hosts.map(\.orderCount)
      // Past the lease, and what the balancer waits for hosts of its last plan.
      try await eventually("orders went on for longer than a lease", within: .seconds(60)) {
        zip(hosts, orders).allSatisfy { $0.orderCount > $1 + 50 }
      }
      #expect(hosts.map(\.replicas) == before)
      #expect(hosts.map(\.droppedCount) == dropped)
      #expect(zip(hosts, revisions).allSatisfy { $0.planRevision >= $1 })
      let after = try await client.listEndpoints(ListEndpointsRequest()).endpoints.map(\.id)
      #expect(after == ids)
      _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "one"))
      try await eventually("a plan of after the restart is obeyed") {
        hosts.allSatisfy { !$0.replicas.contains("one") }
      }
    }
  }

  @Test("The replicas of a host that dies are placed elsewhere")
  func hostDies() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b")]
      for host in hosts { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("flowers"))
      try await client.waitFor("flowers", .inService)
      let holder = try #require(hosts.first { !$0.replicas.isEmpty })
      let other = try #require(hosts.first { $0.id != holder.id })
      await holder.die()
      try await eventually("the other host has it", within: .seconds(40)) {
        other.replicas == ["flowers"]
      }
      try await eventually("calls go there") {
        do {
          return try await world.predict("endpoints/flowers").host == other.id
        } catch let error as RPCError where error.code == .unavailable {
          return false
        }
      }
    }
  }

  @Test("A load that fails is tried on another host; when all fail the endpoint says why")
  func failingLoads() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b")]
      hosts[0].fail("one", "a lacks memory")
      for host in hosts {
        host.fail("none", "opset 99 is not known")
        try await host.start(in: world)
      }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("one"))
      try await client.waitFor("one", .inService)
      #expect(try await world.predict("endpoints/one").host == "b")
      _ = try await client.createEndpoint(creation("none"))
      try await client.waitFor("none", .failed, ready: 0)
      let failed = try await client.describe("none")
      #expect(failed.reason.contains("opset 99 is not known"), "\(failed.reason)")
      let call = try await failure { _ = try await world.predict("endpoints/none") }
      #expect(call.code == .unavailable && call.message.contains("no host could load it"))
      #expect(!call.message.contains("opset"), "hosts' words are for those who run them")
    }
  }

  @Test("More replicas than hosts: what can be placed is, and the reason says what lacks")
  func tooFewHosts() async throws {
    try await ContractWorld.run { world in
      let first = FakeHost("a")
      try await first.start(in: world)
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("wide", replicas: 2))
      try await client.waitFor("wide", .inService)
      #expect(
        try await client.describe("wide").reason == "1 of 2 replicas placed: the pool has 1 host"
      )
      let second = FakeHost("b")
      try await second.start(in: world)
      try await client.waitFor("wide", .inService, ready: 2)
      #expect(try await client.describe("wide").reason == "")
      #expect(first.droppedCount == 0)
    }
  }

  @Test("A watcher gets everything there is, then every change, and the end of each endpoint")
  func watch() async throws {
    try await ContractWorld.run { world in
      let host = FakeHost("a")
      try await host.start(in: world)
      await host.holdLoads(true)
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("early"))
      let seen = Mutex<[String]>([])
      func note(_ text: String) { seen.withLock { $0.append(text) } }
      let watching = Task {
        try await world.endpoints(as: "gateway/1").watchEndpoints(WatchEndpointsRequest()) {
          (responses: ResponseStream<WatchEndpointsResponse>) async throws in
          for try await response in responses {
            switch response.event {
            case .changed(let change):
              let endpoint = change.endpoint
              note("\(endpoint?.name ?? "?") \(endpoint?.status ?? .unspecified)")
            case .deleted(let deleted): note("\(deleted.account)/\(deleted.name) gone")
            case .isSnapshotEnd: note("end of snapshot")
            case nil: break
            }
          }
        }
      }
      defer { watching.cancel() }
      try await eventually("the snapshot is there") {
        seen.withLock { $0.contains("end of snapshot") }
      }
      #expect(seen.withLock { $0.prefix(2) } == ["early creating", "end of snapshot"])
      await host.holdLoads(false)
      _ = try await client.createEndpoint(creation("late"))
      try await eventually("both are in service") {
        seen.withLock { $0.contains("early inService") && $0.contains("late inService") }
      }
      _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "late"))
      try await eventually("the end is told") {
        seen.withLock { $0.last == "default/late gone" }
      }
    }
  }

  @Test("A stop does not wait for those who watch")
  func stopWithWatchers() async throws {
    try await ContractWorld.run { world in
      let host = FakeHost("a")
      try await host.start(in: world)
      let seen = Seen()
      let endpoints = try world.endpoints(as: "gateway/1")
      let registry = RegistryClient(try world.channel(as: "trainer/1"))
      let first = Task {
        try await endpoints.watchEndpoints(WatchEndpointsRequest()) {
          (responses: ResponseStream<WatchEndpointsResponse>) async throws in
          for try await _ in responses { seen.add() }
        }
      }
      let second = Task {
        try await registry.watch(WatchRoleRequest(role: "inference")) {
          (responses: ResponseStream<WatchRoleResponse>) async throws in
          for try await _ in responses { seen.add() }
        }
      }
      try await eventually("both watch") { seen.count >= 2 }
      // A drain that waited for them would end at its limit, and not in order.
      try await world.stopBalancer()
      _ = await (first.result, second.result)
    }
  }
}

private final class Seen: Sendable {
  private let value = Mutex(0)
  func add() { value.withLock { $0 += 1 } }
  var count: Int { value.withLock { $0 } }
}
