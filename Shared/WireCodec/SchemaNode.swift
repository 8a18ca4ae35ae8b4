internal import CProtobufC

/// How a field looks on the wire and what the scanner does with it.
enum FieldKind: UInt8 {
  /// No such field: cut out.
  case unknown
  case varint
  case bool
  case fixed32
  case fixed64
  case text
  case bytes
  case slicedBytes
  case message

  /// The wire type of one element.
  var wireType: UInt32 {
    switch self {
    case .unknown: UInt32.max
    case .varint, .bool: 0
    case .fixed64: 1
    case .fixed32: 5
    case .text, .bytes, .slicedBytes, .message: 2
    }
  }

  var isScalar: Bool {
    switch self {
    case .varint, .bool, .fixed32, .fixed64: true
    case .unknown, .text, .bytes, .slicedBytes, .message: false
    }
  }
}

/// One field of one message type.
struct FieldEntry {
  var kind = FieldKind.unknown
  var isRepeated = false
  /// For singular messages, and for lists of fixed-width numbers: which bit remembers that the
  /// field was seen. Fields beyond the 63rd share the last bit.
  var duplicateBit: UInt8 = 0
  var isFixedList = false
  /// Which of the message's oneofs the field belongs to, counted from 1; 0 = none.
  var oneof: UInt16 = 0
  /// For messages: the type.
  var node: UnsafePointer<SchemaNode>?
}

/// One message type.
struct SchemaNode {
  let descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  /// Entries by field number, from 0; `FieldEntry()` where there is no field.
  var table: UnsafePointer<FieldEntry>
  var tableCount: UInt32
  /// Numbers beyond the table, rising, and their entries.
  var farNumbers: [UInt32]
  var farEntries: UnsafePointer<FieldEntry>
  /// An entry of a map, which protobuf-c sees as a message.
  let isMapEntry: Bool

  @inline(__always)
  static func entry(_ node: UnsafePointer<SchemaNode>, _ number: UInt32) -> UnsafePointer<
    FieldEntry
  > {
    if number < node.pointee.tableCount { return node.pointee.table + Int(number) }
    return node.pointee.farEntry(number)
  }

  /// By binary search; entry 0 of the table, which is no field, for unknown numbers.
  @inline(never)
  private func farEntry(_ number: UInt32) -> UnsafePointer<FieldEntry> {
    var low = 0
    var high = farNumbers.count
    while low < high {
      let middle = (low + high) / 2
      if farNumbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    guard low < farNumbers.count, farNumbers[low] == number else { return table }
    return farEntries + low
  }
}

/// Makes the nodes of a message type and of the types inside it, once each.
struct SchemaBuilder {
  /// Numbers below this are found by index: 16 bytes each.
  private static let denseLimit: UInt32 = 256

  let slices: Set<MessageSchema.SliceField>
  let mapEntries: Set<String>
  private var nodes: [UnsafePointer<ProtobufCMessageDescriptor>: UnsafeMutablePointer<SchemaNode>] =
    [:]

  init(slices: Set<MessageSchema.SliceField>, mapEntries: Set<String>) {
    self.slices = slices
    self.mapEntries = mapEntries
  }

  mutating func node(
    for descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> UnsafeMutablePointer<SchemaNode> {
    if let known = nodes[descriptor] { return known }
    let node = UnsafeMutablePointer<SchemaNode>.allocate(capacity: 1)
    nodes[descriptor] = node  // before the fields, which may lead back here

    let fields = (0..<Int(descriptor.pointee.n_fields)).map { descriptor.pointee.fields[$0] }
      .sorted { $0.id < $1.id }
    let dense = fields.prefix { $0.id < SchemaBuilder.denseLimit }
    let far = fields.dropFirst(dense.count)
    let tableCount = (dense.last?.id ?? 0) + 1
    let table = UnsafeMutablePointer<FieldEntry>.allocate(capacity: Int(tableCount))
    table.initialize(repeating: FieldEntry(), count: Int(tableCount))
    let farEntries = UnsafeMutablePointer<FieldEntry>.allocate(capacity: max(1, far.count))

    let message = String(cString: descriptor.pointee.name)
    var singularMessages: UInt8 = 0
    var fixedLists: UInt8 = 0
    var oneofs: [UInt32: UInt16] = [:]
    for (index, field) in fields.enumerated() {
      var entry = self.entry(field, in: message)
      if entry.kind == .message, !entry.isRepeated {
        entry.duplicateBit = min(singularMessages, 63)
        singularMessages = min(singularMessages + 1, 63)
      }
      if entry.isRepeated, entry.kind == .fixed32 || entry.kind == .fixed64 {
        entry.isFixedList = true
        entry.duplicateBit = min(fixedLists, 63)
        fixedLists = min(fixedLists + 1, 63)
      }
      if field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0 {
        entry.oneof = oneofs[field.quantifier_offset] ?? UInt16(oneofs.count + 1)
        oneofs[field.quantifier_offset] = entry.oneof
      }
      if index < dense.count {
        table[Int(field.id)] = entry
      } else {
        (farEntries + (index - dense.count)).initialize(to: entry)
      }
    }
    node.initialize(
      to: SchemaNode(
        descriptor: descriptor,
        table: table,
        tableCount: tableCount,
        farNumbers: far.map(\.id),
        farEntries: farEntries,
        isMapEntry: mapEntries.contains(message)
      )
    )
    return node
  }

  private mutating func entry(
    _ field: ProtobufCFieldDescriptor,
    in message: String
  ) -> FieldEntry {
    var entry = FieldEntry()
    entry.isRepeated = field.label == PROTOBUF_C_LABEL_REPEATED
    switch field.type {
    case PROTOBUF_C_TYPE_BOOL:
      entry.kind = .bool
    case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32:
      entry.kind = .fixed32
    case PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64:
      entry.kind = .fixed64
    case PROTOBUF_C_TYPE_STRING:
      entry.kind = .text
    case PROTOBUF_C_TYPE_BYTES:
      entry.kind = slices.contains(.init(message, field.id)) ? .slicedBytes : .bytes
    case PROTOBUF_C_TYPE_MESSAGE:
      entry.kind = .message
      // protoc-c gives every message field its descriptor.
      let inner = field.descriptor!.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      entry.node = UnsafePointer(node(for: inner))
    default:
      entry.kind = .varint
    }
    return entry
  }
}
