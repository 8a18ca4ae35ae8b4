import Primitives

/// Metadata on the wire: field `number` repeated, each `Meta { string key = 1; bytes value = 2; }`.
extension Metadata {
  func fieldSize() -> Int {
    var size = 0
    for pair in pairs {
      // `write` opens every pair, an empty one too.
      let body = Metadata.bodySize(pair)
      size += 1 + FieldWriter.size(body) + body
    }
    return size
  }

  func write(field number: UInt8, to writer: inout FieldWriter) {
    for pair in pairs {
      writer.open(number, count: Metadata.bodySize(pair))
      writer.field(1, pair.key)
      pair.value.withUnsafeBytes { writer.field(2, $0) }
    }
  }

  private static func bodySize(_ pair: Pair) -> Int {
    FieldWriter.fieldSize(pair.key.utf8.count) + FieldWriter.fieldSize(pair.value.count)
  }

  /// Reads the body of a Head.
  public static func headBody(
    _ frame: UnsafeRawBufferPointer,
    _ body: Range<Int>,
    limits: WireLimits
  ) throws(WireViolation) -> Metadata {
    try Metadata(field: 1, of: frame, body, limits: limits)
  }

  /// Reads all fields `number` of the message in `body`. The pairs own their bytes: a handler may
  /// keep them without keeping the receive buffer.
  init(
    field number: Int,
    of frame: UnsafeRawBufferPointer,
    _ body: Range<Int>,
    limits: WireLimits
  ) throws(WireViolation) {
    self.init()
    var size = 0
    var reader = FieldReader(frame, body)
    while let tag = try reader.nextTag() {
      guard tag.number == number, tag.type == .bytes else {
        try reader.skip(tag)
        continue
      }
      guard count < limits.maximumMetadataPairs else {
        throw .tooLarge("more than \(limits.maximumMetadataPairs) metadata pairs")
      }
      let pair = try Metadata.readPair(frame, try reader.lengthDelimited())
      size += pair.key.utf8.count + pair.value.count
      guard size <= limits.maximumMetadataBytes else {
        throw .tooLarge("metadata of more than \(limits.maximumMetadataBytes) bytes")
      }
      append(pair.key, pair.value)
    }
  }

  /// The key of one pair, without its value; nil for one that is not UTF-8.
  static func key(
    ofPairIn frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> String? {
    var reader = FieldReader(frame, range)
    var key = 0..<0
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .bytes): key = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
    return String(validating: reader.slice(key), as: UTF8.self)
  }

  private static func readPair(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> Pair {
    var reader = FieldReader(frame, range)
    var key = 0..<0
    var value = 0..<0
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
      case (1, .bytes): key = try reader.lengthDelimited()
      case (2, .bytes): value = try reader.lengthDelimited()
      default: try reader.skip(tag)
      }
    }
    guard isValidKey(reader.slice(key)) else {
      throw .malformed("a metadata key that is not 1 to 64 of a-z 0-9 _ . -")
    }
    return Pair(
      key: try reader.text(key, "a metadata key"),
      value: Bytes(copying: reader.slice(value))
    )
  }
}
