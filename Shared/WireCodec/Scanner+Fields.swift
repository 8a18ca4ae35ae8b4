/// Finds where fields begin and end.
extension Scanner {
  /// A field as its tag and length say; what is in it has not been looked at.
  struct Field {
    let number: UInt32
    let wireType: UInt32
    let start: Int
    /// Where the length begins, for wire type 2.
    let lengthStart: Int
    let content: Int
    let end: Int
  }

  /// The field that begins at `start`; nil after a failure was noted.
  @inline(__always)
  mutating func readField(
    _ start: Int,
    _ end: Int,
    _ node: UnsafePointer<SchemaNode>
  ) -> Field? {
    var position = start
    guard let tag = readTag(&position, end, node) else { return nil }
    let lengthStart = position
    var content = position
    var problem: ScanFailure.Problem?
    switch tag & 7 {
    case 0:
      if !skipVarint(&position, end) { problem = varintProblem(position, end) }
    case 1: position += 8
    case 5: position += 4
    case 2:
      if let length = readLength(&position, end) {
        content = position
        // protobuf-c takes no length above Int32.max, whatever is there.
        if length > min(end - position, Int(Int32.max)) { problem = .truncated }
        position += length
      } else {
        problem = varintProblem(position, end)
      }
    default: problem = .unsupportedWireType(Int(tag & 7))
    }
    if problem == nil, position > end { problem = .truncated }
    if let problem {
      failure = ScanFailure(problem, at: start, node: node, number: tag >> 3)
      return nil
    }
    return Field(
      number: tag >> 3,
      wireType: tag & 7,
      start: start,
      lengthStart: lengthStart,
      content: content,
      end: position
    )
  }

  /// At most 5 bytes and 32 bits; nil when there is none or its field number is 0.
  @inline(__always)
  private mutating func readTag(
    _ position: inout Int,
    _ end: Int,
    _ node: UnsafePointer<SchemaNode>
  ) -> UInt32? {
    let first = base[position]
    if first >= 8, first < 0x80 {
      position += 1
      return UInt32(first)
    }
    return readLongTag(&position, end, node)
  }

  @inline(never)
  private mutating func readLongTag(
    _ position: inout Int,
    _ end: Int,
    _ node: UnsafePointer<SchemaNode>
  ) -> UInt32? {
    let start = position
    guard let value = WireVarint.read32(base, &position, end) else {
      failure = ScanFailure(end - start >= 5 ? .malformedTag : .truncated, at: start, node: node)
      return nil
    }
    guard value >= 8 else {
      failure = ScanFailure(.fieldNumberZero, at: start, node: node)
      return nil
    }
    return value
  }

  @inline(__always)
  private func readLength(_ position: inout Int, _ end: Int) -> Int? {
    if position < end, base[position] < 0x80 {
      position += 1
      return Int(base[position - 1])
    }
    return WireVarint.read32(base, &position, end).map { Int($0) }
  }

  /// False when the varint is cut off or has more than 64 bits; `position` is then where it began.
  @inline(__always)
  func skipVarint(_ position: inout Int, _ end: Int) -> Bool {
    if position < end, base[position] < 0x80 {
      position += 1
      return true
    }
    return WireVarint.skip64(base, &position, end)
  }

  func varintProblem(_ start: Int, _ end: Int) -> ScanFailure.Problem {
    let head = UnsafeBufferPointer(
      start: base + min(start, end),
      count: max(0, min(10, end - start))
    )
    return head.allSatisfy { $0 >= 0x80 } && head.count < 10 ? .truncated : .malformedVarint
  }
}
