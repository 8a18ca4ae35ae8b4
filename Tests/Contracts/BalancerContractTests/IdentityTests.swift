import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("Which of several things by one name answers a call")
struct IdentityTests {
  /// Waits until a call is answered, and says by which version on which host.
  private func answer(
    _ world: ContractWorld,
    _ target: String,
    principal: Principal? = nil
  ) async throws -> (host: String, version: UInt32) {
    var found: (String, UInt32)?
    try await eventually("\(target) is answered") {
      do {
        let answer = try await world.predict(target, principal: principal)
        found = (answer.host, answer.modelVersion)
        return true
      } catch let error as RPCError where error.code == .unavailable {
        return false
      }
    }
    return try #require(found)
  }

  @Test("A self-hosted folder with a managed endpoint's name gets none of its calls")
  func namesakes() async throws {
    try await ContractWorld.run { world in
      let (managed, own) = (FakeHost("a"), FakeHost("own", pool: "self-hosted"))
      for host in [managed, own] { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      // The very same model and version: only whose it is differs.
      await own.bring(.init(endpoint: "flowers", variant: "main", model: "iris", version: 3))
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("flowers"))
      try await client.waitFor("flowers", .inService)
      try await eventually("the copy is known") {
        try await client.listHosts(ListHostsRequest()).hosts
          .contains { $0.name == "own" && $0.replicas.map(\.endpoint) == ["flowers"] }
      }
      for _ in 0..<40 { #expect(try await world.predict("endpoints/flowers").host == "a") }
      // Not even when nobody else is left.
      await managed.die()
      try await eventually("the host is given up", within: .seconds(40)) {
        let error = try await failure { _ = try await world.predict("endpoints/flowers") }
        return error.code == .unavailable
      }
      #expect(own.answerCount(3) == 0)
    }
  }

  @Test("An endpoint that was made anew is never answered by the old one's model")
  func recreated() async throws {
    try await ContractWorld.run { world in
      let hosts = [FakeHost("a"), FakeHost("b")]
      for host in hosts { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      let old = try await client.createWhenStoreIsThere(
        creation("flowers", version: 1, replicas: 2)
      )
      try await client.waitFor("flowers", .inService, ready: 2)
      // One of its hosts never hears that it is gone.
      hosts[0].ignoreOrders()
      _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "flowers"))
      let made = try await client.createEndpoint(creation("flowers", version: 2, replicas: 2))
      #expect(!made.existed && made.endpoint?.id != old.id)
      let before = hosts.map { $0.answerCount(1) }
      #expect(try await answer(world, "endpoints/flowers") == ("b", 2))
      for _ in 0..<40 { #expect(try await world.predict("endpoints/flowers").modelVersion == 2) }
      #expect(hosts.map { $0.answerCount(1) } == before)
      #expect(hosts[0].replicas == ["flowers"], "the old replica is still announced")
      // Also when the balancer has to begin with what it knew.
      try await world.killBalancer()
      try await world.startBalancer()
      #expect(try await answer(world, "endpoints/flowers") == ("b", 2))
      #expect(hosts.map { $0.answerCount(1) } == before)
    }
  }

  @Test("Names are an account's own: two endpoints of one name answer each their own callers")
  func accounts() async throws {
    try await ContractWorld.run { world in
      let (managed, own) = (FakeHost("a"), FakeHost("own", pool: "self-hosted"))
      for host in [managed, own] { try await host.start(in: world) }
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints(as: "gateway/1")
      let acme = Principal(account: "acme", keyID: "1")
      func create(_ request: CreateEndpointRequest, _ principal: Principal?) async throws {
        var options = CallOptions(timeout: .seconds(20))
        options.principal = principal
        try await eventually("it is made") {
          do {
            return try await client.createEndpoint(request, options: options).existed == false
          } catch let error as RPCError where error.code == .unavailable {
            return false
          }
        }
      }
      try await create(creation("flowers", version: 1), nil)
      try await create(creation("flowers", version: 2), acme)
      #expect(try await answer(world, "endpoints/flowers").version == 1)
      #expect(try await answer(world, "endpoints/flowers", principal: acme).version == 2)
      // Copies too: the default account's is not acme's, which has one of the same name.
      await own.bring(.init(endpoint: "mine", variant: "main", model: "iris", version: 1))
      await own.bring(
        .init(endpoint: "mine", account: "acme", variant: "main", model: "iris", version: 2)
      )
      try await create(creation("mine", .selfHosted, version: 1), acme)
      try await create(creation("mine", .selfHosted, version: 1), nil)
      #expect(try await answer(world, "endpoints/mine").version == 1)
      let theirs = try await failure {
        _ = try await world.predict("endpoints/mine", principal: acme)
      }
      #expect(theirs.code == .unavailable, "the version that they have is not the one they mean")
      #expect(own.answerCount(2) == 0)
    }
  }

  @Test("Two that create at once get one endpoint, and one that is deleted meanwhile is none")
  func races() async throws {
    try await ContractWorld.run { world in
      _ = try await FakeStore().start(in: world)
      let client = try world.endpoints()
      _ = try await client.createWhenStoreIsThere(creation("first"))
      for round in 0..<10 {
        let ids = try await withThrowingTaskGroup(of: String?.self) { group in
          for _ in 0..<6 {
            group.addTask { try await client.createEndpoint(creation("x")).endpoint?.id }
          }
          return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1, "round \(round)")
        _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "x"))
        let gone = try await failure { _ = try await client.describe("x") }
        #expect(gone.code == .notFound)
        let made = try await client.createEndpoint(creation("x"))
        #expect(!made.existed && !ids.contains(made.endpoint?.id))
        _ = try await client.deleteEndpoint(DeleteEndpointRequest(name: "x"))
      }
    }
  }
}
