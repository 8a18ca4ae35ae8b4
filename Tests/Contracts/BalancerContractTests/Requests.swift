import Protocols
import RPC
import RPCRuntime
import TestKit

// Short spellings for the tests of this target.

func creation(
  _ name: String,
  _ kind: EndpointKind = .managed,
  model: String = "iris",
  version: UInt32 = 0,
  alias: String = "",
  replicas: UInt32 = 0,
  policy: RoutingPolicy = .unspecified
) -> CreateEndpointRequest {
  CreateEndpointRequest(
    name: name,
    kind: kind,
    variants: [
      Variant(model: model, modelVersion: version, alias: alias, replicaCount: replicas)
    ],
    policy: policy
  )
}

/// What a call failed with.
func failure(_ body: () async throws -> Void) async throws -> RPCError {
  do {
    try await body()
  } catch let error as RPCError {
    return error
  }
  throw ServiceProcessError("the call went well, which it must not")
}

extension EndpointsClient {
  func describe(_ name: String) async throws -> Endpoint {
    guard let endpoint = try await describeEndpoint(DescribeEndpointRequest(name: name)).endpoint
    else { throw ServiceProcessError("no endpoint in the answer") }
    return endpoint
  }

  func waitFor(
    _ name: String,
    _ status: EndpointStatus,
    ready: Int = 1
  ) async throws {
    var last: Endpoint?
    do {
      try await eventually("\(name) is \(status)", within: .seconds(40)) {
        let endpoint = try await describe(name)
        last = endpoint
        return endpoint.status == status && endpoint.targets.count { $0.isReady } == ready
      }
    } catch {
      throw ServiceProcessError("\(error); it is \(last.map { "\($0)" } ?? "not there")")
    }
  }

  /// Creates when the balancer has found the model store.
  func createWhenStoreIsThere(_ request: CreateEndpointRequest) async throws -> Endpoint {
    var made: Endpoint?
    try await eventually("\(request.name) is made") {
      do {
        made = try await createEndpoint(request).endpoint
        return true
      } catch let error as RPCError where error.code == .unavailable {
        return false
      }
    }
    guard let made else { throw ServiceProcessError("no endpoint in the answer") }
    return made
  }
}
