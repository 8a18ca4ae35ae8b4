import Primitives
import Protocols
import RPC
import RPCRuntime
import Testing

@Suite("Calls by target through a real gateway", .serialized, .timeLimit(.minutes(3)))
struct NativeEdgeTests {
  private func outcome(_ body: () async throws -> Void) async -> RPCError {
    do {
      try await body()
      return RPCError(.ok, "")
    } catch {
      return error as? RPCError ?? RPCError(.unknown, "\(error)")
    }
  }

  private func options(_ target: String, _ secret: String?) -> CallOptions {
    var options = CallOptions(timeout: .seconds(20), target: target)
    if let secret { options.metadata.append("authorization", "Bearer \(secret)") }
    return options
  }

  private let request = PredictRequest(
    input: .tensors(
      TensorInput(tensors: [
        Tensor(name: "x", dataType: .fp32, shape: [1, 1], data: Bytes([0, 0, 128, 63]))
      ])
    )
  )

  @Test("a key passes calls on in its account's name, and its secret stays here")
  func forwards() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all", [.invoke, .read, .manage])
      let channel = try world.channel(nil)
      let answer = try await InferenceClient(channel).predict(
        request,
        options: options("endpoints/matrix", key.secret)
      )
      #expect(answer.outputs.first?.name == "y")
      let seen = try #require(world.balancer.predictions.seen.last)
      #expect(seen.principal == Principal(account: "default", keyID: key.id))
      #expect(seen.metadata["authorization"] == nil)
      let list = try await EndpointsClient(channel).listEndpoints(
        ListEndpointsRequest(),
        options: options("services/balancer", key.secret)
      )
      #expect(list.endpoints.first?.name == "account-default")
    }
  }

  @Test("an operator's certificate does everything, without a key")
  func operators() async throws {
    try await GatewayWorld.run { world in
      let channel = try world.channel("operator")
      let created = try await EndpointsClient(channel).createEndpoint(
        CreateEndpointRequest(name: "new"),
        options: options("services/balancer", nil)
      )
      #expect(created.endpoint?.name == "new")
      _ = try await InferenceClient(channel).predict(
        request,
        options: options("endpoints/matrix", nil)
      )
      #expect(world.balancer.predictions.seen.last?.principal?.keyID == "operator")
    }
  }

  @Test("who shows no key, a wrong one, or one that lacks something, is told what")
  func refusals() async throws {
    try await GatewayWorld.run { world in
      let reader = try await world.key("reader", [.read]).secret
      let manager = try await world.key("manager", [.manage]).secret
      let invoker = try await world.key("invoker", endpoints: ["iris"]).secret
      let anything = try await world.key("anything").secret
      let endpoints = EndpointsClient(try world.channel(nil))
      let inference = InferenceClient(try world.channel(nil))
      let services = "services/balancer"
      func list(_ secret: String?, _ target: String = "services/balancer") async -> RPCError {
        await outcome {
          _ = try await endpoints.listEndpoints(
            ListEndpointsRequest(),
            options: options(target, secret)
          )
        }
      }
      func create(_ secret: String?) async -> RPCError {
        await outcome {
          _ = try await endpoints.createEndpoint(
            CreateEndpointRequest(name: "new"),
            options: options(services, secret)
          )
        }
      }
      func predict(_ secret: String?, _ target: String) async -> RPCError {
        await outcome {
          _ = try await inference.predict(request, options: options(target, secret))
        }
      }
      #expect(await list(nil).code == .unauthenticated)
      #expect(await list("mk_wrong").code == .unauthenticated)
      #expect(await list(reader).code == .ok)
      #expect(await create(manager).code == .ok)
      let cannotManage = await create(reader)
      #expect(cannotManage.code == .permissionDenied && cannotManage.message.contains("MANAGE"))
      let cannotRead = await list(manager)
      #expect(cannotRead.code == .permissionDenied && cannotRead.message.contains("READ"))
      let cannotInvoke = await predict(reader, "endpoints/matrix")
      #expect(cannotInvoke.code == .permissionDenied && cannotInvoke.message.contains("INVOKE"))
      let elsewhere = await predict(invoker, "endpoints/matrix")
      #expect(elsewhere.code == .permissionDenied && elsewhere.message.contains("matrix"))
      #expect(await predict(anything, "endpoints/nobody").code == .notFound)
      #expect(await list(reader, "services/kitchen").code == .notFound)
      #expect(await list(nil, "services/kitchen").code == .unauthenticated)
    }
  }

  @Test("what is between services is not lent to callers")
  func internals() async throws {
    try await GatewayWorld.run { world in
      let secret = try await world.key("all", [.invoke, .read, .manage]).secret
      let channel = try world.channel(nil)
      let assign = await outcome {
        _ = try await InferenceHostClient(channel).assignReplicas(
          AssignReplicasRequest(),
          options: options("endpoints/matrix", secret)
        )
      }
      #expect(assign.code == .unimplemented)
      let register = await outcome {
        _ = try await RegistryClient(channel).register(
          RegisterInstanceRequest(),
          options: options("services/balancer", secret)
        )
      }
      #expect(register.code == .unimplemented)
      let watch = await outcome {
        try await EndpointsClient(channel).watchEndpoints(
          WatchEndpointsRequest(),
          options: options("services/balancer", secret)
        ) { for try await _ in $0 {} }
      }
      #expect(watch.code == .permissionDenied)
    }
  }
}
