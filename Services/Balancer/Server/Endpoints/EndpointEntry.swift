import BalancerCore
import Discovery
import Primitives
import Protocols
import WireCodec

/// An endpoint as the balancer holds it in memory.
struct EndpointEntry: Sendable {
  var record: EndpointRecord
  var machine: EndpointMachine
  let manifest: Manifest
  var targets: [EndpointTarget] = []
  /// What hosts announce that serve this very endpoint, and calls go on for.
  let servingKey: ServingKey
  let metrics: EndpointMetrics
  /// A replica may be ready although no host announces it yet: any host of the pool finds it.
  var mayBeUnannounced = false

  var name: String { record.key.name }
  var replicaKey: ReplicaKey { ReplicaKey(endpointID: record.id, variant: record.spec.variant) }

  init(_ record: EndpointRecord, manifest: Manifest, metrics: EndpointMetrics) {
    self.record = record
    self.manifest = manifest
    self.metrics = metrics
    machine = EndpointMachine(phase: record.phase)
    let spec = record.spec
    servingKey =
      switch spec.kind {
      case .managed: ServingKey(replicaOf: record.id, variant: spec.variant)
      case .selfHosted:
        ServingKey(
          copyFor: record.key.account,
          endpoint: record.key.name,
          variant: spec.variant,
          model: spec.model,
          version: spec.modelVersion
        )
      }
  }

  /// What a host says of a replica to the registry takes so much there.
  var announcedBytes: Int {
    let attribute = ReplicaAttribute(
      variant: record.spec.variant,
      model: record.spec.model,
      modelVersion: record.spec.modelVersion,
      account: record.key.account,
      endpoint: name
    )
    return servingKey.text.utf8.count + attribute.encoded().count
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
  let variant: String
  let kind: HostingKind
  let policy: RoutingChoice
  let phase: EndpointPhase
  let servingKey: String
  let metrics: EndpointMetrics
  let mayBeUnannounced: Bool

  init(_ entry: EndpointEntry) {
    variant = entry.record.spec.variant
    kind = entry.record.spec.kind
    policy = entry.record.spec.policy
    phase = entry.machine.phase
    servingKey = entry.servingKey.text
    metrics = entry.metrics
    mayBeUnannounced = entry.mayBeUnannounced
  }
}
