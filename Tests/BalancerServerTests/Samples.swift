import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols
import Telemetry
import WireCodec

@testable import BalancerServer

// Short spellings for the tests of this target.

func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

func record(
  _ name: String,
  id: String = "id-1",
  kind: HostingKind = .managed,
  phase: EndpointPhase = .creating,
  replicas: Int = 1
) -> EndpointRecord {
  EndpointRecord(
    key: EndpointKey(account: "default", name: name),
    id: id,
    spec: EndpointSpec(kind: kind, model: "iris", modelVersion: 3, replicaCount: replicas),
    wish: VersionWish(version: 0, alias: "latest"),
    manifest: Bytes("manifest"),
    phase: phase,
    createdUnixMicroseconds: 1,
    updatedUnixMicroseconds: 2,
    revision: 1
  )
}

func entry(_ record: EndpointRecord) -> EndpointEntry {
  EndpointEntry(
    record,
    manifest: Manifest(),
    metrics: EndpointMetrics(record.key.name, MetricsRegistry())
  )
}

func key(_ endpoint: String) -> ReplicaKey { ReplicaKey(endpoint: endpoint, variant: "main") }

/// A host as a role's channel sees it.
func status(
  _ id: String,
  pool: String = "managed",
  generation: UInt64 = 1,
  isConnected: Bool = true,
  condition: Instance.Condition = .serving,
  serving: [String] = [],
  version: UInt32 = 3
) -> InstanceStatus {
  let attribute = ReplicaAttribute(variant: "main", model: "iris", modelVersion: version)
  let addresses = InstanceAddress("10.0.0.1:7000").map { [$0] } ?? []
  return InstanceStatus(
    instance: Instance(
      key: InstanceKey(role: "inference", id: id),
      generation: generation,
      condition: condition,
      addresses: addresses,
      labels: ["pool": pool],
      attributes: Dictionary(
        uniqueKeysWithValues: serving.map { ("endpoints/\($0)", attribute.encoded()) }
      )
    ),
    isConnected: isConnected,
    isUnhealthy: false
  )
}

func report(_ endpoint: String, _ state: ReplicaState, failure: String = "") -> ReplicaReport {
  ReplicaReport(
    endpoint: endpoint,
    variant: "main",
    model: "iris",
    modelVersion: 3,
    state: state,
    failure: failure
  )
}
