// Generated from martlet/inference/v1/inference.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public enum ReplicaState: WireEnum {
  case unspecified
  case fetching
  case loading
  case warming
  case ready
  case draining
  case failed
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .fetching
    case 2: self = .loading
    case 3: self = .warming
    case 4: self = .ready
    case 5: self = .draining
    case 6: self = .failed
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .fetching: 1
    case .loading: 2
    case .warming: 3
    case .ready: 4
    case .draining: 5
    case .failed: 6
    case .unrecognized(let number): number
    }
  }
}

public struct TensorInput: CBackedMessage {
  public var tensors: [Tensor] = []

  public init() {}

  public init(
    tensors: [Tensor] = []
  ) {
    self.tensors = tensors
  }

  public static let messageName = "martlet.inference.v1.TensorInput"

  public var description: String {
    var text = MessageDescription("TensorInput")
    text.add("tensors", self.tensors)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__TensorInput>.size,
    slices: [
      .init("martlet.tensors.v1.Tensor", 4),
    ],
  ) {
    martlet__inference__v1__tensor_input__init($0.assumingMemoryBound(to: Martlet__Inference__V1__TensorInput.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__TensorInput.self)
    self.tensors = Unpacked.messages(c.pointee.tensors, c.pointee.n_tensors, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__TensorInput.self)
    martlet__inference__v1__tensor_input__init(c)
    if !self.tensors.isEmpty {
      c.pointee.n_tensors = self.tensors.count
      c.pointee.tensors = arena.messages(self.tensors)
    }
  }
}

/// Whole files or other contents, for models with a byte window.
public struct ByteInput: CBackedMessage {
  /// 1 to 1 024.
  public var items: [Bytes] = []

  public init() {}

  public init(
    items: [Bytes] = []
  ) {
    self.items = items
  }

  public static let messageName = "martlet.inference.v1.ByteInput"

  public var description: String {
    var text = MessageDescription("ByteInput")
    text.add("items", self.items)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__ByteInput>.size,
    slices: [
      .init("martlet.inference.v1.ByteInput", 1),
    ],
  ) {
    martlet__inference__v1__byte_input__init($0.assumingMemoryBound(to: Martlet__Inference__V1__ByteInput.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ByteInput.self)
    self.items = Unpacked.byteStrings(c.pointee.items, c.pointee.n_items, slicing: source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ByteInput.self)
    martlet__inference__v1__byte_input__init(c)
    if !self.items.isEmpty {
      c.pointee.n_items = self.items.count
      c.pointee.items = arena.byteStrings(self.items, isSliced: true)
    }
  }
}

/// Calls go by target; the message does not repeat it. The target is `endpoints/NAME[/VARIANT]` from
/// callers, and from the balancer on what exactly that stands for: the registry attribute by which
/// hosts say that they serve it, see ReplicaAttribute.
public struct PredictRequest: CBackedMessage {
  public var input: Input?
  /// Which outputs are wanted; empty = all.
  public var outputs: [String] = []

  public enum Input: Sendable, Equatable {
    case tensors(TensorInput)
    case table(Table)
    case bytes(ByteInput)
  }

  public init() {}

  public init(
    input: Input? = nil,
    outputs: [String] = []
  ) {
    self.input = input
    self.outputs = outputs
  }

  public static let messageName = "martlet.inference.v1.PredictRequest"

  public var description: String {
    var text = MessageDescription("PredictRequest")
    switch self.input {
    case .tensors(let value)?: text.addChosen("tensors", value)
    case .table(let value)?: text.addChosen("table", value)
    case .bytes(let value)?: text.addChosen("bytes", value)
    case nil: break
    }
    text.add("outputs", self.outputs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__PredictRequest>.size,
    slices: [
      .init("martlet.inference.v1.ByteInput", 1),
      .init("martlet.tensors.v1.Tensor", 4),
    ],
  ) {
    martlet__inference__v1__predict_request__init($0.assumingMemoryBound(to: Martlet__Inference__V1__PredictRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__PredictRequest.self)
    switch c.pointee.input_case.rawValue {
    case 1:
      self.input = (Unpacked.message(c.pointee.tensors, source) as TensorInput?).map { .tensors($0) }
    case 2:
      self.input = (Unpacked.message(c.pointee.table, source) as Table?).map { .table($0) }
    case 3:
      self.input = (Unpacked.message(c.pointee.bytes, source) as ByteInput?).map { .bytes($0) }
    default: self.input = nil
    }
    self.outputs = Unpacked.texts(c.pointee.outputs, c.pointee.n_outputs)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__PredictRequest.self)
    martlet__inference__v1__predict_request__init(c)
    switch self.input {
    case .tensors(let value)?:
      c.pointee.input_case = .init(rawValue: 1)
      c.pointee.tensors = arena.message(value)
    case .table(let value)?:
      c.pointee.input_case = .init(rawValue: 2)
      c.pointee.table = arena.message(value)
    case .bytes(let value)?:
      c.pointee.input_case = .init(rawValue: 3)
      c.pointee.bytes = arena.message(value)
    case nil: break
    }
    if !self.outputs.isEmpty {
      c.pointee.n_outputs = self.outputs.count
      c.pointee.outputs = arena.texts(self.outputs)
    }
  }
}

public struct PredictResponse: CBackedMessage {
  public var outputs: [Tensor] = []
  public var model: String = ""
  public var modelVersion: UInt32 = 0
  /// The host's instance name.
  public var host: String = ""

  public init() {}

  public init(
    outputs: [Tensor] = [],
    model: String = "",
    modelVersion: UInt32 = 0,
    host: String = ""
  ) {
    self.outputs = outputs
    self.model = model
    self.modelVersion = modelVersion
    self.host = host
  }

  public static let messageName = "martlet.inference.v1.PredictResponse"

  public var description: String {
    var text = MessageDescription("PredictResponse")
    text.add("outputs", self.outputs)
    text.add("model", self.model)
    text.add("modelVersion", self.modelVersion)
    text.add("host", self.host)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__PredictResponse>.size,
    slices: [
      .init("martlet.tensors.v1.Tensor", 4),
    ],
  ) {
    martlet__inference__v1__predict_response__init($0.assumingMemoryBound(to: Martlet__Inference__V1__PredictResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__PredictResponse.self)
    self.outputs = Unpacked.messages(c.pointee.outputs, c.pointee.n_outputs, source)
    self.model = Unpacked.text(c.pointee.model)
    self.modelVersion = c.pointee.model_version
    self.host = Unpacked.text(c.pointee.host)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__PredictResponse.self)
    martlet__inference__v1__predict_response__init(c)
    if !self.outputs.isEmpty {
      c.pointee.n_outputs = self.outputs.count
      c.pointee.outputs = arena.messages(self.outputs)
    }
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.model_version = self.modelVersion
    if !self.host.isEmpty {
      c.pointee.host = arena.text(self.host)
    }
  }
}

/// A model version that a host shall serve for an endpoint.
public struct ReplicaAssignment: CBackedMessage {
  public var endpoint: String = ""
  public var variant: String = ""
  public var account: String = ""
  public var model: String = ""
  public var modelVersion: UInt32 = 0
  public var manifest: Manifest? = nil
  /// Of the endpoint: one that was deleted and made anew under its name has another.
  public var endpointID: String = ""

  public init() {}

  public init(
    endpoint: String = "",
    variant: String = "",
    account: String = "",
    model: String = "",
    modelVersion: UInt32 = 0,
    manifest: Manifest? = nil,
    endpointID: String = ""
  ) {
    self.endpoint = endpoint
    self.variant = variant
    self.account = account
    self.model = model
    self.modelVersion = modelVersion
    self.manifest = manifest
    self.endpointID = endpointID
  }

  public static let messageName = "martlet.inference.v1.ReplicaAssignment"

  public var description: String {
    var text = MessageDescription("ReplicaAssignment")
    text.add("endpoint", self.endpoint)
    text.add("variant", self.variant)
    text.add("account", self.account)
    text.add("model", self.model)
    text.add("modelVersion", self.modelVersion)
    text.add("manifest", self.manifest)
    text.add("endpointID", self.endpointID)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__ReplicaAssignment>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__inference__v1__replica_assignment__init($0.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaAssignment.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaAssignment.self)
    self.endpoint = Unpacked.text(c.pointee.endpoint)
    self.variant = Unpacked.text(c.pointee.variant)
    self.account = Unpacked.text(c.pointee.account)
    self.model = Unpacked.text(c.pointee.model)
    self.modelVersion = c.pointee.model_version
    self.manifest = Unpacked.message(c.pointee.manifest, source) as Manifest?
    self.endpointID = Unpacked.text(c.pointee.endpoint_id)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaAssignment.self)
    martlet__inference__v1__replica_assignment__init(c)
    if !self.endpoint.isEmpty {
      c.pointee.endpoint = arena.text(self.endpoint)
    }
    if !self.variant.isEmpty {
      c.pointee.variant = arena.text(self.variant)
    }
    if !self.account.isEmpty {
      c.pointee.account = arena.text(self.account)
    }
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.model_version = self.modelVersion
    if let value = self.manifest {
      c.pointee.manifest = arena.message(value)
    }
    if !self.endpointID.isEmpty {
      c.pointee.endpoint_id = arena.text(self.endpointID)
    }
  }
}

public struct ReplicaReport: CBackedMessage {
  public var endpoint: String = ""
  public var variant: String = ""
  public var model: String = ""
  public var modelVersion: UInt32 = 0
  public var state: ReplicaState = ReplicaState()
  /// Why it failed, in words.
  public var failure: String = ""
  /// Calls answered or in work since it was loaded.
  public var callCount: UInt64 = 0
  /// Of the endpoint that it was placed for; empty when the host brought it.
  public var endpointID: String = ""

  public init() {}

  public init(
    endpoint: String = "",
    variant: String = "",
    model: String = "",
    modelVersion: UInt32 = 0,
    state: ReplicaState = ReplicaState(),
    failure: String = "",
    callCount: UInt64 = 0,
    endpointID: String = ""
  ) {
    self.endpoint = endpoint
    self.variant = variant
    self.model = model
    self.modelVersion = modelVersion
    self.state = state
    self.failure = failure
    self.callCount = callCount
    self.endpointID = endpointID
  }

  public static let messageName = "martlet.inference.v1.ReplicaReport"

  public var description: String {
    var text = MessageDescription("ReplicaReport")
    text.add("endpoint", self.endpoint)
    text.add("variant", self.variant)
    text.add("model", self.model)
    text.add("modelVersion", self.modelVersion)
    text.add("state", self.state)
    text.add("failure", self.failure)
    text.add("callCount", self.callCount)
    text.add("endpointID", self.endpointID)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__ReplicaReport>.size,
  ) {
    martlet__inference__v1__replica_report__init($0.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaReport.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaReport.self)
    self.endpoint = Unpacked.text(c.pointee.endpoint)
    self.variant = Unpacked.text(c.pointee.variant)
    self.model = Unpacked.text(c.pointee.model)
    self.modelVersion = c.pointee.model_version
    self.state = ReplicaState(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
    self.failure = Unpacked.text(c.pointee.failure)
    self.callCount = c.pointee.call_count
    self.endpointID = Unpacked.text(c.pointee.endpoint_id)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaReport.self)
    martlet__inference__v1__replica_report__init(c)
    if !self.endpoint.isEmpty {
      c.pointee.endpoint = arena.text(self.endpoint)
    }
    if !self.variant.isEmpty {
      c.pointee.variant = arena.text(self.variant)
    }
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.model_version = self.modelVersion
    c.pointee.state = .init(rawValue: .init(truncatingIfNeeded: self.state.rawValue))
    if !self.failure.isEmpty {
      c.pointee.failure = arena.text(self.failure)
    }
    c.pointee.call_count = self.callCount
    if !self.endpointID.isEmpty {
      c.pointee.endpoint_id = arena.text(self.endpointID)
    }
  }
}

/// The value of a registry attribute that an instance of role inference has exactly while a replica
/// of it is ready. The attribute's name is what the replica is, and calls are routed by it alone:
///
///     replicas/ENDPOINT_ID/VARIANT   placed by the balancer for that endpoint
///     copies/NAME/FINGERPRINT        brought by its host; the first 32 hexadecimal digits of the
///                                    SHA-256 of ACCOUNT, NAME, VARIANT, MODEL and VERSION (in
///                                    decimal digits), with a zero byte between them
///
/// Also what `replica.binpb` in a self-hosted model's folder holds, where it says whose copy of
/// which model version it is; `endpoint` is the folder's name then.
public struct ReplicaAttribute: CBackedMessage {
  /// `main` when not given.
  public var variant: String = ""
  public var model: String = ""
  public var modelVersion: UInt32 = 0
  /// `default` when not given.
  public var account: String = ""
  public var endpoint: String = ""

  public init() {}

  public init(
    variant: String = "",
    model: String = "",
    modelVersion: UInt32 = 0,
    account: String = "",
    endpoint: String = ""
  ) {
    self.variant = variant
    self.model = model
    self.modelVersion = modelVersion
    self.account = account
    self.endpoint = endpoint
  }

  public static let messageName = "martlet.inference.v1.ReplicaAttribute"

  public var description: String {
    var text = MessageDescription("ReplicaAttribute")
    text.add("variant", self.variant)
    text.add("model", self.model)
    text.add("modelVersion", self.modelVersion)
    text.add("account", self.account)
    text.add("endpoint", self.endpoint)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__ReplicaAttribute>.size,
  ) {
    martlet__inference__v1__replica_attribute__init($0.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaAttribute.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaAttribute.self)
    self.variant = Unpacked.text(c.pointee.variant)
    self.model = Unpacked.text(c.pointee.model)
    self.modelVersion = c.pointee.model_version
    self.account = Unpacked.text(c.pointee.account)
    self.endpoint = Unpacked.text(c.pointee.endpoint)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__ReplicaAttribute.self)
    martlet__inference__v1__replica_attribute__init(c)
    if !self.variant.isEmpty {
      c.pointee.variant = arena.text(self.variant)
    }
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.model_version = self.modelVersion
    if !self.account.isEmpty {
      c.pointee.account = arena.text(self.account)
    }
    if !self.endpoint.isEmpty {
      c.pointee.endpoint = arena.text(self.endpoint)
    }
  }
}

public struct AssignReplicasRequest: CBackedMessage {
  /// Everything that the host shall serve; what it serves besides is drained and unloaded.
  public var replicas: [ReplicaAssignment] = []
  /// Rises with every plan of the balancer, at most 2^63 - 1; a host ignores an older one than it
  /// has.
  public var planRevision: UInt64 = 0

  public init() {}

  public init(
    replicas: [ReplicaAssignment] = [],
    planRevision: UInt64 = 0
  ) {
    self.replicas = replicas
    self.planRevision = planRevision
  }

  public static let messageName = "martlet.inference.v1.AssignReplicasRequest"

  public var description: String {
    var text = MessageDescription("AssignReplicasRequest")
    text.add("replicas", self.replicas)
    text.add("planRevision", self.planRevision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__AssignReplicasRequest>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__inference__v1__assign_replicas_request__init($0.assumingMemoryBound(to: Martlet__Inference__V1__AssignReplicasRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__AssignReplicasRequest.self)
    self.replicas = Unpacked.messages(c.pointee.replicas, c.pointee.n_replicas, source)
    self.planRevision = c.pointee.plan_revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__AssignReplicasRequest.self)
    martlet__inference__v1__assign_replicas_request__init(c)
    if !self.replicas.isEmpty {
      c.pointee.n_replicas = self.replicas.count
      c.pointee.replicas = arena.messages(self.replicas)
    }
    c.pointee.plan_revision = self.planRevision
  }
}

public struct AssignReplicasResponse: CBackedMessage {
  public var replicas: [ReplicaReport] = []
  /// Of the plan that the host follows. Where it is above the request's the request was ignored: the
  /// balancer, which has lost its state or whose clock was set back, numbers its plans above it.
  public var newestPlanRevision: UInt64 = 0

  public init() {}

  public init(
    replicas: [ReplicaReport] = [],
    newestPlanRevision: UInt64 = 0
  ) {
    self.replicas = replicas
    self.newestPlanRevision = newestPlanRevision
  }

  public static let messageName = "martlet.inference.v1.AssignReplicasResponse"

  public var description: String {
    var text = MessageDescription("AssignReplicasResponse")
    text.add("replicas", self.replicas)
    text.add("newestPlanRevision", self.newestPlanRevision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__AssignReplicasResponse>.size,
  ) {
    martlet__inference__v1__assign_replicas_response__init($0.assumingMemoryBound(to: Martlet__Inference__V1__AssignReplicasResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__AssignReplicasResponse.self)
    self.replicas = Unpacked.messages(c.pointee.replicas, c.pointee.n_replicas, source)
    self.newestPlanRevision = c.pointee.newest_plan_revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__AssignReplicasResponse.self)
    martlet__inference__v1__assign_replicas_response__init(c)
    if !self.replicas.isEmpty {
      c.pointee.n_replicas = self.replicas.count
      c.pointee.replicas = arena.messages(self.replicas)
    }
    c.pointee.newest_plan_revision = self.newestPlanRevision
  }
}

public struct DescribeHostRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.inference.v1.DescribeHostRequest"

  public var description: String {
    let text = MessageDescription("DescribeHostRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__DescribeHostRequest>.size,
  ) {
    martlet__inference__v1__describe_host_request__init($0.assumingMemoryBound(to: Martlet__Inference__V1__DescribeHostRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__DescribeHostRequest.self)
    martlet__inference__v1__describe_host_request__init(c)
  }
}

public struct DescribeHostResponse: CBackedMessage {
  public var host: String = ""
  /// `managed` or `self-hosted`.
  public var pool: String = ""
  public var replicas: [ReplicaReport] = []
  /// What the engine is, with its version; empty when the host has none.
  public var engine: String = ""

  public init() {}

  public init(
    host: String = "",
    pool: String = "",
    replicas: [ReplicaReport] = [],
    engine: String = ""
  ) {
    self.host = host
    self.pool = pool
    self.replicas = replicas
    self.engine = engine
  }

  public static let messageName = "martlet.inference.v1.DescribeHostResponse"

  public var description: String {
    var text = MessageDescription("DescribeHostResponse")
    text.add("host", self.host)
    text.add("pool", self.pool)
    text.add("replicas", self.replicas)
    text.add("engine", self.engine)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__DescribeHostResponse>.size,
  ) {
    martlet__inference__v1__describe_host_response__init($0.assumingMemoryBound(to: Martlet__Inference__V1__DescribeHostResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__DescribeHostResponse.self)
    self.host = Unpacked.text(c.pointee.host)
    self.pool = Unpacked.text(c.pointee.pool)
    self.replicas = Unpacked.messages(c.pointee.replicas, c.pointee.n_replicas, source)
    self.engine = Unpacked.text(c.pointee.engine)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__DescribeHostResponse.self)
    martlet__inference__v1__describe_host_response__init(c)
    if !self.host.isEmpty {
      c.pointee.host = arena.text(self.host)
    }
    if !self.pool.isEmpty {
      c.pointee.pool = arena.text(self.pool)
    }
    if !self.replicas.isEmpty {
      c.pointee.n_replicas = self.replicas.count
      c.pointee.replicas = arena.messages(self.replicas)
    }
    if !self.engine.isEmpty {
      c.pointee.engine = arena.text(self.engine)
    }
  }
}
