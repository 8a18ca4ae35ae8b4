import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("Endpoints of the balancer's executable")
struct EndpointTests {
  @Test("A managed endpoint is placed, answers by its target, is listed, and goes from its hosts")
  func managed() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b")]
      for host in hosts { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      let made = try await client.createWhenStoreIsThere(creation("flowers", replicas: 2))
      #expect(made.status == .creating)
      #expect(made.variants.first?.modelVersion == 3, "the newest version was meant")
      #expect(made.variants.first?.manifest?.framework == "test")
      try await client.waitFor("flowers", .inService, ready: 2)
      #expect(hosts.allSatisfy { $0.replicas == ["flowers"] })
      var answerers: [String] = []
      for _ in 0..<8 { answerers.append(try await world.predict("endpoints/flowers").host) }
      #expect(Set(answerers) == ["a", "b"])
      #expect(try await world.predict("endpoints/flowers/main").modelVersion == 3)
      let list = try await client.listEndpoints(ListEndpointsRequest())
      #expect(list.endpoints.map(\.name) == ["flowers"])
      let hostList = try await client.listHosts(ListHostsRequest()).hosts
      #expect(hostList.map(\.name) == ["a", "b"])
      #expect(hostList.allSatisfy { $0.pool == "managed" && $0.isReachable })
      #expect(
        try await world.metric(
          "martlet_endpoint_calls_total{account=\"default\",code=\"OK\",endpoint=\"flowers\"}"
        ) == 9
      )
      _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "flowers"))
      #expect(try await client.listEndpoints(ListEndpointsRequest()).endpoints.isEmpty)
      let missing = try await failure { _ = try await world.predict("endpoints/flowers") }
      #expect(missing.code == .notFound)
      #expect(
        missing.message == "there is no endpoint flowers; `martlet endpoints` lists them"
      )
      let again = try await failure {
        _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "flowers"))
      }
      #expect(again.code == .notFound)
      try await eventually("its hosts have unloaded it") {
        hosts.allSatisfy { $0.replicas.isEmpty }
      }
    }
  }

  @Test("Endpoints with one replica each are spread over the hosts")
  func spread() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b")]
      for host in hosts { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      try await eventually("both hosts are listed and connected") {
        try await client.listHosts(ListHostsRequest()).hosts.count { $0.isReachable } == 2
      }
      for name in ["one", "two", "three", "four"] {
        _ = try await client.createWhenStoreIsThere(creation(name))
        try await client.waitFor(name, .inService)
      }
      #expect(hosts.map(\.replicas.count) == [2, 2])
      for name in ["one", "two", "three", "four"] {
        #expect(try await world.predict("endpoints/\(name)").model == "iris")
      }
    }
  }

  @Test("A self-hosted endpoint serves as soon as a host of its own announces it")
  func selfHosted() async throws {
    try await ContractWorld.run { world in
      let own = FakeHost("own", pool: "self-hosted")
      let managed = FakeHost("a")
      try await own.start(in: world)
      try await managed.start(in: world)
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("mine", .selfHosted))
      try await eventually("its reason says what it waits for") {
        try await client.describe("mine").reason.contains("none of own has it")
      }
      let early = try await failure { _ = try await world.predict("endpoints/mine") }
      #expect(early.code == .unavailable && early.retryAfter == .seconds(1))
      #expect(early.message.contains("it is being created"), "\(early)")
      await own.bring(.init(endpoint: "mine", variant: "main", model: "iris", version: 3))
      try await client.waitFor("mine", .inService)
      #expect(try await world.predict("endpoints/mine").host == "own")
      let listed = try await client.listHosts(ListHostsRequest()).hosts.first { $0.name == "own" }
      #expect(listed?.replicas.map(\.endpoint) == ["mine"] && listed?.pool == "self-hosted")
      #expect(own.orderCount == 0, "nobody gives orders to a self-hosted host")
      #expect(managed.replicas.isEmpty)
      _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "mine"))
      #expect(try await client.listEndpoints(ListEndpointsRequest()).endpoints.isEmpty)
    }
  }

  @Test("The same again exists, other content conflicts, also without the model store")
  func idempotency() async throws {
    try await ContractWorld.run { world in
      let store = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      let made = try await client.createWhenStoreIsThere(creation("x", alias: "champion"))
      #expect(made.variants.first?.modelVersion == 2)
      let again = try await client.createEndpoint(creation("x", alias: "champion"))
      #expect(again.existed && again.endpoint?.id == made.id)
      let byNumber = try await client.createEndpoint(creation("x", version: 2))
      #expect(byNumber.existed && byNumber.endpoint?.id == made.id)
      let newest = try await failure { _ = try await client.createEndpoint(creation("x")) }
      #expect(newest.code == .alreadyExists)
      #expect(newest.message.contains("it serves version 2 of iris, not 3"))
      let other = try await failure {
        _ = try await client.createEndpoint(creation("x", model: "rose"))
      }
      #expect(other.code == .alreadyExists)
      let unknown = try await failure {
        _ = try await client.createEndpoint(creation("y", model: "tulip"))
      }
      #expect(unknown.code == .notFound && unknown.message.contains("there is no model tulip"))
      let bad = try await failure { _ = try await client.createEndpoint(creation("a b")) }
      #expect(bad.code == .invalidArgument && bad.message.hasPrefix("name: "))
      await store.die()
      let offline = try await client.createEndpoint(
        creation("x", alias: "champion"),
        options: CallOptions(timeout: .seconds(20))
      )
      #expect(offline.existed)
      let new = try await failure { _ = try await client.createEndpoint(creation("z")) }
      #expect(new.code == .unavailable && new.message.contains("model store"), "\(new)")
    }
  }

  @Test("Who may not is refused: by role, by account, by target")
  func permissions() async throws {
    try await ContractWorld.run { world in
      let host = FakeHost("a")
      try await host.start(in: world)
      _ = try await FakeStore().start(in: world)
      let acme = Principal(account: "acme", keyID: "1")
      var options = CallOptions(timeout: .seconds(20))
      options.principal = acme
      let gateway = try world.endpoints(as: "gateway/1")
      try await eventually("the model store is found") {
        do {
          _ = try await gateway.createEndpoint(creation("theirs"), options: options)
          return true
        } catch let error as RPCError where error.code == .unavailable {
          return false
        }
      }
      try await eventually("their account gets answers") {
        do {
          let answer = try await world.predict("endpoints/theirs", principal: acme)
          return answer.host == "a"
        } catch let error as RPCError where error.code == .unavailable {
          return false
        }
      }
      let stranger = try await failure { _ = try await world.predict("endpoints/theirs") }
      #expect(stranger.code == .notFound)
      let operators = try world.endpoints()
      #expect(try await operators.listEndpoints(ListEndpointsRequest()).endpoints.isEmpty)
      let trainer = try await failure {
        _ = try await world.endpoints(as: "trainer/1").createEndpoint(creation("t"))
      }
      #expect(trainer.code == .permissionDenied)
      let byTarget = try await failure {
        _ = try await world.predict("endpoints/theirs", as: "trainer/1")
      }
      #expect(byTarget.code == .permissionDenied)
      let variant = try await failure {
        _ = try await world.predict("endpoints/theirs/b", principal: acme)
      }
      #expect(variant.code == .notFound && variant.message.contains("no variant b"))
      let nonsense = try await failure { _ = try await world.predict("nowhere") }
      #expect(nonsense.code == .invalidArgument)
      let elsewhere = try await failure { _ = try await world.predict("services/trainer") }
      #expect(elsewhere.code == .notFound)
      // As the gateway passes a call for the balancer itself on.
      let here = try await gateway.listEndpoints(
        ListEndpointsRequest(),
        options: CallOptions(timeout: .seconds(20), target: "services/balancer")
      )
      #expect(here.endpoints.isEmpty)
    }
  }
}
