import Discovery
import DiscoveryCore
import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing
import WireCodec

/// What a host does with the plans that the balancer sends; its files come from a real model store.
@Suite("A managed inference host", .timeLimit(.minutes(2)))
struct ManagedTests {
  private static let row = PredictRequest.rows(Tensor("x", [1, 3], [1, 1, 1]))

  @Test("fetches what it is told to serve, and keeps the files over a restart")
  func fetches() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let model = try TestModel("affine")
      try await store.upload(model)
      var host = try await HostProcess(world)
      try await host.assign(1, [("sums", model, 1)])
      try await host.waitFor("sums", .ready)
      let answer = try await host.client().predict(ManagedTests.row, options: .endpoint("sums"))
      #expect(answer.outputs[0].floats == [9.5, 11.5] && answer.modelVersion == 1)
      try await eventually("the registry says so") {
        world.registry.instances(role: "inference").first?.attributes["replicas/id-sums/main"]
          == ReplicaAttribute(
            variant: "main",
            model: "affine",
            modelVersion: 1,
            account: "default",
            endpoint: "sums"
          )
          .encoded()
      }

      let workers = host.workers
      host.process.send(SIGKILL)
      _ = try await host.process.waitForExit()
      try await eventually("no worker outlives its host") {
        !workers.contains(where: HostProcess.isAlive)
      }
      // Without the store, only the cache can have the files.
      #expect(try await store.process.end() == .code(0))
      host = try await HostProcess(world)
      #expect(try await host.hostClient().describeHost(DescribeHostRequest()).replicas.isEmpty)
      try await host.assign(2, [("sums", model, 1)])
      try await host.waitFor("sums", .ready)
      #expect(try await host.process.end() == .code(0))
    }
  }

  @Test("follows plans in their order, and refuses an older one")
  func order() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let model = try TestModel("affine")
      try await store.upload(model)
      let host = try await HostProcess(world)
      try await host.assign(5, [("sums", model, 1), ("more", model, 1)])
      try await host.waitFor("more", .ready)
      let ignored = try await host.assign(4, [])
      #expect(ignored.newestPlanRevision == 5 && ignored.replicas.count == 2)
      let endless = await failure { try await host.assign(.max, []) }
      #expect(endless?.code == .invalidArgument)
      // Repeating a plan changes nothing.
      let pids = Set(host.workers)
      try await host.waitFor("sums", .ready)
      let again = try await host.assign(5, [("sums", model, 1), ("more", model, 1)])
      #expect(again.replicas.count == 2 && again.newestPlanRevision == 5)
      #expect(pids.isSubset(of: host.workers))
      try await host.assign(6, [("sums", model, 1)])
      try await eventually("the other replica is gone") { host.workers.count == 1 }
      let gone = await failure {
        _ = try await host.client().predict(ManagedTests.row, options: .endpoint("more"))
      }
      #expect(gone?.code == .notFound)
      try await eventually("the registry forgets it") {
        world.registry.instances(role: "inference").first.map {
          Set($0.attributes.keys) == ["replicas/id-sums/main"]
        } ?? false
      }
      try await host.process.end()
      try await store.process.end()
    }
  }

  @Test("says why a replica cannot be, and serves it as soon as it can")
  func failures() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let store = try await StoreProcess(world)
      let host = try await HostProcess(world)
      let model = try TestModel("affine")
      var broken = try TestModel("affine")
      broken.manifest.entryPath = "elsewhere"
      let first = try await host.assign(1, [("sums", model, 1), ("broken", broken, 1)])
      #expect(first.replicas.contains { $0.endpoint == "broken" && $0.state == .failed })
      let missing = try await host.waitFor("sums", .failed)
      #expect(!missing.failure.isEmpty)
      let error = await failure {
        _ = try await host.client().predict(ManagedTests.row, options: .endpoint("sums"))
      }
      #expect(error?.code == .unavailable)
      try await store.upload(model)
      try await host.waitFor("sums", .ready)
      try await host.process.end()
      try await store.process.end()
    }
  }

  @Test("passes a call for an endpoint that it does not hold on to a host that does, once")
  func forwarding() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("affine").place(as: "sums", in: folder)
      let holder = try await HostProcess(world, instance: "a", models: folder)
      let other = try await HostProcess(world, instance: "b")
      try await holder.waitFor("sums", .ready)
      let client = try other.client()
      try await eventually("the other host has heard of it") {
        await failure {
          let answer = try await client.predict(ManagedTests.row, options: .endpoint("sums"))
          #expect(answer.host == "a" && answer.outputs[0].floats == [9.5, 11.5])
        } == nil
      }
      #expect(try await other.metric("martlet_inference_forwarded_total") >= 1)
      #expect(try await holder.metric("martlet_inference_forwarded_total") == 0)
      // What another inference host sent is not sent on.
      let again = await failure {
        let peer = try other.client("inference")
        _ = try await peer.predict(ManagedTests.row, options: .endpoint("sums"))
      }
      #expect(again?.code == .unavailable)
      // A role that may not ask for predictions cannot have this host ask for it.
      let stranger = await failure {
        let trainer = try other.client("trainer")
        _ = try await trainer.predict(ManagedTests.row, options: .endpoint("sums"))
      }
      #expect(stranger?.code == .permissionDenied)
      try await other.process.end()
      try await holder.process.end()
    }
  }
}
