/// How large one instance's description may be. Part of the contract of a registry.
public struct InstanceLimits: Sendable, Equatable {
  /// Bytes of a role, an id, a zone or the name of a label.
  public var nameBytes = 128
  /// Bytes of the name of an attribute, which may name a thing of somebody: `endpoints/NAME`.
  public var attributeNameBytes = 256
  public var addressCount = 8
  public var highestWeight = 10_000
  /// Labels and attributes, each.
  public var entryCount = 256
  /// Labels and attributes together, names and values.
  public var attributeBytes = 16 * 1024

  public init() {}

  /// The first thing that is wrong with `instance`; nil when it keeps all limits.
  public func problem(with instance: Instance) -> InstanceProblem? {
    if let problem = problem(field: "role", name: instance.key.role) { return problem }
    if let problem = problem(field: "id", name: instance.key.id) { return problem }
    if !instance.zone.isEmpty, let problem = problem(field: "zone", name: instance.zone) {
      return problem
    }
    if instance.addresses.isEmpty { return .init("addresses", "is empty; give at least one") }
    if instance.addresses.count > addressCount {
      return .init(
        "addresses",
        "has \(instance.addresses.count) entries; at most \(addressCount) are allowed"
      )
    }
    if !(0...highestWeight).contains(instance.weight) {
      return .init("weight", "is \(instance.weight); it must be 0 … \(highestWeight)")
    }
    for (field, count) in [
      ("labels", instance.labels.count), ("attributes", instance.attributes.count),
    ] where count > entryCount {
      return .init(field, "has \(count) entries; at most \(entryCount) are allowed")
    }
    // Sorted, so that the same instance always gets the same answer.
    for name in instance.labels.keys.sorted() {
      if let problem = problem(field: "labels", name: name) { return problem }
    }
    for name in instance.attributes.keys.sorted() {
      if let problem = problem(attribute: name) { return problem }
    }
    let bytes = instance.attributeBytes
    if bytes > attributeBytes {
      return .init(
        "attributes",
        "and labels take \(bytes) bytes; at most \(attributeBytes) bytes are allowed"
      )
    }
    return nil
  }

  /// Attributes' names may have several parts with `/` between them, each a name.
  private func problem(attribute name: String) -> InstanceProblem? {
    if name.utf8.count > attributeNameBytes {
      return .init(
        "attributes",
        "has a name of \(name.utf8.count) bytes; at most \(attributeNameBytes) fit"
      )
    }
    for part in name.split(separator: "/", omittingEmptySubsequences: false) {
      if let problem = problem(field: "attributes", name: String(part)) { return problem }
    }
    return nil
  }

  /// Names are 1 … `nameBytes` letters, digits and `-._`, and neither `.` nor `..`.
  func problem(field: String, name: String) -> InstanceProblem? {
    if name.isEmpty { return .init(field, "has an empty name") }
    if name.utf8.count > nameBytes {
      return .init(field, "has a name of \(name.utf8.count) bytes; at most \(nameBytes) fit")
    }
    if name == "." || name == ".." || !name.utf8.allSatisfy(InstanceLimits.isNameByte) {
      // `debugDescription` escapes what would spoil a log line.
      return .init(
        field,
        "has the name \(name.debugDescription); use letters, digits and - . _ only"
      )
    }
    return nil
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }
}

/// What is wrong with a description, and in which field.
public struct InstanceProblem: Error, Sendable, Equatable, CustomStringConvertible {
  public let field: String
  public let problem: String

  public init(_ field: String, _ problem: String) {
    self.field = field
    self.problem = problem
  }

  public var description: String { "\(field) \(problem)" }
}
