import BalancerCore
import Protocols

/// An endpoint as the balancer holds it in memory.
struct EndpointEntry: Sendable {
  var record: EndpointRecord
  var machine: EndpointMachine
  let manifest: Manifest
  var targets: [EndpointTarget] = []
  /// The name of the attribute by which hosts announce it: `endpoints/NAME`.
  let servingKey: String
  let metrics: EndpointMetrics
  /// A replica may be ready although no host announces it yet: any host of the pool finds it.
  var mayBeUnannounced = false

  var name: String { record.key.name }
  var replicaKey: ReplicaKey { ReplicaKey(endpoint: name, variant: record.spec.variant) }

  init(_ record: EndpointRecord, manifest: Manifest, metrics: EndpointMetrics) {
    self.record = record
    self.manifest = manifest
    self.metrics = metrics
    machine = EndpointMachine(phase: record.phase)
    servingKey = "endpoints/\(record.key.name)"
  }

  /// Whether who watches would see another thing. Counts of calls rise all the time, and are no
  /// news.
  func looksLike(_ other: EndpointEntry) -> Bool {
    guard record == other.record, machine == other.machine, targets.count == other.targets.count
    else { return false }
    return zip(targets, other.targets).allSatisfy { left, right in
      var (left, right) = (left, right)
      left.replica?.callCount = 0
      right.replica?.callCount = 0
      return left == right
    }
  }
}

/// What a call for an endpoint is routed by.
struct EndpointRoute: Sendable {
  let account: String
  let variant: String
  let kind: HostingKind
  let policy: RoutingChoice
  let phase: EndpointPhase
  let servingKey: String
  let metrics: EndpointMetrics
  let mayBeUnannounced: Bool

  init(_ entry: EndpointEntry) {
    account = entry.record.key.account
    variant = entry.record.spec.variant
    kind = entry.record.spec.kind
    policy = entry.record.spec.policy
    phase = entry.machine.phase
    servingKey = entry.servingKey
    metrics = entry.metrics
    mayBeUnannounced = entry.mayBeUnannounced
  }
}
