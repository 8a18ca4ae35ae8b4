// Generated from martlet/discovery/v1/registry.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

/// One process that serves calls, as it describes itself. Names are 1 to 128 letters, digits and
/// `-._`; those of attributes may be several with `/` between them, 256 bytes in all. Labels and
/// attributes together have at most 16 KiB.
public struct InstanceDescription: CBackedMessage {
  /// Role and id are those of the instance's certificate.
  public var role: String = ""
  public var id: String = ""
  /// Rises with every start of the process.
  public var generation: UInt64 = 0
  /// Rises with every change that this start announces.
  public var update: UInt64 = 0
  public var condition: InstanceDescription.Condition = InstanceDescription.Condition()
  /// `host:port`, `[v6]:port` or `unix:/path`, 1 to 8 of them in order of preference.
  public var addresses: [String] = []
  /// Share of calls relative to others of the role, 0 to 10 000; 100 is usual. 0 = only when nobody
  /// else is left.
  public var weight: UInt32 = 0
  /// The failure domain it runs in; empty when unknown.
  public var zone: String = ""
  /// Names and values for people and filters; at most 256.
  public var labels: [String: String] = [:]
  /// What it serves, in bytes that only its callers understand; at most 256.
  public var attributes: [String: Bytes] = [:]

  public enum Condition: WireEnum {
    /// It takes calls.
    case serving
    /// It finishes the calls that it has and gets no new ones.
    case draining
    /// A number that has no name here.
    case unrecognized(Int32)

    public init() { self = .serving }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .serving
      case 1: self = .draining
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .serving: 0
      case .draining: 1
      case .unrecognized(let number): number
      }
    }
  }

  public init() {}

  public init(
    role: String = "",
    id: String = "",
    generation: UInt64 = 0,
    update: UInt64 = 0,
    condition: InstanceDescription.Condition = InstanceDescription.Condition(),
    addresses: [String] = [],
    weight: UInt32 = 0,
    zone: String = "",
    labels: [String: String] = [:],
    attributes: [String: Bytes] = [:]
  ) {
    self.role = role
    self.id = id
    self.generation = generation
    self.update = update
    self.condition = condition
    self.addresses = addresses
    self.weight = weight
    self.zone = zone
    self.labels = labels
    self.attributes = attributes
  }

  public static let messageName = "martlet.discovery.v1.InstanceDescription"

  public var description: String {
    var text = MessageDescription("InstanceDescription")
    text.add("role", self.role)
    text.add("id", self.id)
    text.add("generation", self.generation)
    text.add("update", self.update)
    text.add("condition", self.condition)
    text.add("addresses", self.addresses)
    text.add("weight", self.weight)
    text.add("zone", self.zone)
    text.add("labels", self.labels)
    text.add("attributes", self.attributes)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__InstanceDescription>.size,
    mapEntries: [
      "martlet.discovery.v1.InstanceDescription.AttributesEntry",
      "martlet.discovery.v1.InstanceDescription.LabelsEntry",
    ],
  ) {
    martlet__discovery__v1__instance_description__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceDescription.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceDescription.self)
    self.role = Unpacked.text(c.pointee.role)
    self.id = Unpacked.text(c.pointee.id)
    self.generation = c.pointee.generation
    self.update = c.pointee.update
    self.condition = InstanceDescription.Condition(rawValue: Int32(truncatingIfNeeded: c.pointee.condition.rawValue))
    self.addresses = Unpacked.texts(c.pointee.addresses, c.pointee.n_addresses)
    self.weight = c.pointee.weight
    self.zone = Unpacked.text(c.pointee.zone)
    self.labels = Unpacked.map(c.pointee.labels, c.pointee.n_labels) { entry in (Unpacked.text(entry.pointee.key), Unpacked.text(entry.pointee.value)) }
    self.attributes = Unpacked.map(c.pointee.attributes, c.pointee.n_attributes) { entry in (Unpacked.text(entry.pointee.key), Unpacked.bytes(entry.pointee.value.data, entry.pointee.value.len)) }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceDescription.self)
    martlet__discovery__v1__instance_description__init(c)
    if !self.role.isEmpty {
      c.pointee.role = arena.text(self.role)
    }
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    c.pointee.generation = self.generation
    c.pointee.update = self.update
    c.pointee.condition = .init(rawValue: .init(truncatingIfNeeded: self.condition.rawValue))
    if !self.addresses.isEmpty {
      c.pointee.n_addresses = self.addresses.count
      c.pointee.addresses = arena.texts(self.addresses)
    }
    c.pointee.weight = self.weight
    if !self.zone.isEmpty {
      c.pointee.zone = arena.text(self.zone)
    }
    if !self.labels.isEmpty {
      c.pointee.n_labels = self.labels.count
      c.pointee.labels = arena.entries(self.labels, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Discovery__V1__InstanceDescription__LabelsEntry>, key, value) in
        martlet__discovery__v1__instance_description__labels_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = arena.text(value)
      }
    }
    if !self.attributes.isEmpty {
      c.pointee.n_attributes = self.attributes.count
      c.pointee.attributes = arena.entries(self.attributes, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Discovery__V1__InstanceDescription__AttributesEntry>, key, value) in
        martlet__discovery__v1__instance_description__attributes_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value.len = value.count
        entry.pointee.value.data = arena.bytes(value)
      }
    }
  }
}

/// A lease, as the registry granted it.
public struct LeaseGrant: CBackedMessage {
  /// An instance that does not renew for this long is gone, in milliseconds.
  public var leaseMs: UInt64 = 0
  /// Renew this often, in milliseconds.
  public var beatMs: UInt64 = 0
  /// The registry's revision at the time.
  public var revision: UInt64 = 0

  public init() {}

  public init(
    leaseMs: UInt64 = 0,
    beatMs: UInt64 = 0,
    revision: UInt64 = 0
  ) {
    self.leaseMs = leaseMs
    self.beatMs = beatMs
    self.revision = revision
  }

  public static let messageName = "martlet.discovery.v1.LeaseGrant"

  public var description: String {
    var text = MessageDescription("LeaseGrant")
    text.add("leaseMs", self.leaseMs)
    text.add("beatMs", self.beatMs)
    text.add("revision", self.revision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__LeaseGrant>.size,
  ) {
    martlet__discovery__v1__lease_grant__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__LeaseGrant.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__LeaseGrant.self)
    self.leaseMs = c.pointee.lease_ms
    self.beatMs = c.pointee.beat_ms
    self.revision = c.pointee.revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__LeaseGrant.self)
    martlet__discovery__v1__lease_grant__init(c)
    c.pointee.lease_ms = self.leaseMs
    c.pointee.beat_ms = self.beatMs
    c.pointee.revision = self.revision
  }
}

public struct RegisterInstanceRequest: CBackedMessage {
  public var instance: InstanceDescription? = nil

  public init() {}

  public init(
    instance: InstanceDescription? = nil
  ) {
    self.instance = instance
  }

  public static let messageName = "martlet.discovery.v1.RegisterInstanceRequest"

  public var description: String {
    var text = MessageDescription("RegisterInstanceRequest")
    text.add("instance", self.instance)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__RegisterInstanceRequest>.size,
    mapEntries: [
      "martlet.discovery.v1.InstanceDescription.AttributesEntry",
      "martlet.discovery.v1.InstanceDescription.LabelsEntry",
    ],
  ) {
    martlet__discovery__v1__register_instance_request__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__RegisterInstanceRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegisterInstanceRequest.self)
    self.instance = Unpacked.message(c.pointee.instance, source) as InstanceDescription?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegisterInstanceRequest.self)
    martlet__discovery__v1__register_instance_request__init(c)
    if let value = self.instance {
      c.pointee.instance = arena.message(value)
    }
  }
}

public struct RegisterInstanceResponse: CBackedMessage {
  public var grant: LeaseGrant? = nil

  public init() {}

  public init(
    grant: LeaseGrant? = nil
  ) {
    self.grant = grant
  }

  public static let messageName = "martlet.discovery.v1.RegisterInstanceResponse"

  public var description: String {
    var text = MessageDescription("RegisterInstanceResponse")
    text.add("grant", self.grant)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__RegisterInstanceResponse>.size,
  ) {
    martlet__discovery__v1__register_instance_response__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__RegisterInstanceResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegisterInstanceResponse.self)
    self.grant = Unpacked.message(c.pointee.grant, source) as LeaseGrant?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegisterInstanceResponse.self)
    martlet__discovery__v1__register_instance_response__init(c)
    if let value = self.grant {
      c.pointee.grant = arena.message(value)
    }
  }
}

public struct RenewLeaseRequest: CBackedMessage {
  public var role: String = ""
  public var id: String = ""
  public var generation: UInt64 = 0

  public init() {}

  public init(
    role: String = "",
    id: String = "",
    generation: UInt64 = 0
  ) {
    self.role = role
    self.id = id
    self.generation = generation
  }

  public static let messageName = "martlet.discovery.v1.RenewLeaseRequest"

  public var description: String {
    var text = MessageDescription("RenewLeaseRequest")
    text.add("role", self.role)
    text.add("id", self.id)
    text.add("generation", self.generation)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__RenewLeaseRequest>.size,
  ) {
    martlet__discovery__v1__renew_lease_request__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__RenewLeaseRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RenewLeaseRequest.self)
    self.role = Unpacked.text(c.pointee.role)
    self.id = Unpacked.text(c.pointee.id)
    self.generation = c.pointee.generation
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RenewLeaseRequest.self)
    martlet__discovery__v1__renew_lease_request__init(c)
    if !self.role.isEmpty {
      c.pointee.role = arena.text(self.role)
    }
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    c.pointee.generation = self.generation
  }
}

public struct RenewLeaseResponse: CBackedMessage {
  public var grant: LeaseGrant? = nil

  public init() {}

  public init(
    grant: LeaseGrant? = nil
  ) {
    self.grant = grant
  }

  public static let messageName = "martlet.discovery.v1.RenewLeaseResponse"

  public var description: String {
    var text = MessageDescription("RenewLeaseResponse")
    text.add("grant", self.grant)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__RenewLeaseResponse>.size,
  ) {
    martlet__discovery__v1__renew_lease_response__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__RenewLeaseResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RenewLeaseResponse.self)
    self.grant = Unpacked.message(c.pointee.grant, source) as LeaseGrant?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RenewLeaseResponse.self)
    martlet__discovery__v1__renew_lease_response__init(c)
    if let value = self.grant {
      c.pointee.grant = arena.message(value)
    }
  }
}

public struct DrainInstanceRequest: CBackedMessage {
  public var role: String = ""
  public var id: String = ""
  public var generation: UInt64 = 0

  public init() {}

  public init(
    role: String = "",
    id: String = "",
    generation: UInt64 = 0
  ) {
    self.role = role
    self.id = id
    self.generation = generation
  }

  public static let messageName = "martlet.discovery.v1.DrainInstanceRequest"

  public var description: String {
    var text = MessageDescription("DrainInstanceRequest")
    text.add("role", self.role)
    text.add("id", self.id)
    text.add("generation", self.generation)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__DrainInstanceRequest>.size,
  ) {
    martlet__discovery__v1__drain_instance_request__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__DrainInstanceRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__DrainInstanceRequest.self)
    self.role = Unpacked.text(c.pointee.role)
    self.id = Unpacked.text(c.pointee.id)
    self.generation = c.pointee.generation
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__DrainInstanceRequest.self)
    martlet__discovery__v1__drain_instance_request__init(c)
    if !self.role.isEmpty {
      c.pointee.role = arena.text(self.role)
    }
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    c.pointee.generation = self.generation
  }
}

public struct DrainInstanceResponse: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.discovery.v1.DrainInstanceResponse"

  public var description: String {
    let text = MessageDescription("DrainInstanceResponse")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__DrainInstanceResponse>.size,
  ) {
    martlet__discovery__v1__drain_instance_response__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__DrainInstanceResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__DrainInstanceResponse.self)
    martlet__discovery__v1__drain_instance_response__init(c)
  }
}

public struct DeregisterInstanceRequest: CBackedMessage {
  public var role: String = ""
  public var id: String = ""
  public var generation: UInt64 = 0

  public init() {}

  public init(
    role: String = "",
    id: String = "",
    generation: UInt64 = 0
  ) {
    self.role = role
    self.id = id
    self.generation = generation
  }

  public static let messageName = "martlet.discovery.v1.DeregisterInstanceRequest"

  public var description: String {
    var text = MessageDescription("DeregisterInstanceRequest")
    text.add("role", self.role)
    text.add("id", self.id)
    text.add("generation", self.generation)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__DeregisterInstanceRequest>.size,
  ) {
    martlet__discovery__v1__deregister_instance_request__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__DeregisterInstanceRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__DeregisterInstanceRequest.self)
    self.role = Unpacked.text(c.pointee.role)
    self.id = Unpacked.text(c.pointee.id)
    self.generation = c.pointee.generation
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__DeregisterInstanceRequest.self)
    martlet__discovery__v1__deregister_instance_request__init(c)
    if !self.role.isEmpty {
      c.pointee.role = arena.text(self.role)
    }
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    c.pointee.generation = self.generation
  }
}

public struct DeregisterInstanceResponse: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.discovery.v1.DeregisterInstanceResponse"

  public var description: String {
    let text = MessageDescription("DeregisterInstanceResponse")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__DeregisterInstanceResponse>.size,
  ) {
    martlet__discovery__v1__deregister_instance_response__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__DeregisterInstanceResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__DeregisterInstanceResponse.self)
    martlet__discovery__v1__deregister_instance_response__init(c)
  }
}

public struct WatchRoleRequest: CBackedMessage {
  public var role: String = ""
  /// Where to go on; absent asks for the whole list.
  public var position: RegistryPosition? = nil

  public init() {}

  public init(
    role: String = "",
    position: RegistryPosition? = nil
  ) {
    self.role = role
    self.position = position
  }

  public static let messageName = "martlet.discovery.v1.WatchRoleRequest"

  public var description: String {
    var text = MessageDescription("WatchRoleRequest")
    text.add("role", self.role)
    text.add("position", self.position)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__WatchRoleRequest>.size,
  ) {
    martlet__discovery__v1__watch_role_request__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__WatchRoleRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__WatchRoleRequest.self)
    self.role = Unpacked.text(c.pointee.role)
    self.position = Unpacked.message(c.pointee.position, source) as RegistryPosition?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__WatchRoleRequest.self)
    martlet__discovery__v1__watch_role_request__init(c)
    if !self.role.isEmpty {
      c.pointee.role = arena.text(self.role)
    }
    if let value = self.position {
      c.pointee.position = arena.message(value)
    }
  }
}

/// A point in a registry's history.
public struct RegistryPosition: CBackedMessage {
  public var epoch: UInt64 = 0
  public var revision: UInt64 = 0

  public init() {}

  public init(
    epoch: UInt64 = 0,
    revision: UInt64 = 0
  ) {
    self.epoch = epoch
    self.revision = revision
  }

  public static let messageName = "martlet.discovery.v1.RegistryPosition"

  public var description: String {
    var text = MessageDescription("RegistryPosition")
    text.add("epoch", self.epoch)
    text.add("revision", self.revision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__RegistryPosition>.size,
  ) {
    martlet__discovery__v1__registry_position__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__RegistryPosition.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegistryPosition.self)
    self.epoch = c.pointee.epoch
    self.revision = c.pointee.revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegistryPosition.self)
    martlet__discovery__v1__registry_position__init(c)
    c.pointee.epoch = self.epoch
    c.pointee.revision = self.revision
  }
}

public struct WatchRoleResponse: CBackedMessage {
  public var event: Event?

  public enum Event: Sendable, Equatable {
    case page(InstanceListPage)
    case batch(InstanceChangeBatch)
  }

  public init() {}

  public init(
    event: Event? = nil
  ) {
    self.event = event
  }

  public static let messageName = "martlet.discovery.v1.WatchRoleResponse"

  public var description: String {
    var text = MessageDescription("WatchRoleResponse")
    switch self.event {
    case .page(let value)?: text.addChosen("page", value)
    case .batch(let value)?: text.addChosen("batch", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__WatchRoleResponse>.size,
    mapEntries: [
      "martlet.discovery.v1.InstanceDescription.AttributesEntry",
      "martlet.discovery.v1.InstanceDescription.LabelsEntry",
    ],
  ) {
    martlet__discovery__v1__watch_role_response__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__WatchRoleResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__WatchRoleResponse.self)
    switch c.pointee.event_case.rawValue {
    case 1:
      self.event = (Unpacked.message(c.pointee.page, source) as InstanceListPage?).map { .page($0) }
    case 2:
      self.event = (Unpacked.message(c.pointee.batch, source) as InstanceChangeBatch?).map { .batch($0) }
    default: self.event = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__WatchRoleResponse.self)
    martlet__discovery__v1__watch_role_response__init(c)
    switch self.event {
    case .page(let value)?:
      c.pointee.event_case = .init(rawValue: 1)
      c.pointee.page = arena.message(value)
    case .batch(let value)?:
      c.pointee.event_case = .init(rawValue: 2)
      c.pointee.batch = arena.message(value)
    case nil: break
    }
  }
}

/// A part of the whole list: all pages together are the instances at one position, sorted by id.
/// A page has at most 512 instances, and is ended by the first that makes it 256 KiB or more.
public struct InstanceListPage: CBackedMessage {
  public var position: RegistryPosition? = nil
  public var authority: InstanceListPage.Authority = InstanceListPage.Authority()
  public var instances: [InstanceDescription] = []
  /// The list is whole with this page.
  public var isLast: Bool = false

  public enum Authority: WireEnum {
    /// The registry has just started: absence from the list means nothing.
    case settling
    /// The registry has had a whole lease to hear from everybody.
    case settled
    /// A number that has no name here.
    case unrecognized(Int32)

    public init() { self = .settling }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .settling
      case 1: self = .settled
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .settling: 0
      case .settled: 1
      case .unrecognized(let number): number
      }
    }
  }

  public init() {}

  public init(
    position: RegistryPosition? = nil,
    authority: InstanceListPage.Authority = InstanceListPage.Authority(),
    instances: [InstanceDescription] = [],
    isLast: Bool = false
  ) {
    self.position = position
    self.authority = authority
    self.instances = instances
    self.isLast = isLast
  }

  public static let messageName = "martlet.discovery.v1.InstanceListPage"

  public var description: String {
    var text = MessageDescription("InstanceListPage")
    text.add("position", self.position)
    text.add("authority", self.authority)
    text.add("instances", self.instances)
    text.add("isLast", self.isLast)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__InstanceListPage>.size,
    mapEntries: [
      "martlet.discovery.v1.InstanceDescription.AttributesEntry",
      "martlet.discovery.v1.InstanceDescription.LabelsEntry",
    ],
  ) {
    martlet__discovery__v1__instance_list_page__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceListPage.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceListPage.self)
    self.position = Unpacked.message(c.pointee.position, source) as RegistryPosition?
    self.authority = InstanceListPage.Authority(rawValue: Int32(truncatingIfNeeded: c.pointee.authority.rawValue))
    self.instances = Unpacked.messages(c.pointee.instances, c.pointee.n_instances, source)
    self.isLast = c.pointee.is_last != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceListPage.self)
    martlet__discovery__v1__instance_list_page__init(c)
    if let value = self.position {
      c.pointee.position = arena.message(value)
    }
    c.pointee.authority = .init(rawValue: .init(truncatingIfNeeded: self.authority.rawValue))
    if !self.instances.isEmpty {
      c.pointee.n_instances = self.instances.count
      c.pointee.instances = arena.messages(self.instances)
    }
    c.pointee.is_last = self.isLast ? 1 : 0
  }
}

/// All changes of the role after one revision up to and including another; at most 256, and ended
/// by the first that makes it 256 KiB or more. Without changes it says that the watch stands.
public struct InstanceChangeBatch: CBackedMessage {
  public var epoch: UInt64 = 0
  public var after: UInt64 = 0
  public var upTo: UInt64 = 0
  public var changes: [InstanceChange] = []

  public init() {}

  public init(
    epoch: UInt64 = 0,
    after: UInt64 = 0,
    upTo: UInt64 = 0,
    changes: [InstanceChange] = []
  ) {
    self.epoch = epoch
    self.after = after
    self.upTo = upTo
    self.changes = changes
  }

  public static let messageName = "martlet.discovery.v1.InstanceChangeBatch"

  public var description: String {
    var text = MessageDescription("InstanceChangeBatch")
    text.add("epoch", self.epoch)
    text.add("after", self.after)
    text.add("upTo", self.upTo)
    text.add("changes", self.changes)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__InstanceChangeBatch>.size,
    mapEntries: [
      "martlet.discovery.v1.InstanceDescription.AttributesEntry",
      "martlet.discovery.v1.InstanceDescription.LabelsEntry",
    ],
  ) {
    martlet__discovery__v1__instance_change_batch__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceChangeBatch.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceChangeBatch.self)
    self.epoch = c.pointee.epoch
    self.after = c.pointee.after
    self.upTo = c.pointee.up_to
    self.changes = Unpacked.messages(c.pointee.changes, c.pointee.n_changes, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceChangeBatch.self)
    martlet__discovery__v1__instance_change_batch__init(c)
    c.pointee.epoch = self.epoch
    c.pointee.after = self.after
    c.pointee.up_to = self.upTo
    if !self.changes.isEmpty {
      c.pointee.n_changes = self.changes.count
      c.pointee.changes = arena.messages(self.changes)
    }
  }
}

public struct InstanceChange: CBackedMessage {
  public var revision: UInt64 = 0
  public var change: Change?

  public enum Change: Sendable, Equatable {
    /// The instance is new, or described anew.
    case put(InstanceDescription)
    /// The id of an instance that said good-bye.
    case departed(String)
    /// The id of an instance whose lease ran out. It may still live.
    case expired(String)
  }

  public init() {}

  public init(
    revision: UInt64 = 0,
    change: Change? = nil
  ) {
    self.revision = revision
    self.change = change
  }

  public static let messageName = "martlet.discovery.v1.InstanceChange"

  public var description: String {
    var text = MessageDescription("InstanceChange")
    text.add("revision", self.revision)
    switch self.change {
    case .put(let value)?: text.addChosen("put", value)
    case .departed(let value)?: text.addChosen("departed", value)
    case .expired(let value)?: text.addChosen("expired", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__InstanceChange>.size,
    mapEntries: [
      "martlet.discovery.v1.InstanceDescription.AttributesEntry",
      "martlet.discovery.v1.InstanceDescription.LabelsEntry",
    ],
  ) {
    martlet__discovery__v1__instance_change__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceChange.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceChange.self)
    self.revision = c.pointee.revision
    switch c.pointee.change_case.rawValue {
    case 2:
      self.change = (Unpacked.message(c.pointee.put, source) as InstanceDescription?).map { .put($0) }
    case 3: self.change = .departed(Unpacked.text(c.pointee.departed))
    case 4: self.change = .expired(Unpacked.text(c.pointee.expired))
    default: self.change = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__InstanceChange.self)
    martlet__discovery__v1__instance_change__init(c)
    c.pointee.revision = self.revision
    switch self.change {
    case .put(let value)?:
      c.pointee.change_case = .init(rawValue: 2)
      c.pointee.put = arena.message(value)
    case .departed(let value)?:
      c.pointee.change_case = .init(rawValue: 3)
      c.pointee.departed = arena.text(value)
    case .expired(let value)?:
      c.pointee.change_case = .init(rawValue: 4)
      c.pointee.expired = arena.text(value)
    case nil: break
    }
  }
}

/// Why a registry refused; a detail of the status, for programs. The status says the same in words.
public struct RegistryRefusal: CBackedMessage {
  public var reason: RegistryRefusal.Reason = RegistryRefusal.Reason()
  public var number: UInt64 = 0
  public var presented: String = ""
  public var expected: String = ""

  public enum Reason: WireEnum {
    case unspecified
    /// The peer's certificate names no service.
    case notAService
    /// `presented` and `expected` are suites.
    case wrongSuite
    /// `presented` and `expected` are role/id.
    case wrongIdentity
    /// `presented` is the field, `expected` what is wrong with it.
    case invalid
    /// `number` is the limit.
    case tooManyInstances
    case tooManyRoles
    case tooManyWatchers
    case tooManyBytes
    /// `number` is the generation that holds the lease.
    case superseded
    /// `number` is the update that the registry has.
    case outdated
    /// Register again.
    case unknownLease
    /// Only a newer generation may register.
    case departed
    /// A number that has no name here.
    case unrecognized(Int32)

    public init() { self = .unspecified }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .unspecified
      case 1: self = .notAService
      case 2: self = .wrongSuite
      case 3: self = .wrongIdentity
      case 4: self = .invalid
      case 5: self = .tooManyInstances
      case 6: self = .tooManyRoles
      case 7: self = .tooManyWatchers
      case 8: self = .tooManyBytes
      case 9: self = .superseded
      case 10: self = .outdated
      case 11: self = .unknownLease
      case 12: self = .departed
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .unspecified: 0
      case .notAService: 1
      case .wrongSuite: 2
      case .wrongIdentity: 3
      case .invalid: 4
      case .tooManyInstances: 5
      case .tooManyRoles: 6
      case .tooManyWatchers: 7
      case .tooManyBytes: 8
      case .superseded: 9
      case .outdated: 10
      case .unknownLease: 11
      case .departed: 12
      case .unrecognized(let number): number
      }
    }
  }

  public init() {}

  public init(
    reason: RegistryRefusal.Reason = RegistryRefusal.Reason(),
    number: UInt64 = 0,
    presented: String = "",
    expected: String = ""
  ) {
    self.reason = reason
    self.number = number
    self.presented = presented
    self.expected = expected
  }

  public static let messageName = "martlet.discovery.v1.RegistryRefusal"

  public var description: String {
    var text = MessageDescription("RegistryRefusal")
    text.add("reason", self.reason)
    text.add("number", self.number)
    text.add("presented", self.presented)
    text.add("expected", self.expected)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Discovery__V1__RegistryRefusal>.size,
  ) {
    martlet__discovery__v1__registry_refusal__init($0.assumingMemoryBound(to: Martlet__Discovery__V1__RegistryRefusal.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegistryRefusal.self)
    self.reason = RegistryRefusal.Reason(rawValue: Int32(truncatingIfNeeded: c.pointee.reason.rawValue))
    self.number = c.pointee.number
    self.presented = Unpacked.text(c.pointee.presented)
    self.expected = Unpacked.text(c.pointee.expected)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Discovery__V1__RegistryRefusal.self)
    martlet__discovery__v1__registry_refusal__init(c)
    c.pointee.reason = .init(rawValue: .init(truncatingIfNeeded: self.reason.rawValue))
    c.pointee.number = self.number
    if !self.presented.isEmpty {
      c.pointee.presented = arena.text(self.presented)
    }
    if !self.expected.isEmpty {
      c.pointee.expected = arena.text(self.expected)
    }
  }
}
