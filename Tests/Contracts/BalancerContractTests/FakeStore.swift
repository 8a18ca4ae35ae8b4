import Protocols
import RPC
import RPCRuntime
import ServicePort

/// The one question that the balancer asks a model store.
final class FakeStore: Service {
  /// Models `iris` and `rose`, newest version 3, alias `champion` = 2.
  var handlers: [MethodHandler] {
    [
      .unary(ModelStoreMethods.describeVersion) {
        (request: DescribeVersionRequest, _) throws -> DescribeVersionResponse in
        guard ["iris", "rose"].contains(request.model) else {
          throw RPCError(.notFound, "there is no model \(request.model)")
        }
        var version = ModelVersion(model: request.model)
        switch (request.version, request.alias) {
        case (0, ""), (0, "latest"): version.version = 3
        case (0, "champion"): version.version = 2
        case (1...3, ""): version.version = request.version
        default: throw RPCError(.notFound, "\(request.model) has no such version")
        }
        version.manifest = Manifest(framework: "test", task: "classification")
        return DescribeVersionResponse(version: version)
      }
    ]
  }

  func start(in world: ContractWorld) async throws -> RegisteredServer {
    let health = HealthReporter()
    health.setAll(.serving)
    return try await world.serve("model-store/1", [health, self])
  }
}
