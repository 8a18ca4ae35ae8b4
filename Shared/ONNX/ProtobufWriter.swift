/// Writes fields of a protobuf message. The same calls give the same bytes; fields are written in
/// the order of the calls, and unlike proto3 a zero is written when asked for.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ value: Int64) {
    tag(field, 0)
    varint(UInt64(bitPattern: value))
  }

  mutating func add(_ field: Int, _ value: Float) {
    tag(field, 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ text: String) { add(field, raw: text.utf8) }

  mutating func add(_ field: Int, raw: some Collection<UInt8>) {
    tag(field, 2)
    varint(UInt64(raw.count))
    bytes.append(contentsOf: raw)
  }

  mutating func add(_ field: Int, _ build: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    build(&inner)
    add(field, raw: inner.bytes)
  }

  private mutating func tag(_ field: Int, _ kind: UInt64) { varint(UInt64(field) << 3 | kind) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
