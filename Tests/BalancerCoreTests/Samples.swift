import BalancerCore
import Primitives

// Short spellings for the tests of this target.

func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

func key(_ endpoint: String) -> ReplicaKey { ReplicaKey(endpoint: endpoint, variant: "main") }

func demand(_ endpoint: String, _ count: Int = 1, bytes: Int = 0) -> Demand {
  Demand(key(endpoint), replicaCount: count, weightBytes: bytes)
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
