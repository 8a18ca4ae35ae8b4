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
  account: String = "default",
  kind: HostingKind = .managed,
  phase: EndpointPhase = .creating,
  replicas: Int = 1
) -> EndpointRecord {
  EndpointRecord(
    key: EndpointKey(account: account, name: name),
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
    metrics: EndpointMetrics(record.key, MetricsRegistry())
  )
}

func key(_ id: String = "id-1") -> ReplicaKey { ReplicaKey(endpointID: id, variant: "main") }

/// What a host announces: the key of a replica or a copy, and what it says beside it.
struct Said {
  let key: ServingKey
  let attribute: ReplicaAttribute

  static func replica(_ id: String = "id-1", version: UInt32 = 3) -> Said {
    Said(
      key: ServingKey(replicaOf: id, variant: "main"),
      attribute: ReplicaAttribute(
        variant: "main",
        model: "iris",
        modelVersion: version,
        account: "default",
        endpoint: "x"
      )
    )
  }

  static func copy(
    of endpoint: String = "x",
    version: UInt32 = 3,
    account: String = "default"
  ) -> Said {
    let (variant, model) = ("main", "iris")
    return Said(
      key: ServingKey(
        copyFor: account,
        endpoint: endpoint,
        variant: variant,
        model: model,
        version: version
      ),
      attribute: ReplicaAttribute(
        variant: variant,
        model: model,
        modelVersion: version,
        account: account,
        endpoint: endpoint
      )
    )
  }
}

/// A host as a role's channel sees it.
func status(
  _ id: String,
  pool: String = "managed",
  generation: UInt64 = 1,
  isConnected: Bool = true,
  condition: Instance.Condition = .serving,
  _ said: Said...
) -> InstanceStatus {
  let addresses = InstanceAddress("10.0.0.1:7000").map { [$0] } ?? []
  return InstanceStatus(
    instance: Instance(
      key: InstanceKey(role: "inference", id: id),
      generation: generation,
      condition: condition,
      addresses: addresses,
      labels: ["pool": pool],
      attributes: Dictionary(
        uniqueKeysWithValues: said.map { ($0.key.text, $0.attribute.encoded()) }
      )
    ),
    isConnected: isConnected,
    isUnhealthy: false
  )
}

/// Of endpoint x.
func report(_ id: String, _ state: ReplicaState, failure: String = "") -> ReplicaReport {
  ReplicaReport(
    endpoint: "x",
    variant: "main",
    model: "iris",
    modelVersion: 3,
    state: state,
    failure: failure,
    endpointID: id
  )
}
