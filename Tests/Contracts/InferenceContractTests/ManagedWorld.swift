import Digests
import Foundation
import Primitives
import Protocols
import RPCRuntime
import TestKit
import Transport

/// A model store as a process of its own, with the tests' models in it.
struct StoreProcess: Sendable {
  private struct Ready: Decodable {
    let addresses: [String]
  }

  let process: ServiceProcess
  private let client: ModelStoreClient

  init(_ world: InferenceWorld) async throws {
    process = try await ServiceProcess.sibling(
      "model-store",
      [
        "--discovery-instances", "balancer=\(world.registryAddress)",
        "--listen-addresses", "127.0.0.1:0",
        "--private-address", "127.0.0.1:0",
        "--tls-certificate", world.path("model-store-1.pem"),
        "--tls-key", world.path("model-store-1.key"),
        "--tls-authorities", world.path("ca.pem"),
        "--state-folder", world.path("state-store"),
        "--log-level", "critical",
      ]
    )
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let address = ready.addresses.first.flatMap(TransportAddress.init) else {
      throw ServiceProcessError("\(line) names no address")
    }
    client = ModelStoreClient(
      try world.channel(to: address, of: "model-store", as: "operator")
    )
  }

  func upload(_ model: TestModel) async throws {
    _ = try await client.uploadBlob { writer in
      let start = UploadBlobRequest.Start(
        sha256: model.sha256,
        sizeBytes: UInt64(model.bytes.count)
      )
      try await writer.write(UploadBlobRequest(part: .begin(start)))
      try await writer.write(UploadBlobRequest(part: .chunk(model.bytes)))
    }
  }
}

extension HostProcess {
  /// What the balancer does: tells the host what it shall serve.
  @discardableResult
  func assign(
    _ revision: UInt64,
    _ replicas: [(endpoint: String, model: TestModel, version: UInt32)]
  ) async throws -> [ReplicaReport] {
    try await hostClient().assignReplicas(
      AssignReplicasRequest(
        replicas: replicas.map {
          ReplicaAssignment(
            endpoint: $0.endpoint,
            variant: "main",
            account: "default",
            model: $0.model.name,
            modelVersion: $0.version,
            manifest: $0.model.manifest
          )
        },
        planRevision: revision
      )
    )
    .replicas
  }
}
