import BalancerCore
import Primitives
import Protocols
import RPC

/// Between the wire's words for endpoints and the balancer's own.
extension EndpointSpec {
  /// - Throws: INVALID_ARGUMENT that names the field.
  init(_ request: CreateEndpointRequest) throws(RPCError) {
    guard request.variants.count == 1 else {
      throw RPCError(
        .invalidArgument,
        "variants: has \(request.variants.count) entries; give exactly one"
      )
    }
    let variant = request.variants[0]
    let kind: HostingKind
    switch request.kind {
    case .managed: kind = .managed
    case .selfHosted: kind = .selfHosted
    case .unspecified, .unrecognized:
      throw RPCError(.invalidArgument, "kind: give managed or self-hosted")
    }
    let policy: RoutingChoice
    switch request.policy {
    case .unspecified, .roundRobin: policy = .roundRobin
    case .leastOutstandingRequests: policy = .leastOutstandingRequests
    case .unrecognized(let number):
      throw RPCError(
        .invalidArgument,
        "policy: \(number) is not known; give round_robin or least_outstanding_requests"
      )
    }
    self.init(
      kind: kind,
      policy: policy,
      variant: variant.name.isEmpty ? EndpointSpec.usualVariant : variant.name,
      model: variant.model,
      modelVersion: 0,
      replicaCount: variant.replicaCount == 0 ? 1 : Int(variant.replicaCount)
    )
    if let problem = problem(name: request.name) { throw RPCError(.invalidArgument, problem) }
  }
}

extension VersionWish {
  /// - Throws: INVALID_ARGUMENT that names the field.
  init(_ variant: Variant) throws(RPCError) {
    self.init(version: variant.modelVersion, alias: variant.alias)
    if let problem { throw RPCError(.invalidArgument, problem) }
  }
}

extension Endpoint {
  init(_ entry: EndpointEntry) {
    let record = entry.record
    self.init(
      name: record.key.name,
      id: record.id,
      kind: Protocols.EndpointKind(record.spec.kind),
      status: EndpointStatus(entry.machine.phase),
      variants: [
        Variant(
          name: record.spec.variant,
          model: record.spec.model,
          modelVersion: record.spec.modelVersion,
          alias: record.wish.alias,
          replicaCount: UInt32(clamping: record.spec.replicaCount),
          manifest: entry.manifest
        )
      ],
      policy: Protocols.RoutingPolicy(record.spec.policy),
      targets: entry.targets,
      reason: entry.machine.reason,
      createdUnixUs: record.createdUnixMicroseconds,
      updatedUnixUs: record.updatedUnixMicroseconds,
      revision: record.revision
    )
  }
}

extension Protocols.EndpointKind {
  init(_ kind: HostingKind) {
    switch kind {
    case .managed: self = .managed
    case .selfHosted: self = .selfHosted
    }
  }
}

extension Protocols.RoutingPolicy {
  init(_ policy: RoutingChoice) {
    switch policy {
    case .roundRobin: self = .roundRobin
    case .leastOutstandingRequests: self = .leastOutstandingRequests
    }
  }
}

extension EndpointStatus {
  init(_ phase: EndpointPhase) {
    switch phase {
    case .creating: self = .creating
    case .inService: self = .inService
    case .failed: self = .failed
    }
  }
}

extension ReplicaProgress {
  init(_ report: ReplicaReport) {
    switch report.state {
    case .ready: self = .ready
    case .failed: self = .failed(report.failure.isEmpty ? "it did not say why" : report.failure)
    case .fetching, .loading, .warming, .draining, .unspecified, .unrecognized: self = .loading
    }
  }
}

extension ReplicaReport {
  var key: ReplicaKey { ReplicaKey(endpointID: endpointID, variant: variant) }

  /// For people: what the host does with it.
  var words: String {
    switch state {
    case .fetching: "fetches it"
    case .loading: "loads it"
    case .warming: "warms it up"
    case .ready: "has it"
    case .draining: "drains it"
    case .failed: "failed: \(failure.isEmpty ? "it did not say why" : failure)"
    case .unspecified, .unrecognized: "has not said what it does with it"
    }
  }
}
