import Primitives

/// Which instance: the role and the name that its certificate carries.
public struct InstanceKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// What it is, as access rules name it: "inference", "model-store".
  public let role: String
  /// Which one of that role.
  public let id: String

  public init(role: String, id: String) {
    self.role = role
    self.id = id
  }

  public var description: String { "\(role)/\(id)" }

  public static func < (left: InstanceKey, right: InstanceKey) -> Bool {
    (left.role, left.id) < (right.role, right.id)
  }
}

/// One process that serves calls, as it describes itself to those who look for it.
public struct Instance: Sendable, Equatable {
  /// Whether new calls may go to it.
  public enum Condition: UInt8, Sendable, Equatable {
    /// It takes calls. Becomes draining.
    case serving = 0
    /// It finishes the calls that it has and takes no new ones. Final for a generation.
    case draining = 1
  }

  public let key: InstanceKey
  /// Rises with every start of the process (the wall clock at start, for example): the registry
  /// refuses what an older start of the same instance says.
  public let generation: UInt64
  /// Rises with every change that this start announces, so a delayed copy of an older description
  /// never replaces a newer one.
  public var update: UInt64
  public var condition: Condition
  /// In order of preference; 1 … 8 of them.
  public var addresses: [InstanceAddress]
  /// Share of calls relative to others of the role; 0 … 10 000. 0: only when nobody else is left.
  public var weight: Int
  /// The failure domain it runs in; empty when unknown.
  public var zone: String
  /// Names and values for people and filters.
  public var labels: [String: String]
  /// What it serves (models, endpoints), in bytes that only its callers understand.
  public var attributes: [String: Bytes]

  public init(
    key: InstanceKey,
    generation: UInt64,
    update: UInt64 = 0,
    condition: Condition = .serving,
    addresses: [InstanceAddress],
    weight: Int = 100,
    zone: String = "",
    labels: [String: String] = [:],
    attributes: [String: Bytes] = [:]
  ) {
    self.key = key
    self.generation = generation
    self.update = update
    self.condition = condition
    self.addresses = addresses
    self.weight = weight
    self.zone = zone
    self.labels = labels
    self.attributes = attributes
  }

  /// What labels and attributes weigh, names and values together.
  public var attributeBytes: Int {
    labels.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
      + attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
  }
}
