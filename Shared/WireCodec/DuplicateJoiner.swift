import Primitives

/// Joins the duplicates of singular message fields: the wire format says that they merge, which is
/// the same as one field with their contents in a row. Rare, so simple rather than fast.
///
/// Within a oneof a duplicate merges only with what stands behind the last other member.
struct DuplicateJoiner {
  private var fieldsLeft: Int
  private let maximumDepth: Int

  private struct Field {
    let number: UInt32
    let entry: FieldEntry
    /// Tag, length and content.
    let whole: Range<Int>
    /// Content of a message field.
    let content: Range<Int>
    var isMessage: Bool { entry.kind == .message }
  }

  /// A copy without duplicates, or nil when the bytes are malformed or too deep; the scanner then
  /// says why.
  static func join(
    _ bytes: Bytes,
    _ root: UnsafePointer<SchemaNode>,
    _ limits: DecodeLimits
  ) -> Bytes? {
    var joiner = DuplicateJoiner(
      fieldsLeft: limits.maximumFields,
      maximumDepth: limits.maximumDepth
    )
    return bytes.withUnsafeBytes { run in
      joiner.join(run[...], root, 1).map { Bytes($0) }
    }
  }

  private mutating func join(
    _ source: Slice<UnsafeRawBufferPointer>,
    _ node: UnsafePointer<SchemaNode>,
    _ depth: Int
  ) -> [UInt8]? {
    let run = UnsafeRawBufferPointer(rebasing: source)
    guard depth <= maximumDepth, let fields = fields(run, node) else { return nil }
    // The pieces that each singular message field consists of, and where it stands last.
    var pieces: [UInt32: [Range<Int>]] = [:]
    var lastIndex: [UInt32: Int] = [:]
    var oneofMember: [UInt16: UInt32] = [:]
    for (index, field) in fields.enumerated() {
      if field.entry.oneof != 0 {
        let member = oneofMember.updateValue(field.number, forKey: field.entry.oneof)
        if let member, member != field.number { pieces[member] = nil }
      }
      guard field.isMessage, !field.entry.isRepeated else { continue }
      pieces[field.number, default: []].append(field.content)
      lastIndex[field.number] = index
    }

    var output: [UInt8] = []
    output.reserveCapacity(run.count)
    for (index, field) in fields.enumerated() {
      guard field.isMessage, let inner = field.entry.node else {
        output.append(contentsOf: run[field.whole])
        continue
      }
      var parts = [field.content]
      if !field.entry.isRepeated {
        guard lastIndex[field.number] == index, let all = pieces[field.number] else { continue }
        parts = all
      }
      var content: [UInt8] = []
      for part in parts { content.append(contentsOf: run[part]) }
      let joined = content.withUnsafeBytes { join($0[...], inner, depth + 1) }
      guard let joined else { return nil }
      appendVarint(field.number << 3 | 2, to: &output)
      appendVarint(UInt32(joined.count), to: &output)
      output.append(contentsOf: joined)
    }
    return output
  }

  /// The fields that the type knows. Unknown ones are left out, except from map entries, which the
  /// scanner judges by them.
  private mutating func fields(
    _ run: UnsafeRawBufferPointer,
    _ node: UnsafePointer<SchemaNode>
  ) -> [Field]? {
    var fields: [Field] = []
    guard let base = run.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return fields }
    var position = 0
    while position < run.count {
      let start = position
      guard let tag = WireVarint.read32(base, &position, run.count), tag >= 8 else { return nil }
      let entry = SchemaNode.entry(node, tag >> 3).pointee
      var content = position
      switch tag & 7 {
      case 0: guard WireVarint.skip64(base, &position, run.count) else { return nil }
      case 1: position += 8
      case 5: position += 4
      case 2:
        guard let length = WireVarint.read32(base, &position, run.count) else { return nil }
        content = position
        position += Int(length)
      default: return nil
      }
      guard position <= run.count else { return nil }
      let isElement = entry.kind.wireType == tag & 7
      guard isElement || (tag & 7 == 2 && entry.isRepeated && entry.kind.isScalar) else {
        if node.pointee.isMapEntry { keepUnknown(start..<position, in: &fields) }
        continue
      }
      guard fieldsLeft > 0 else { return nil }
      fieldsLeft -= 1
      fields.append(
        Field(
          number: tag >> 3,
          entry: entry,
          whole: start..<position,
          content: content..<position
        )
      )
    }
    return fields
  }

  /// Unknown fields in a row are kept as one.
  private func keepUnknown(_ whole: Range<Int>, in fields: inout [Field]) {
    if let last = fields.last, last.entry.kind == .unknown,
      last.whole.upperBound == whole.lowerBound
    {
      fields[fields.count - 1] = Field(
        number: 0,
        entry: FieldEntry(),
        whole: last.whole.lowerBound..<whole.upperBound,
        content: 0..<0
      )
    } else {
      fields.append(Field(number: 0, entry: FieldEntry(), whole: whole, content: 0..<0))
    }
  }

  private func appendVarint(_ value: UInt32, to output: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    output.append(UInt8(rest))
  }
}
