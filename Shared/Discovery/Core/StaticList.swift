import Primitives

/// Instances that a person wrote down, in place of a registry: a flag or a file.
///
/// The flag: `role=address,address`. Each address is one instance, whose id is the address with
/// every other byte than letters, digits, `.` and `_` turned into `-`.
///
/// The file: one line an instance, fields apart by spaces or tabs; `#` begins a comment at the
/// start of a line or after a space; empty lines count for nothing:
///
///     # role      id       addresses                     any of these, in any order
///     inference   host-1   10.0.0.5:7443                 weight=200 zone=rack-1
///     inference   host-2   10.0.0.6:7443,[fd00::6]:7443  label.gpu=no attribute.models=a;b
///     model-store store-1  unix:/run/martlet/store.sock
///
/// A role and id stand once. A file of at most 1 MiB and 10 000 lines.
public struct StaticList: Sendable, Equatable {
  public static let maximumFileBytes = 1024 * 1024
  public static let maximumLineCount = 10_000

  /// In the order written.
  public let instances: [Instance]

  /// Reads a flag's value.
  public init(
    flag: String,
    limits: InstanceLimits = InstanceLimits()
  ) throws(StaticListError) {
    guard let equals = flag.firstIndex(of: "="), equals != flag.startIndex else {
      throw StaticListError(
        line: nil,
        problem: "\(flag.debugDescription) is not of the form role=address,address"
      )
    }
    let role = String(flag[..<equals])
    var instances: [Instance] = []
    var seen = Set<InstanceKey>()
    for text in flag[flag.index(after: equals)...].split(
      separator: ",",
      omittingEmptySubsequences: false
    ) {
      let address = try StaticList.address(text, line: nil)
      let id = String(
        decoding: address.text.utf8.map { byte in
          InstanceLimits.isNameByte(byte) ? byte : UInt8(ascii: "-")
        },
        as: UTF8.self
      )
      let instance = Instance(
        key: InstanceKey(role: role, id: id),
        generation: 0,
        addresses: [address]
      )
      try StaticList.check(instance, limits: limits, seen: &seen, line: nil)
      instances.append(instance)
    }
    self.instances = instances
  }

  /// Reads a file's text.
  public init(
    file text: String,
    limits: InstanceLimits = InstanceLimits()
  ) throws(StaticListError) {
    guard text.utf8.count <= StaticList.maximumFileBytes else {
      throw StaticListError(
        line: nil,
        problem: "the file has \(text.utf8.count) bytes; "
          + "at most \(StaticList.maximumFileBytes) bytes are read"
      )
    }
    var instances: [Instance] = []
    var seen = Set<InstanceKey>()
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (offset, line) in lines.enumerated() {
      let number = offset + 1
      guard number <= StaticList.maximumLineCount else {
        throw StaticListError(
          line: number,
          problem: "is one too many; at most \(StaticList.maximumLineCount) are read"
        )
      }
      guard let instance = try StaticList.instance(line, line: number) else { continue }
      try StaticList.check(instance, limits: limits, seen: &seen, line: number)
      instances.append(instance)
    }
    self.instances = instances
  }

  public init(instances: [Instance]) { self.instances = instances }

  /// The part of one role, as a view takes it: who is absent from a new list is to go at once.
  /// `revision` counts the readings of the file.
  public func snapshot(role: String, epoch: UInt64, revision: UInt64) -> Snapshot {
    Snapshot(
      role: role,
      position: Position(epoch: epoch, revision: revision),
      authority: .decreed,
      instances: instances.filter { $0.key.role == role }.sorted { $0.key < $1.key }
    )
  }

  // MARK: Lines

  /// Nil for a line without an instance.
  private static func instance(
    _ text: Substring,
    line: Int
  ) throws(StaticListError) -> Instance? {
    var fields: [Substring] = []
    for field in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      if field.hasPrefix("#") { break }
      fields.append(field)
    }
    guard !fields.isEmpty else { return nil }
    guard fields.count >= 3 else {
      throw StaticListError(
        line: line,
        problem: "has \(fields.count) of the three fields role, id and addresses"
      )
    }
    var addresses: [InstanceAddress] = []
    for part in fields[2].split(separator: ",", omittingEmptySubsequences: false) {
      addresses.append(try address(part, line: line))
    }
    var instance = Instance(
      key: InstanceKey(role: String(fields[0]), id: String(fields[1])),
      generation: 0,
      addresses: addresses
    )
    var names = Set<Substring>()
    for field in fields.dropFirst(3) {
      guard let equals = field.firstIndex(of: "=") else {
        throw StaticListError(
          line: line,
          problem: "has \(field.debugDescription), which is not of the form name=value"
        )
      }
      let name = field[..<equals]
      guard names.insert(name).inserted else {
        throw StaticListError(line: line, problem: "sets \(name.debugDescription) twice")
      }
      try set(name, to: String(field[field.index(after: equals)...]), in: &instance, line: line)
    }
    return instance
  }

  private static func set(
    _ name: Substring,
    to value: String,
    in instance: inout Instance,
    line: Int
  ) throws(StaticListError) {
    if name == "weight" {
      guard let weight = Int(value) else {
        throw StaticListError(
          line: line,
          problem: "has the weight \(value.debugDescription), which is no whole number"
        )
      }
      instance.weight = weight
    } else if name == "zone" {
      instance.zone = value
    } else if name.hasPrefix("label.") {
      instance.labels[String(name.dropFirst(6))] = value
    } else if name.hasPrefix("attribute.") {
      instance.attributes[String(name.dropFirst(10))] = Bytes(value)
    } else {
      throw StaticListError(
        line: line,
        problem: "sets \(name.debugDescription); "
          + "known are weight, zone, label.NAME and attribute.NAME"
      )
    }
  }

  private static func address(
    _ text: Substring,
    line: Int?
  ) throws(StaticListError) -> InstanceAddress {
    guard let address = InstanceAddress(String(text)) else {
      throw StaticListError(
        line: line,
        problem: "has the address \(text.debugDescription), "
          + "which is none of host:port, [v6]:port and unix:/path"
      )
    }
    return address
  }

  private static func check(
    _ instance: Instance,
    limits: InstanceLimits,
    seen: inout Set<InstanceKey>,
    line: Int?
  ) throws(StaticListError) {
    if let problem = limits.problem(with: instance) {
      throw StaticListError(line: line, problem: "is refused: \(problem)")
    }
    guard seen.insert(instance.key).inserted else {
      throw StaticListError(line: line, problem: "names \(instance.key) a second time")
    }
  }
}

/// What is wrong with a static list, and where.
public struct StaticListError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1; nil when it is about the flag or the whole file.
  public let line: Int?
  public let problem: String

  public var description: String { line.map { "line \($0) \(problem)" } ?? problem }
}
