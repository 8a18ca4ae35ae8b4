import Discovery
import DiscoveryCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import ServiceMesh
import Testing
import Transport

@Suite("Services that find each other over TLS")
struct ServiceMeshTests {
  private func answered(
    _ node: MeshNode,
    _ role: String,
    serving key: String? = nil
  ) async throws -> String? {
    do {
      return try await node.whoAnswers(role, serving: key)
    } catch let error as RPCError where error.code == .unavailable {
      return nil
    }
  }

  @Test("Who registers is found by its role, also by a mesh that asks for the role late")
  func found() async throws {
    try await MeshWorld.run { world in
      let registry = try await world.start("balancer/1")
      let place = "balancer=\(registry.address)"
      // It runs before anybody asks it for a role.
      let gateway = try await world.start("gateway/1", instances: place)
      _ = try await world.start("inference/a", instances: place)
      try await eventually("a is found") { try await answered(gateway, "inference") == "a" }
      _ = try await world.start("inference/b", instances: place)
      try await eventually("b gets calls, too") {
        try await answered(gateway, "inference") == "b"
      }
      #expect(gateway.mesh.channel(to: "inference") === gateway.mesh.channel(to: "inference"))
    }
  }

  @Test("The registry's own mesh follows it without a call")
  func own() async throws {
    try await MeshWorld.run { world in
      let registry = try await world.start("balancer/1")
      _ = try await world.start("inference/a", instances: "balancer=\(registry.address)")
      try await eventually("a is found") { try await answered(registry, "inference") == "a" }
    }
  }

  @Test("Labels and attributes that change direct the calls that ask for them")
  func attributes() async throws {
    try await MeshWorld.run { world in
      let registry = try await world.start("balancer/1")
      let place = "balancer=\(registry.address)"
      let gateway = try await world.start("gateway/1", instances: place)
      let a = try await world.start("inference/a", instances: place, labels: ["pool": "managed"])
      let b = try await world.start("inference/b", instances: place, labels: ["pool": "own"])
      try await eventually("b is found by its label") {
        try await answered(gateway, "inference", serving: "pool=own") == "b"
      }
      try await eventually("a is found by its label") {
        try await answered(gateway, "inference", serving: "pool=managed") == "a"
      }
      let nobody = await #expect(throws: RPCError.self) {
        try await gateway.whoAnswers("inference", serving: "endpoints/iris")
      }
      #expect(nobody?.code == .unavailable && nobody?.isNotStarted == true)
      #expect(
        nobody?.message.contains("none of 2 instances serves endpoints/iris") == true,
        "\(nobody?.message ?? "")"
      )
      a.registration?.setAttributes(["endpoints/iris": Bytes("1")])
      try await eventually("a serves it") {
        try await answered(gateway, "inference", serving: "endpoints/iris") == "a"
      }
      // Of changes that follow each other at once the last one counts.
      for round in 0..<20 { a.registration?.setAttributes(["endpoints/\(round)": Bytes()]) }
      b.registration?.setAttributes(["endpoints/iris": Bytes("2")])
      try await eventually("b serves it") {
        try await answered(gateway, "inference", serving: "endpoints/iris") == "b"
      }
      try await eventually("a's last word counts") {
        try await answered(gateway, "inference", serving: "endpoints/19") == "a"
      }
      for _ in 0..<10 {
        #expect(try await gateway.whoAnswers("inference", serving: "endpoints/iris") == "b")
      }
    }
  }

  @Test("A registry that was away and came back without its memory disturbs nobody")
  func restart() async throws {
    try await MeshWorld.run { world in
      let registry = try await world.start("balancer/1")
      let address = registry.address
      let gateway = try await world.start("gateway/1", instances: "balancer=\(address)")
      let a = try await world.start("inference/a", instances: "balancer=\(address)")
      a.registration?.setAttributes(["endpoints/iris": Bytes()])
      try await eventually("a serves it") {
        try await answered(gateway, "inference", serving: "endpoints/iris") == "a"
      }
      await registry.stop()
      for _ in 0..<20 {
        #expect(try await gateway.whoAnswers("inference", serving: "endpoints/iris") == "a")
      }
      _ = try await world.start("balancer/1", listenOn: address)
      _ = try await world.start("inference/b", instances: "balancer=\(address)")
      try await eventually("who comes later is found as well") {
        try await answered(gateway, "inference") == "b"
      }
      #expect(try await gateway.whoAnswers("inference", serving: "endpoints/iris") == "a")
    }
  }

  @Test("A service under another role's certificate gets no calls")
  func wrongRole() async throws {
    try await MeshWorld.run { world in
      let registry = try await world.start("balancer/1")
      let place = "balancer=\(registry.address)"
      let a = try await world.start("inference/a", instances: place)
      // The list says that the host is a trainer; its certificate says that it is none.
      let gateway = try await world.start(
        "gateway/1",
        instances: "\(place);trainer=\(a.address)"
      )
      let refusal = await #expect(throws: RPCError.self) {
        try await gateway.whoAnswers("trainer")
      }
      #expect(refusal?.code == .unavailable && refusal?.isNotStarted == true)
      try await eventually("under its own role it is called") {
        try await answered(gateway, "inference") == "a"
      }
    }
  }

  @Test("The registry takes nobody under another name than its certificate's")
  func wrongName() async throws {
    try await MeshWorld.run { world in
      let registry = try await world.start("balancer/1")
      let address = try #require(TransportAddress(registry.address))
      let group = LoopGroup(threadCount: 1)
      let transport = try TLSClientTransport(
        loops: group,
        identity: world.identity("inference/b"),
        verification: .service(suite: MeshWorld.suite, roles: ["balancer"])
      )
      let channel = ServiceChannel(to: address, over: transport)
      func register(_ role: String, _ id: String) async throws(RPCError) {
        let description = InstanceDescription(
          role: role,
          id: id,
          generation: 1,
          addresses: ["127.0.0.1:1"]
        )
        _ = try await RegistryClient(channel).register(
          RegisterInstanceRequest(instance: description),
          options: CallOptions(timeout: .seconds(60))
        )
      }
      for (role, id) in [("inference", "a"), ("gateway", "b"), ("model-store", "b")] {
        let refusal = await #expect(throws: RPCError.self) { try await register(role, id) }
        #expect(refusal?.code == .permissionDenied, "\(role)/\(id): \(refusal?.message ?? "")")
      }
      try await register("inference", "b")
      channel.close()
      await group.shutdown()
    }
  }
}
