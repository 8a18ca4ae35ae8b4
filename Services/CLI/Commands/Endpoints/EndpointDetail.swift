import Protocols

/// An endpoint as JSON shows it.
struct EndpointDetail: Encodable, Equatable {
  struct Target: Encodable, Equatable {
    let host: String
    let address: String
    let state: String
    let isReady: Bool
    let callCount: UInt64
    let failure: String
  }

  let name: String
  let id: String
  /// `managed` or `self-hosted`.
  let kind: String
  /// `Creating`, `InService`, `Failed`, …
  let status: String
  let reason: String
  let policy: String
  let model: String
  let modelVersion: UInt32
  let replicaCount: UInt32
  let targets: [Target]
  let createdUnixUs: Int64
  let updatedUnixUs: Int64

  init(_ endpoint: Endpoint) {
    let variant = endpoint.variants.first ?? Variant()
    name = endpoint.name
    id = endpoint.id
    kind = EndpointText.kind(endpoint.kind)
    status = EndpointText.status(endpoint.status)
    reason = endpoint.reason
    policy = EndpointText.policy(endpoint.policy)
    model = variant.model
    modelVersion = variant.modelVersion
    replicaCount = variant.replicaCount
    targets = endpoint.targets.map { target in
      Target(
        host: target.host,
        address: target.address,
        state: target.replica.map { EndpointText.state($0.state) } ?? "",
        isReady: target.isReady,
        callCount: target.replica?.callCount ?? 0,
        failure: target.replica?.failure ?? ""
      )
    }
    createdUnixUs = endpoint.createdUnixUs
    updatedUnixUs = endpoint.updatedUnixUs
  }
}
