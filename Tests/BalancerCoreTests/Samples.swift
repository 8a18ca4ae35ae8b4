import BalancerCore
import Primitives

// Short spellings for the tests of this target.

func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

/// An endpoint's id does for its name here.
func key(_ id: String) -> ReplicaKey { ReplicaKey(endpointID: id, variant: "main") }

func demand(
  _ id: String,
  _ count: Int = 1,
  bytes: Int = 0,
  announced: Int = 0
) -> Demand {
  Demand(key(id), replicaCount: count, weightBytes: bytes, announcedBytes: announced)
}

func present(_ hosts: String...) -> [String: HostPresence] {
  Dictionary(uniqueKeysWithValues: hosts.map { ($0, .present) })
}

func spec(
  _ kind: HostingKind = .managed,
  model: String = "iris",
  version: UInt32 = 3,
  replicas: Int = 1,
  variant: String = "main",
  policy: RoutingChoice = .roundRobin
) -> EndpointSpec {
  EndpointSpec(
    kind: kind,
    policy: policy,
    variant: variant,
    model: model,
    modelVersion: version,
    replicaCount: replicas
  )
}

func record(
  _ spec: EndpointSpec,
  wish: VersionWish = VersionWish(version: 0, alias: ""),
  phase: EndpointPhase = .inService,
  account: String = "default"
) -> EndpointRecord {
  EndpointRecord(
    key: EndpointKey(account: account, name: "flowers"),
    id: "1",
    spec: spec,
    wish: wish,
    manifest: Bytes(),
    phase: phase,
    createdUnixMicroseconds: 1,
    updatedUnixMicroseconds: 1,
    revision: 1
  )
}
