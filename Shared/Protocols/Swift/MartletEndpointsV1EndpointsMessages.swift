// Generated from martlet/endpoints/v1/endpoints.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public enum EndpointKind: WireEnum {
  case unspecified
  /// The platform places replicas on the hosts of its pool.
  case managed
  /// Hosts bring their own copy and register themselves; nothing moves them.
  case selfHosted
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .managed
    case 2: self = .selfHosted
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .managed: 1
    case .selfHosted: 2
    case .unrecognized(let number): number
    }
  }
}

public enum EndpointStatus: WireEnum {
  case unspecified
  case creating
  case inService
  case failed
  case updating
  case rollingBack
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .creating
    case 2: self = .inService
    case 3: self = .failed
    case 4: self = .updating
    case 5: self = .rollingBack
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .creating: 1
    case .inService: 2
    case .failed: 3
    case .updating: 4
    case .rollingBack: 5
    case .unrecognized(let number): number
    }
  }
}

public enum RoutingPolicy: WireEnum {
  case unspecified
  case roundRobin
  case leastOutstandingRequests
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .roundRobin
    case 2: self = .leastOutstandingRequests
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .roundRobin: 1
    case .leastOutstandingRequests: 2
    case .unrecognized(let number): number
    }
  }
}

public struct Variant: CBackedMessage {
  /// `main` when not given.
  public var name: String = ""
  public var model: String = ""
  /// 0 in a request = what `alias` points to now, or the newest; an endpoint has the number.
  public var modelVersion: UInt32 = 0
  public var alias: String = ""
  /// Of a managed endpoint; 0 = 1.
  public var replicaCount: UInt32 = 0
  /// In answers: what calls are checked against.
  public var manifest: Manifest? = nil

  public init() {}

  public init(
    name: String = "",
    model: String = "",
    modelVersion: UInt32 = 0,
    alias: String = "",
    replicaCount: UInt32 = 0,
    manifest: Manifest? = nil
  ) {
    self.name = name
    self.model = model
    self.modelVersion = modelVersion
    self.alias = alias
    self.replicaCount = replicaCount
    self.manifest = manifest
  }

  public static let messageName = "martlet.endpoints.v1.Variant"

  public var description: String {
    var text = MessageDescription("Variant")
    text.add("name", self.name)
    text.add("model", self.model)
    text.add("modelVersion", self.modelVersion)
    text.add("alias", self.alias)
    text.add("replicaCount", self.replicaCount)
    text.add("manifest", self.manifest)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__Variant>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__variant__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__Variant.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__Variant.self)
    self.name = Unpacked.text(c.pointee.name)
    self.model = Unpacked.text(c.pointee.model)
    self.modelVersion = c.pointee.model_version
    self.alias = Unpacked.text(c.pointee.alias)
    self.replicaCount = c.pointee.replica_count
    self.manifest = Unpacked.message(c.pointee.manifest, source) as Manifest?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__Variant.self)
    martlet__endpoints__v1__variant__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.model_version = self.modelVersion
    if !self.alias.isEmpty {
      c.pointee.alias = arena.text(self.alias)
    }
    c.pointee.replica_count = self.replicaCount
    if let value = self.manifest {
      c.pointee.manifest = arena.message(value)
    }
  }
}

/// One host that serves, or shall serve, the endpoint.
public struct EndpointTarget: CBackedMessage {
  public var host: String = ""
  public var address: String = ""
  public var replica: ReplicaReport? = nil
  /// Calls go there now.
  public var isReady: Bool = false

  public init() {}

  public init(
    host: String = "",
    address: String = "",
    replica: ReplicaReport? = nil,
    isReady: Bool = false
  ) {
    self.host = host
    self.address = address
    self.replica = replica
    self.isReady = isReady
  }

  public static let messageName = "martlet.endpoints.v1.EndpointTarget"

  public var description: String {
    var text = MessageDescription("EndpointTarget")
    text.add("host", self.host)
    text.add("address", self.address)
    text.add("replica", self.replica)
    text.add("isReady", self.isReady)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__EndpointTarget>.size,
  ) {
    martlet__endpoints__v1__endpoint_target__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__EndpointTarget.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__EndpointTarget.self)
    self.host = Unpacked.text(c.pointee.host)
    self.address = Unpacked.text(c.pointee.address)
    self.replica = Unpacked.message(c.pointee.replica, source) as ReplicaReport?
    self.isReady = c.pointee.is_ready != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__EndpointTarget.self)
    martlet__endpoints__v1__endpoint_target__init(c)
    if !self.host.isEmpty {
      c.pointee.host = arena.text(self.host)
    }
    if !self.address.isEmpty {
      c.pointee.address = arena.text(self.address)
    }
    if let value = self.replica {
      c.pointee.replica = arena.message(value)
    }
    c.pointee.is_ready = self.isReady ? 1 : 0
  }
}

public struct Endpoint: CBackedMessage {
  public var name: String = ""
  /// UUIDv7.
  public var id: String = ""
  public var kind: EndpointKind = EndpointKind()
  public var status: EndpointStatus = EndpointStatus()
  /// Exactly one today.
  public var variants: [Variant] = []
  public var policy: RoutingPolicy = RoutingPolicy()
  public var targets: [EndpointTarget] = []
  /// Why it failed, or what it waits for, in words.
  public var reason: String = ""
  public var createdUnixUs: Int64 = 0
  public var updatedUnixUs: Int64 = 0
  public var revision: UInt64 = 0

  public init() {}

  public init(
    name: String = "",
    id: String = "",
    kind: EndpointKind = EndpointKind(),
    status: EndpointStatus = EndpointStatus(),
    variants: [Variant] = [],
    policy: RoutingPolicy = RoutingPolicy(),
    targets: [EndpointTarget] = [],
    reason: String = "",
    createdUnixUs: Int64 = 0,
    updatedUnixUs: Int64 = 0,
    revision: UInt64 = 0
  ) {
    self.name = name
    self.id = id
    self.kind = kind
    self.status = status
    self.variants = variants
    self.policy = policy
    self.targets = targets
    self.reason = reason
    self.createdUnixUs = createdUnixUs
    self.updatedUnixUs = updatedUnixUs
    self.revision = revision
  }

  public static let messageName = "martlet.endpoints.v1.Endpoint"

  public var description: String {
    var text = MessageDescription("Endpoint")
    text.add("name", self.name)
    text.add("id", self.id)
    text.add("kind", self.kind)
    text.add("status", self.status)
    text.add("variants", self.variants)
    text.add("policy", self.policy)
    text.add("targets", self.targets)
    text.add("reason", self.reason)
    text.add("createdUnixUs", self.createdUnixUs)
    text.add("updatedUnixUs", self.updatedUnixUs)
    text.add("revision", self.revision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__Endpoint>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__endpoint__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__Endpoint.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__Endpoint.self)
    self.name = Unpacked.text(c.pointee.name)
    self.id = Unpacked.text(c.pointee.id)
    self.kind = EndpointKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
    self.status = EndpointStatus(rawValue: Int32(truncatingIfNeeded: c.pointee.status.rawValue))
    self.variants = Unpacked.messages(c.pointee.variants, c.pointee.n_variants, source)
    self.policy = RoutingPolicy(rawValue: Int32(truncatingIfNeeded: c.pointee.policy.rawValue))
    self.targets = Unpacked.messages(c.pointee.targets, c.pointee.n_targets, source)
    self.reason = Unpacked.text(c.pointee.reason)
    self.createdUnixUs = c.pointee.created_unix_us
    self.updatedUnixUs = c.pointee.updated_unix_us
    self.revision = c.pointee.revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__Endpoint.self)
    martlet__endpoints__v1__endpoint__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    c.pointee.kind = .init(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
    c.pointee.status = .init(rawValue: .init(truncatingIfNeeded: self.status.rawValue))
    if !self.variants.isEmpty {
      c.pointee.n_variants = self.variants.count
      c.pointee.variants = arena.messages(self.variants)
    }
    c.pointee.policy = .init(rawValue: .init(truncatingIfNeeded: self.policy.rawValue))
    if !self.targets.isEmpty {
      c.pointee.n_targets = self.targets.count
      c.pointee.targets = arena.messages(self.targets)
    }
    if !self.reason.isEmpty {
      c.pointee.reason = arena.text(self.reason)
    }
    c.pointee.created_unix_us = self.createdUnixUs
    c.pointee.updated_unix_us = self.updatedUnixUs
    c.pointee.revision = self.revision
  }
}

public struct CreateEndpointRequest: CBackedMessage {
  public var name: String = ""
  public var kind: EndpointKind = EndpointKind()
  public var variants: [Variant] = []
  public var policy: RoutingPolicy = RoutingPolicy()

  public init() {}

  public init(
    name: String = "",
    kind: EndpointKind = EndpointKind(),
    variants: [Variant] = [],
    policy: RoutingPolicy = RoutingPolicy()
  ) {
    self.name = name
    self.kind = kind
    self.variants = variants
    self.policy = policy
  }

  public static let messageName = "martlet.endpoints.v1.CreateEndpointRequest"

  public var description: String {
    var text = MessageDescription("CreateEndpointRequest")
    text.add("name", self.name)
    text.add("kind", self.kind)
    text.add("variants", self.variants)
    text.add("policy", self.policy)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__CreateEndpointRequest>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__create_endpoint_request__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__CreateEndpointRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__CreateEndpointRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.kind = EndpointKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
    self.variants = Unpacked.messages(c.pointee.variants, c.pointee.n_variants, source)
    self.policy = RoutingPolicy(rawValue: Int32(truncatingIfNeeded: c.pointee.policy.rawValue))
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__CreateEndpointRequest.self)
    martlet__endpoints__v1__create_endpoint_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.kind = .init(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
    if !self.variants.isEmpty {
      c.pointee.n_variants = self.variants.count
      c.pointee.variants = arena.messages(self.variants)
    }
    c.pointee.policy = .init(rawValue: .init(truncatingIfNeeded: self.policy.rawValue))
  }
}

public struct CreateEndpointResponse: CBackedMessage {
  public var endpoint: Endpoint? = nil
  public var existed: Bool = false

  public init() {}

  public init(
    endpoint: Endpoint? = nil,
    existed: Bool = false
  ) {
    self.endpoint = endpoint
    self.existed = existed
  }

  public static let messageName = "martlet.endpoints.v1.CreateEndpointResponse"

  public var description: String {
    var text = MessageDescription("CreateEndpointResponse")
    text.add("endpoint", self.endpoint)
    text.add("existed", self.existed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__CreateEndpointResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__create_endpoint_response__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__CreateEndpointResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__CreateEndpointResponse.self)
    self.endpoint = Unpacked.message(c.pointee.endpoint, source) as Endpoint?
    self.existed = c.pointee.existed != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__CreateEndpointResponse.self)
    martlet__endpoints__v1__create_endpoint_response__init(c)
    if let value = self.endpoint {
      c.pointee.endpoint = arena.message(value)
    }
    c.pointee.existed = self.existed ? 1 : 0
  }
}

public struct DescribeEndpointRequest: CBackedMessage {
  public var name: String = ""

  public init() {}

  public init(
    name: String = ""
  ) {
    self.name = name
  }

  public static let messageName = "martlet.endpoints.v1.DescribeEndpointRequest"

  public var description: String {
    var text = MessageDescription("DescribeEndpointRequest")
    text.add("name", self.name)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__DescribeEndpointRequest>.size,
  ) {
    martlet__endpoints__v1__describe_endpoint_request__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__DescribeEndpointRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DescribeEndpointRequest.self)
    self.name = Unpacked.text(c.pointee.name)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DescribeEndpointRequest.self)
    martlet__endpoints__v1__describe_endpoint_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
  }
}

public struct DescribeEndpointResponse: CBackedMessage {
  public var endpoint: Endpoint? = nil

  public init() {}

  public init(
    endpoint: Endpoint? = nil
  ) {
    self.endpoint = endpoint
  }

  public static let messageName = "martlet.endpoints.v1.DescribeEndpointResponse"

  public var description: String {
    var text = MessageDescription("DescribeEndpointResponse")
    text.add("endpoint", self.endpoint)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__DescribeEndpointResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__describe_endpoint_response__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__DescribeEndpointResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DescribeEndpointResponse.self)
    self.endpoint = Unpacked.message(c.pointee.endpoint, source) as Endpoint?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DescribeEndpointResponse.self)
    martlet__endpoints__v1__describe_endpoint_response__init(c)
    if let value = self.endpoint {
      c.pointee.endpoint = arena.message(value)
    }
  }
}

public struct ListEndpointsRequest: CBackedMessage {
  public var pageSize: UInt32 = 0
  public var pageToken: String = ""

  public init() {}

  public init(
    pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public static let messageName = "martlet.endpoints.v1.ListEndpointsRequest"

  public var description: String {
    var text = MessageDescription("ListEndpointsRequest")
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__ListEndpointsRequest>.size,
  ) {
    martlet__endpoints__v1__list_endpoints_request__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__ListEndpointsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListEndpointsRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListEndpointsRequest.self)
    martlet__endpoints__v1__list_endpoints_request__init(c)
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListEndpointsResponse: CBackedMessage {
  public var endpoints: [Endpoint] = []
  public var nextPageToken: String = ""

  public init() {}

  public init(
    endpoints: [Endpoint] = [],
    nextPageToken: String = ""
  ) {
    self.endpoints = endpoints
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.endpoints.v1.ListEndpointsResponse"

  public var description: String {
    var text = MessageDescription("ListEndpointsResponse")
    text.add("endpoints", self.endpoints)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__ListEndpointsResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__list_endpoints_response__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__ListEndpointsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListEndpointsResponse.self)
    self.endpoints = Unpacked.messages(c.pointee.endpoints, c.pointee.n_endpoints, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListEndpointsResponse.self)
    martlet__endpoints__v1__list_endpoints_response__init(c)
    if !self.endpoints.isEmpty {
      c.pointee.n_endpoints = self.endpoints.count
      c.pointee.endpoints = arena.messages(self.endpoints)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}

public struct DeleteEndpointRequest: CBackedMessage {
  public var name: String = ""

  public init() {}

  public init(
    name: String = ""
  ) {
    self.name = name
  }

  public static let messageName = "martlet.endpoints.v1.DeleteEndpointRequest"

  public var description: String {
    var text = MessageDescription("DeleteEndpointRequest")
    text.add("name", self.name)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__DeleteEndpointRequest>.size,
  ) {
    martlet__endpoints__v1__delete_endpoint_request__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__DeleteEndpointRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DeleteEndpointRequest.self)
    self.name = Unpacked.text(c.pointee.name)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DeleteEndpointRequest.self)
    martlet__endpoints__v1__delete_endpoint_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
  }
}

public struct DeleteEndpointResponse: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.endpoints.v1.DeleteEndpointResponse"

  public var description: String {
    let text = MessageDescription("DeleteEndpointResponse")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__DeleteEndpointResponse>.size,
  ) {
    martlet__endpoints__v1__delete_endpoint_response__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__DeleteEndpointResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__DeleteEndpointResponse.self)
    martlet__endpoints__v1__delete_endpoint_response__init(c)
  }
}

public struct WatchEndpointsRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.endpoints.v1.WatchEndpointsRequest"

  public var description: String {
    let text = MessageDescription("WatchEndpointsRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__WatchEndpointsRequest>.size,
  ) {
    martlet__endpoints__v1__watch_endpoints_request__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsRequest.self)
    martlet__endpoints__v1__watch_endpoints_request__init(c)
  }
}

/// First every endpoint there is, then `is_snapshot_end`, then every change.
public struct WatchEndpointsResponse: CBackedMessage {
  public var event: Event?

  public enum Event: Sendable, Equatable {
    case changed(WatchEndpointsResponse.Changed)
    case deleted(WatchEndpointsResponse.Deleted)
    case isSnapshotEnd(Bool)
  }

  public struct Deleted: CBackedMessage {
    public var account: String = ""
    public var name: String = ""

    public init() {}

    public init(
      account: String = "",
      name: String = ""
    ) {
      self.account = account
      self.name = name
    }

    public static let messageName = "martlet.endpoints.v1.WatchEndpointsResponse.Deleted"

    public var description: String {
      var text = MessageDescription("Deleted")
      text.add("account", self.account)
      text.add("name", self.name)
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Endpoints__V1__WatchEndpointsResponse__Deleted>.size,
    ) {
      martlet__endpoints__v1__watch_endpoints_response__deleted__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse__Deleted.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse__Deleted.self)
      self.account = Unpacked.text(c.pointee.account)
      self.name = Unpacked.text(c.pointee.name)
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse__Deleted.self)
      martlet__endpoints__v1__watch_endpoints_response__deleted__init(c)
      if !self.account.isEmpty {
        c.pointee.account = arena.text(self.account)
      }
      if !self.name.isEmpty {
        c.pointee.name = arena.text(self.name)
      }
    }
  }

  public struct Changed: CBackedMessage {
    public var account: String = ""
    public var endpoint: Endpoint? = nil

    public init() {}

    public init(
      account: String = "",
      endpoint: Endpoint? = nil
    ) {
      self.account = account
      self.endpoint = endpoint
    }

    public static let messageName = "martlet.endpoints.v1.WatchEndpointsResponse.Changed"

    public var description: String {
      var text = MessageDescription("Changed")
      text.add("account", self.account)
      text.add("endpoint", self.endpoint)
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Endpoints__V1__WatchEndpointsResponse__Changed>.size,
      mapEntries: [
        "martlet.models.v1.LabelChoice.ReplacementsEntry",
        "martlet.models.v1.LabelChoice.ThresholdsEntry",
        "martlet.models.v1.Lineage.HyperparametersEntry",
        "martlet.models.v1.Manifest.TagsEntry",
      ],
    ) {
      martlet__endpoints__v1__watch_endpoints_response__changed__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse__Changed.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse__Changed.self)
      self.account = Unpacked.text(c.pointee.account)
      self.endpoint = Unpacked.message(c.pointee.endpoint, source) as Endpoint?
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse__Changed.self)
      martlet__endpoints__v1__watch_endpoints_response__changed__init(c)
      if !self.account.isEmpty {
        c.pointee.account = arena.text(self.account)
      }
      if let value = self.endpoint {
        c.pointee.endpoint = arena.message(value)
      }
    }
  }

  public init() {}

  public init(
    event: Event? = nil
  ) {
    self.event = event
  }

  public static let messageName = "martlet.endpoints.v1.WatchEndpointsResponse"

  public var description: String {
    var text = MessageDescription("WatchEndpointsResponse")
    switch self.event {
    case .changed(let value)?: text.addChosen("changed", value)
    case .deleted(let value)?: text.addChosen("deleted", value)
    case .isSnapshotEnd(let value)?: text.addChosen("isSnapshotEnd", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__WatchEndpointsResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__endpoints__v1__watch_endpoints_response__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse.self)
    switch c.pointee.event_case.rawValue {
    case 1:
      self.event = (Unpacked.message(c.pointee.changed, source) as WatchEndpointsResponse.Changed?).map { .changed($0) }
    case 2:
      self.event = (Unpacked.message(c.pointee.deleted, source) as WatchEndpointsResponse.Deleted?).map { .deleted($0) }
    case 3: self.event = .isSnapshotEnd(c.pointee.is_snapshot_end != 0)
    default: self.event = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__WatchEndpointsResponse.self)
    martlet__endpoints__v1__watch_endpoints_response__init(c)
    switch self.event {
    case .changed(let value)?:
      c.pointee.event_case = .init(rawValue: 1)
      c.pointee.changed = arena.message(value)
    case .deleted(let value)?:
      c.pointee.event_case = .init(rawValue: 2)
      c.pointee.deleted = arena.message(value)
    case .isSnapshotEnd(let value)?:
      c.pointee.event_case = .init(rawValue: 3)
      c.pointee.is_snapshot_end = value ? 1 : 0
    case nil: break
    }
  }
}

public struct ListHostsRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.endpoints.v1.ListHostsRequest"

  public var description: String {
    let text = MessageDescription("ListHostsRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__ListHostsRequest>.size,
  ) {
    martlet__endpoints__v1__list_hosts_request__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__ListHostsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListHostsRequest.self)
    martlet__endpoints__v1__list_hosts_request__init(c)
  }
}

public struct Host: CBackedMessage {
  public var name: String = ""
  public var address: String = ""
  /// `managed` or `self-hosted`.
  public var pool: String = ""
  public var isReachable: Bool = false
  public var replicas: [ReplicaReport] = []

  public init() {}

  public init(
    name: String = "",
    address: String = "",
    pool: String = "",
    isReachable: Bool = false,
    replicas: [ReplicaReport] = []
  ) {
    self.name = name
    self.address = address
    self.pool = pool
    self.isReachable = isReachable
    self.replicas = replicas
  }

  public static let messageName = "martlet.endpoints.v1.Host"

  public var description: String {
    var text = MessageDescription("Host")
    text.add("name", self.name)
    text.add("address", self.address)
    text.add("pool", self.pool)
    text.add("isReachable", self.isReachable)
    text.add("replicas", self.replicas)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__Host>.size,
  ) {
    martlet__endpoints__v1__host__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__Host.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__Host.self)
    self.name = Unpacked.text(c.pointee.name)
    self.address = Unpacked.text(c.pointee.address)
    self.pool = Unpacked.text(c.pointee.pool)
    self.isReachable = c.pointee.is_reachable != 0
    self.replicas = Unpacked.messages(c.pointee.replicas, c.pointee.n_replicas, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__Host.self)
    martlet__endpoints__v1__host__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.address.isEmpty {
      c.pointee.address = arena.text(self.address)
    }
    if !self.pool.isEmpty {
      c.pointee.pool = arena.text(self.pool)
    }
    c.pointee.is_reachable = self.isReachable ? 1 : 0
    if !self.replicas.isEmpty {
      c.pointee.n_replicas = self.replicas.count
      c.pointee.replicas = arena.messages(self.replicas)
    }
  }
}

public struct ListHostsResponse: CBackedMessage {
  public var hosts: [Host] = []

  public init() {}

  public init(
    hosts: [Host] = []
  ) {
    self.hosts = hosts
  }

  public static let messageName = "martlet.endpoints.v1.ListHostsResponse"

  public var description: String {
    var text = MessageDescription("ListHostsResponse")
    text.add("hosts", self.hosts)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Endpoints__V1__ListHostsResponse>.size,
  ) {
    martlet__endpoints__v1__list_hosts_response__init($0.assumingMemoryBound(to: Martlet__Endpoints__V1__ListHostsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListHostsResponse.self)
    self.hosts = Unpacked.messages(c.pointee.hosts, c.pointee.n_hosts, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Endpoints__V1__ListHostsResponse.self)
    martlet__endpoints__v1__list_hosts_response__init(c)
    if !self.hosts.isEmpty {
      c.pointee.n_hosts = self.hosts.count
      c.pointee.hosts = arena.messages(self.hosts)
    }
  }
}
