import Primitives

/// Writes the fields of `SavedMembers`, whose comment has the format.
struct RecordWriter {
  var bytes: [UInt8] = []

  mutating func write(fixed value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(_ text: String) {
    write(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  mutating func write(_ value: Bytes) {
    write(UInt64(value.count))
    value.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ member: Member) {
    let instance = member.instance
    write(instance.key.id)
    write(instance.generation)
    write(instance.update)
    bytes.append(instance.condition.rawValue)
    bytes.append(member.standing.rawValue)
    write(UInt64(instance.addresses.count))
    for address in instance.addresses { write(address.text) }
    write(UInt64(max(0, instance.weight)))
    write(instance.zone)
    write(UInt64(instance.labels.count))
    for (name, value) in instance.labels.sorted(by: { $0.key < $1.key }) {
      write(name)
      write(value)
    }
    write(UInt64(instance.attributes.count))
    for (name, value) in instance.attributes.sorted(by: { $0.key < $1.key }) {
      write(name)
      write(value)
    }
  }
}

/// Reads them; every step is checked against the bytes that are left.
struct RecordReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position == bytes.endIndex }

  mutating func readByte() throws(SavedMembersError) -> UInt8 {
    guard position < bytes.endIndex else { throw .malformed }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func readFixed(byteCount: Int) throws(SavedMembersError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<byteCount { value |= try UInt64(readByte()) << (8 * UInt64(index)) }
    return value
  }

  mutating func readNumber() throws(SavedMembersError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let byte = try readByte()
      let bits = UInt64(byte & 0x7f)
      guard shift < 63 || bits <= 1 else { throw .malformed }
      value |= bits << shift
      if byte & 0x80 == 0 {
        // One spelling a number: no padding with empty groups.
        guard bits != 0 || shift == 0 else { throw .malformed }
        return value
      }
    }
    throw .malformed
  }

  /// How many items follow, each of at least one byte.
  private mutating func readCount() throws(SavedMembersError) -> Int {
    let count = try readNumber()
    guard count <= UInt64(bytes.endIndex - position) else { throw .malformed }
    return Int(count)
  }

  mutating func readBytes() throws(SavedMembersError) -> ArraySlice<UInt8> {
    let count = try readCount()
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func readText() throws(SavedMembersError) -> String {
    guard let text = String(validating: try readBytes(), as: UTF8.self) else { throw .malformed }
    return text
  }

  mutating func readMember(role: String) throws(SavedMembersError) -> Member {
    let id = try readText()
    let generation = try readNumber()
    let update = try readNumber()
    guard let condition = Instance.Condition(rawValue: try readByte()),
      let standing = Member.Standing(rawValue: try readByte())
    else { throw .malformed }
    var addresses: [InstanceAddress] = []
    for _ in 0..<(try readCount()) {
      guard let address = InstanceAddress(try readText()) else { throw .malformed }
      addresses.append(address)
    }
    guard let weight = Int(exactly: try readNumber()) else { throw .malformed }
    let zone = try readText()
    var labels: [String: String] = [:]
    for _ in 0..<(try readCount()) {
      let name = try readText()
      guard labels.updateValue(try readText(), forKey: name) == nil else { throw .malformed }
    }
    var attributes: [String: Bytes] = [:]
    for _ in 0..<(try readCount()) {
      let name = try readText()
      let value = Bytes(try readBytes())
      guard attributes.updateValue(value, forKey: name) == nil else { throw .malformed }
    }
    return Member(
      instance: Instance(
        key: InstanceKey(role: role, id: id),
        generation: generation,
        update: update,
        condition: condition,
        addresses: addresses,
        weight: weight,
        zone: zone,
        labels: labels,
        attributes: attributes
      ),
      standing: standing
    )
  }
}
