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

  func upload(_ model: TestModel) async throws { try await upload(model.bytes, model.sha256) }

  private func upload(_ bytes: Bytes, _ sha256: Bytes) async throws {
    _ = try await client.uploadBlob { writer in
      let start = UploadBlobRequest.Start(sha256: sha256, sizeBytes: UInt64(bytes.count))
      try await writer.write(UploadBlobRequest(part: .begin(start)))
      try await writer.write(UploadBlobRequest(part: .chunk(bytes)))
    }
  }

  /// Has the store recognise a model in files.
  func importVersion(_ model: String, _ files: [(path: String, bytes: Bytes)]) async throws
    -> ModelVersion
  {
    var entries: [FileEntry] = []
    for (path, bytes) in files {
      let sha256 = Bytes(SHA256Hasher.digest(bytes).bytes)
      try await upload(bytes, sha256)
      entries.append(FileEntry(path: path, sizeBytes: UInt64(bytes.count), sha256: sha256))
    }
    let response = try await client.importVersion(
      ImportVersionRequest(model: model, files: entries)
    )
    guard let version = response.version else { throw ServiceProcessError("no version was made") }
    return version
  }
}

extension HostProcess {
  /// What the balancer does: tells the host what it shall serve.
  @discardableResult
  func assign(
    _ revision: UInt64,
    _ replicas: [(endpoint: String, model: TestModel, version: UInt32)],
    id: (String) -> String = HostProcess.endpointID
  ) async throws -> AssignReplicasResponse {
    try await hostClient().assignReplicas(
      AssignReplicasRequest(
        replicas: replicas.map {
          ReplicaAssignment(
            endpoint: $0.endpoint,
            variant: "main",
            account: "default",
            model: $0.model.name,
            modelVersion: $0.version,
            manifest: $0.model.manifest,
            endpointID: id($0.endpoint)
          )
        },
        planRevision: revision
      )
    )
  }

  static func endpointID(_ endpoint: String) -> String { "id-\(endpoint)" }
}

extension HostProcess {
  /// The same, for versions as the store has them.
  func assign(
    _ revision: UInt64,
    stored versions: [(endpoint: String, version: ModelVersion)]
  ) async throws {
    _ = try await hostClient().assignReplicas(
      AssignReplicasRequest(
        replicas: versions.map {
          ReplicaAssignment(
            endpoint: $0.endpoint,
            variant: "main",
            account: "default",
            model: $0.version.model,
            modelVersion: $0.version.version,
            manifest: $0.version.manifest,
            endpointID: HostProcess.endpointID($0.endpoint)
          )
        },
        planRevision: revision
      )
    )
  }
}
