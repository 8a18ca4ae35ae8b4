import Primitives

/// A view's members as they go to disk, so that a process that starts while the registry is down
/// still knows whom to call.
///
/// The shell writes `encoded()` to a new file, syncs it and renames it over the old one, at most
/// once a second; it reads the file once, at start, and starts with nothing (and a warning) when
/// `init(decoding:)` refuses it.
///
/// The bytes, integers little-endian:
///
///     "MTMV" | version 1: u8 | payload bytes: u32 | FNV-1a (64 bit) of the payload: u64 | payload
///     payload   role: text | count | members
///     member    id: text | generation | update | condition: u8 | standing: u8
///               | count | addresses: text … | weight | zone: text
///               | count | labels: text, text … | count | attributes: text, bytes …
///
/// A count and a number without a width is a LEB128 varint of at most 10 bytes; a text or bytes is
/// its length as such a number and then the bytes. Labels and attributes are sorted by name, so
/// equal members have equal bytes.
public struct SavedMembers: Sendable, Equatable {
  static let magic = Array("MTMV".utf8)
  static let version: UInt8 = 1
  static let headerBytes = 17

  public let role: String
  /// Sorted by id.
  public let members: [Member]

  public init(role: String, members: [Member]) {
    self.role = role
    self.members = members
  }

  /// O(size). A copy of all attributes.
  public func encoded() -> Bytes {
    var payload = RecordWriter()
    payload.write(role)
    payload.write(UInt64(members.count))
    for member in members { payload.write(member) }
    var record = RecordWriter()
    record.bytes += SavedMembers.magic
    record.bytes.append(SavedMembers.version)
    record.write(fixed: UInt32(truncatingIfNeeded: payload.bytes.count))
    record.write(fixed: SavedMembers.checksum(payload.bytes[...]))
    record.bytes += payload.bytes
    return Bytes(record.bytes)
  }

  /// Reads what `encoded()` wrote. Any other bytes are refused; they never crash and never make it
  /// allocate more than a small multiple of their own length.
  public init(
    decoding bytes: Bytes,
    limits: InstanceLimits = InstanceLimits()
  ) throws(SavedMembersError) {
    let all = bytes.array
    guard all.count >= SavedMembers.headerBytes else { throw .cutShort }
    guard all.starts(with: SavedMembers.magic) else { throw .notThisFormat }
    guard all[4] == SavedMembers.version else { throw .unknownVersion(all[4]) }
    var header = RecordReader(all[5..<SavedMembers.headerBytes])
    let length = try Int(header.readFixed(byteCount: 4))
    let checksum = try header.readFixed(byteCount: 8)
    let payload = all[SavedMembers.headerBytes...]
    guard payload.count >= length else { throw .cutShort }
    guard payload.count == length else { throw .trailingBytes(payload.count - length) }
    guard SavedMembers.checksum(payload) == checksum else { throw .wrongChecksum }

    var reader = RecordReader(payload)
    let role = try reader.readText()
    let count = try reader.readNumber()
    var members: [Member] = []
    var ids = Set<String>()
    for _ in 0..<count {
      let member = try reader.readMember(role: role)
      if let problem = limits.problem(with: member.instance) { throw .invalid(problem) }
      guard ids.insert(member.instance.key.id).inserted else { throw .malformed }
      members.append(member)
    }
    guard reader.isAtEnd else { throw .malformed }
    self.init(role: role, members: members)
  }

  /// FNV-1a, 64 bit: any single changed byte changes it.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}

/// Why saved members could not be read. None of them is worse than starting without them.
public enum SavedMembersError: Error, Sendable, Equatable {
  /// The file ends before it should.
  case cutShort
  /// It does not begin like one of these files.
  case notThisFormat
  /// A newer program wrote it.
  case unknownVersion(UInt8)
  case trailingBytes(Int)
  /// It was damaged.
  case wrongChecksum
  /// The checksum is right and the content makes no sense.
  case malformed
  /// A member breaks a limit.
  case invalid(InstanceProblem)
}
