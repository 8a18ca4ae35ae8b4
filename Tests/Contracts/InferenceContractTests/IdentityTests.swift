import Discovery
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Which of several things by one name a host answers for.
@Suite("A call for one endpoint", .timeLimit(.minutes(2)))
struct IdentityTests {
  private static let row = PredictRequest.rows(Tensor("x", [1, 3], [1, 1, 1]))

  /// The version that answers.
  private func version(
    _ client: InferenceClient,
    _ target: String,
    account: String? = nil
  ) async throws -> UInt32 {
    var options = CallOptions.target(target)
    options.principal = account.map { Principal(account: $0, keyID: "k") }
    return try await client.predict(IdentityTests.row, options: options).modelVersion
  }

  @Test("is answered by the copy of exactly that version and account, and by no namesake")
  func copies() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("affine").place(as: "sums", in: folder, version: 3)
      let host = try await HostProcess(world, models: folder)
      try await host.waitFor("sums", .ready)
      let client = try host.client("balancer")
      func copy(_ version: UInt32, account: String = "default", variant: String = "main") -> String
      {
        ServingKey(
          copyFor: account,
          endpoint: "sums",
          variant: variant,
          model: "affine",
          version: version
        )
        .text
      }
      #expect(try await version(client, copy(3)) == 3)
      #expect(try await version(client, "endpoints/sums/main") == 3)
      for other in [
        copy(2), copy(3, account: "acme"), copy(3, variant: "b"), "replicas/id-sums/main",
      ] {
        let error = await failure { _ = try await version(client, other) }
        #expect(error?.code == .unavailable && error?.isNotStarted == true, "\(other)")
      }
      // The right copy, on behalf of somebody whose it is not.
      let stranger = await failure {
        _ = try await version(client, copy(3), account: "acme")
      }
      #expect(stranger?.code == .unavailable)
      let unnamed = await failure { _ = try await version(client, "endpoints/sums/b") }
      #expect(unnamed?.code == .unavailable)
      try await host.process.end()
    }
  }

  @Test("goes on to the host that has that very replica, and past a folder of its name")
  func privately() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let model = try TestModel("affine")
      try await store.upload(model)
      let folder = try TestModel.folder(in: world)
      try model.place(as: "sums", in: folder, version: 9)
      let own = try await HostProcess(world, instance: "b", models: folder)
      let managed = try await HostProcess(world)
      try await managed.assign(1, [("sums", model, 1)])
      try await managed.waitFor("sums", .ready)
      try await own.waitFor("sums", .ready)
      let client = try own.client("balancer")
      try await eventually("the other host's replica is known") {
        await failure {
          let found = try await version(client, "replicas/id-sums/main")
          #expect(found == 1)
        } == nil
      }
      // By name, a host says what it has itself.
      #expect(try await version(try own.client("operator"), "endpoints/sums") == 9)
      #expect(try await version(try managed.client("operator"), "endpoints/sums") == 1)
      // Made anew, with another version: what was the old one's answers no call for the new one.
      try await managed.assign(2, [("sums", model, 2)]) { _ in "id-new" }
      let early = await failure { _ = try await version(client, "replicas/id-new/main") }
      #expect(early == nil || early?.code == .unavailable)
      try await eventually("the new one answers") {
        await failure {
          let found = try await version(client, "replicas/id-new/main")
          #expect(found == 2)
        } == nil
      }
      let old = await failure { _ = try await version(client, "replicas/id-sums/main") }
      #expect(old?.code == .unavailable)
      try await own.process.end()
      try await managed.process.end()
      try await store.process.end()
    }
  }

  @Test("by name, goes from a host without it to a managed replica rather than to a copy")
  func byName() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let model = try TestModel("affine")
      try await store.upload(model)
      let folder = try TestModel.folder(in: world)
      try model.place(as: "sums", in: folder, version: 9)
      let own = try await HostProcess(world, instance: "b", models: folder)
      let managed = try await HostProcess(world)
      let empty = try await HostProcess(world, instance: "c")
      try await own.waitFor("sums", .ready)
      let client = try empty.client("operator")
      try await eventually("the copy is all there is") {
        await failure {
          let found = try await version(client, "endpoints/sums")
          #expect(found == 9)
        } == nil
      }
      try await managed.assign(1, [("sums", model, 1)])
      try await managed.waitFor("sums", .ready)
      try await eventually("the managed replica is meant") {
        try await version(client, "endpoints/sums") == 1
      }
      for _ in 0..<4 { #expect(try await version(client, "endpoints/sums") == 1) }
      for host in [own, managed, empty] { try await host.process.end() }
      try await store.process.end()
    }
  }
}
