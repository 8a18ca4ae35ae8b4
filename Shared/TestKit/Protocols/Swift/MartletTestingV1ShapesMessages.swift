// Generated from martlet/testing/v1/shapes.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CTestProtocols
import Primitives
import WireCodec

public enum Color: WireEnum {
  case unspecified
  case red
  case darkBlue
  case negative
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .red
    case 2: self = .darkBlue
    case -3: self = .negative
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .red: 1
    case .darkBlue: 2
    case .negative: -3
    case .unrecognized(let number): number
    }
  }
}

/// Every scalar type, singular and repeated.
public struct Scalars: CBackedMessage {
  public var doubleValue: Double = 0
  public var floatValue: Float = 0
  public var int32Value: Int32 = 0
  public var int64Value: Int64 = 0
  public var uint32Value: UInt32 = 0
  public var uint64Value: UInt64 = 0
  public var sint32Value: Int32 = 0
  public var sint64Value: Int64 = 0
  public var fixed32Value: UInt32 = 0
  public var fixed64Value: UInt64 = 0
  public var sfixed32Value: Int32 = 0
  public var sfixed64Value: Int64 = 0
  public var boolValue: Bool = false
  public var stringValue: String = ""
  public var bytesValue: Bytes = Bytes()
  public var color: Color = Color()
  public var doubles: [Double] = []
  public var floats: [Float] = []
  public var int32s: [Int32] = []
  public var int64s: [Int64] = []
  public var uint32s: [UInt32] = []
  public var uint64s: [UInt64] = []
  public var sint32s: [Int32] = []
  public var sint64s: [Int64] = []
  public var fixed32s: [UInt32] = []
  public var fixed64s: [UInt64] = []
  public var sfixed32s: [Int32] = []
  public var sfixed64s: [Int64] = []
  public var bools: [Bool] = []
  public var strings: [String] = []
  public var byteStrings: [Bytes] = []
  public var colors: [Color] = []
  /// A list that is not packed on the wire.
  public var unpackedInt32s: [Int32] = []
  /// A number far from the others.
  public var far: String = ""

  public init() {}

  public init(
    doubleValue: Double = 0,
    floatValue: Float = 0,
    int32Value: Int32 = 0,
    int64Value: Int64 = 0,
    uint32Value: UInt32 = 0,
    uint64Value: UInt64 = 0,
    sint32Value: Int32 = 0,
    sint64Value: Int64 = 0,
    fixed32Value: UInt32 = 0,
    fixed64Value: UInt64 = 0,
    sfixed32Value: Int32 = 0,
    sfixed64Value: Int64 = 0,
    boolValue: Bool = false,
    stringValue: String = "",
    bytesValue: Bytes = Bytes(),
    color: Color = Color(),
    doubles: [Double] = [],
    floats: [Float] = [],
    int32s: [Int32] = [],
    int64s: [Int64] = [],
    uint32s: [UInt32] = [],
    uint64s: [UInt64] = [],
    sint32s: [Int32] = [],
    sint64s: [Int64] = [],
    fixed32s: [UInt32] = [],
    fixed64s: [UInt64] = [],
    sfixed32s: [Int32] = [],
    sfixed64s: [Int64] = [],
    bools: [Bool] = [],
    strings: [String] = [],
    byteStrings: [Bytes] = [],
    colors: [Color] = [],
    unpackedInt32s: [Int32] = [],
    far: String = ""
  ) {
    self.doubleValue = doubleValue
    self.floatValue = floatValue
    self.int32Value = int32Value
    self.int64Value = int64Value
    self.uint32Value = uint32Value
    self.uint64Value = uint64Value
    self.sint32Value = sint32Value
    self.sint64Value = sint64Value
    self.fixed32Value = fixed32Value
    self.fixed64Value = fixed64Value
    self.sfixed32Value = sfixed32Value
    self.sfixed64Value = sfixed64Value
    self.boolValue = boolValue
    self.stringValue = stringValue
    self.bytesValue = bytesValue
    self.color = color
    self.doubles = doubles
    self.floats = floats
    self.int32s = int32s
    self.int64s = int64s
    self.uint32s = uint32s
    self.uint64s = uint64s
    self.sint32s = sint32s
    self.sint64s = sint64s
    self.fixed32s = fixed32s
    self.fixed64s = fixed64s
    self.sfixed32s = sfixed32s
    self.sfixed64s = sfixed64s
    self.bools = bools
    self.strings = strings
    self.byteStrings = byteStrings
    self.colors = colors
    self.unpackedInt32s = unpackedInt32s
    self.far = far
  }

  public static let messageName = "martlet.testing.v1.Scalars"

  public var description: String {
    var text = MessageDescription("Scalars")
    text.add("doubleValue", self.doubleValue)
    text.add("floatValue", self.floatValue)
    text.add("int32Value", self.int32Value)
    text.add("int64Value", self.int64Value)
    text.add("uint32Value", self.uint32Value)
    text.add("uint64Value", self.uint64Value)
    text.add("sint32Value", self.sint32Value)
    text.add("sint64Value", self.sint64Value)
    text.add("fixed32Value", self.fixed32Value)
    text.add("fixed64Value", self.fixed64Value)
    text.add("sfixed32Value", self.sfixed32Value)
    text.add("sfixed64Value", self.sfixed64Value)
    text.add("boolValue", self.boolValue)
    text.add("stringValue", self.stringValue)
    text.add("bytesValue", self.bytesValue)
    text.add("color", self.color)
    text.add("doubles", self.doubles)
    text.add("floats", self.floats)
    text.add("int32s", self.int32s)
    text.add("int64s", self.int64s)
    text.add("uint32s", self.uint32s)
    text.add("uint64s", self.uint64s)
    text.add("sint32s", self.sint32s)
    text.add("sint64s", self.sint64s)
    text.add("fixed32s", self.fixed32s)
    text.add("fixed64s", self.fixed64s)
    text.add("sfixed32s", self.sfixed32s)
    text.add("sfixed64s", self.sfixed64s)
    text.add("bools", self.bools)
    text.add("strings", self.strings)
    text.add("byteStrings", self.byteStrings)
    text.add("colors", self.colors)
    text.add("unpackedInt32s", self.unpackedInt32s)
    text.add("far", self.far)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__Scalars>.size,
  ) {
    martlet__testing__v1__scalars__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Scalars.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Scalars.self)
    self.doubleValue = c.pointee.double_value
    self.floatValue = c.pointee.float_value
    self.int32Value = c.pointee.int32_value
    self.int64Value = c.pointee.int64_value
    self.uint32Value = c.pointee.uint32_value
    self.uint64Value = c.pointee.uint64_value
    self.sint32Value = c.pointee.sint32_value
    self.sint64Value = c.pointee.sint64_value
    self.fixed32Value = c.pointee.fixed32_value
    self.fixed64Value = c.pointee.fixed64_value
    self.sfixed32Value = c.pointee.sfixed32_value
    self.sfixed64Value = c.pointee.sfixed64_value
    self.boolValue = c.pointee.bool_value != 0
    self.stringValue = Unpacked.text(c.pointee.string_value)
    self.bytesValue = Unpacked.bytes(c.pointee.bytes_value.data, c.pointee.bytes_value.len)
    self.color = Color(rawValue: Int32(truncatingIfNeeded: c.pointee.color.rawValue))
    self.doubles = Unpacked.fixedArray(c.pointee.doubles, c.pointee.n_doubles, source)
    self.floats = Unpacked.fixedArray(c.pointee.floats, c.pointee.n_floats, source)
    self.int32s = Unpacked.array(c.pointee.int32s, c.pointee.n_int32s)
    self.int64s = Unpacked.array(c.pointee.int64s, c.pointee.n_int64s)
    self.uint32s = Unpacked.array(c.pointee.uint32s, c.pointee.n_uint32s)
    self.uint64s = Unpacked.array(c.pointee.uint64s, c.pointee.n_uint64s)
    self.sint32s = Unpacked.array(c.pointee.sint32s, c.pointee.n_sint32s)
    self.sint64s = Unpacked.array(c.pointee.sint64s, c.pointee.n_sint64s)
    self.fixed32s = Unpacked.fixedArray(c.pointee.fixed32s, c.pointee.n_fixed32s, source)
    self.fixed64s = Unpacked.fixedArray(c.pointee.fixed64s, c.pointee.n_fixed64s, source)
    self.sfixed32s = Unpacked.fixedArray(c.pointee.sfixed32s, c.pointee.n_sfixed32s, source)
    self.sfixed64s = Unpacked.fixedArray(c.pointee.sfixed64s, c.pointee.n_sfixed64s, source)
    self.bools = Unpacked.flags(c.pointee.bools, c.pointee.n_bools)
    self.strings = Unpacked.texts(c.pointee.strings, c.pointee.n_strings)
    self.byteStrings = Unpacked.byteStrings(c.pointee.byte_strings, c.pointee.n_byte_strings, slicing: nil)
    self.colors = Unpacked.enums(c.pointee.colors, c.pointee.n_colors)
    self.unpackedInt32s = Unpacked.array(c.pointee.unpacked_int32s, c.pointee.n_unpacked_int32s)
    self.far = Unpacked.text(c.pointee.far)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Scalars.self)
    martlet__testing__v1__scalars__init(c)
    c.pointee.double_value = self.doubleValue
    c.pointee.float_value = self.floatValue
    c.pointee.int32_value = self.int32Value
    c.pointee.int64_value = self.int64Value
    c.pointee.uint32_value = self.uint32Value
    c.pointee.uint64_value = self.uint64Value
    c.pointee.sint32_value = self.sint32Value
    c.pointee.sint64_value = self.sint64Value
    c.pointee.fixed32_value = self.fixed32Value
    c.pointee.fixed64_value = self.fixed64Value
    c.pointee.sfixed32_value = self.sfixed32Value
    c.pointee.sfixed64_value = self.sfixed64Value
    c.pointee.bool_value = self.boolValue ? 1 : 0
    if !self.stringValue.isEmpty {
      c.pointee.string_value = arena.text(self.stringValue)
    }
    if !self.bytesValue.isEmpty {
      c.pointee.bytes_value.len = self.bytesValue.count
      c.pointee.bytes_value.data = arena.bytes(self.bytesValue)
    }
    c.pointee.color = .init(rawValue: .init(truncatingIfNeeded: self.color.rawValue))
    if !self.doubles.isEmpty {
      c.pointee.n_doubles = self.doubles.count
      c.pointee.doubles = arena.fixedArray(self.doubles)
    }
    if !self.floats.isEmpty {
      c.pointee.n_floats = self.floats.count
      c.pointee.floats = arena.fixedArray(self.floats)
    }
    if !self.int32s.isEmpty {
      c.pointee.n_int32s = self.int32s.count
      c.pointee.int32s = arena.array(self.int32s)
    }
    if !self.int64s.isEmpty {
      c.pointee.n_int64s = self.int64s.count
      c.pointee.int64s = arena.array(self.int64s)
    }
    if !self.uint32s.isEmpty {
      c.pointee.n_uint32s = self.uint32s.count
      c.pointee.uint32s = arena.array(self.uint32s)
    }
    if !self.uint64s.isEmpty {
      c.pointee.n_uint64s = self.uint64s.count
      c.pointee.uint64s = arena.array(self.uint64s)
    }
    if !self.sint32s.isEmpty {
      c.pointee.n_sint32s = self.sint32s.count
      c.pointee.sint32s = arena.array(self.sint32s)
    }
    if !self.sint64s.isEmpty {
      c.pointee.n_sint64s = self.sint64s.count
      c.pointee.sint64s = arena.array(self.sint64s)
    }
    if !self.fixed32s.isEmpty {
      c.pointee.n_fixed32s = self.fixed32s.count
      c.pointee.fixed32s = arena.fixedArray(self.fixed32s)
    }
    if !self.fixed64s.isEmpty {
      c.pointee.n_fixed64s = self.fixed64s.count
      c.pointee.fixed64s = arena.fixedArray(self.fixed64s)
    }
    if !self.sfixed32s.isEmpty {
      c.pointee.n_sfixed32s = self.sfixed32s.count
      c.pointee.sfixed32s = arena.fixedArray(self.sfixed32s)
    }
    if !self.sfixed64s.isEmpty {
      c.pointee.n_sfixed64s = self.sfixed64s.count
      c.pointee.sfixed64s = arena.fixedArray(self.sfixed64s)
    }
    if !self.bools.isEmpty {
      c.pointee.n_bools = self.bools.count
      c.pointee.bools = arena.flags(self.bools)
    }
    if !self.strings.isEmpty {
      c.pointee.n_strings = self.strings.count
      c.pointee.strings = arena.texts(self.strings)
    }
    if !self.byteStrings.isEmpty {
      c.pointee.n_byte_strings = self.byteStrings.count
      c.pointee.byte_strings = arena.byteStrings(self.byteStrings, isSliced: false)
    }
    if !self.colors.isEmpty {
      c.pointee.n_colors = self.colors.count
      c.pointee.colors = arena.enums(self.colors)
    }
    if !self.unpackedInt32s.isEmpty {
      c.pointee.n_unpacked_int32s = self.unpackedInt32s.count
      c.pointee.unpacked_int32s = arena.array(self.unpackedInt32s)
    }
    if !self.far.isEmpty {
      c.pointee.far = arena.text(self.far)
    }
  }
}

/// Slices at every place where they can stand.
public struct Slices: CBackedMessage {
  public var name: String = ""
  public var payload: Bytes = Bytes()
  public var chunks: [Bytes] = []
  public var children: [Slices] = []
  private var childBox: RecursiveBox<Slices>?
  public var child: Slices? {
    get { self.childBox?.value }
    set { self.childBox = newValue.map(RecursiveBox.init) }
  }
  public var body: Body?
  public var copied: [String: Bytes] = [:]
  public var named: [UInt32: Slices] = [:]
  public var tail: Int32 = 0

  public enum Body: Sendable, Equatable {
    case raw(Bytes)
    indirect case nested(Slices)
    case text(String)
  }

  public init() {}

  public init(
    name: String = "",
    payload: Bytes = Bytes(),
    chunks: [Bytes] = [],
    children: [Slices] = [],
    child: Slices? = nil,
    body: Body? = nil,
    copied: [String: Bytes] = [:],
    named: [UInt32: Slices] = [:],
    tail: Int32 = 0
  ) {
    self.name = name
    self.payload = payload
    self.chunks = chunks
    self.children = children
    self.childBox = child.map(RecursiveBox.init)
    self.body = body
    self.copied = copied
    self.named = named
    self.tail = tail
  }

  public static let messageName = "martlet.testing.v1.Slices"

  public var description: String {
    var text = MessageDescription("Slices")
    text.add("name", self.name)
    text.add("payload", self.payload)
    text.add("chunks", self.chunks)
    text.add("children", self.children)
    text.add("child", self.child)
    switch self.body {
    case .raw(let value)?: text.addChosen("raw", value)
    case .nested(let value)?: text.addChosen("nested", value)
    case .text(let value)?: text.addChosen("text", value)
    case nil: break
    }
    text.add("copied", self.copied)
    text.add("named", self.named)
    text.add("tail", self.tail)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__Slices>.size,
    slices: [
      .init("martlet.testing.v1.Slices", 2),
      .init("martlet.testing.v1.Slices", 3),
      .init("martlet.testing.v1.Slices", 6),
    ],
    mapEntries: [
      "martlet.testing.v1.Slices.CopiedEntry",
      "martlet.testing.v1.Slices.NamedEntry",
    ],
  ) {
    martlet__testing__v1__slices__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Slices.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Slices.self)
    self.name = Unpacked.text(c.pointee.name)
    self.payload = Unpacked.slice(c.pointee.payload.data, c.pointee.payload.len, source)
    self.chunks = Unpacked.byteStrings(c.pointee.chunks, c.pointee.n_chunks, slicing: source)
    self.children = Unpacked.messages(c.pointee.children, c.pointee.n_children, source)
    self.childBox = (Unpacked.message(c.pointee.child, source) as Slices?).map(RecursiveBox.init)
    switch c.pointee.body_case.rawValue {
    case 6: self.body = .raw(Unpacked.slice(c.pointee.raw.data, c.pointee.raw.len, source))
    case 7:
      self.body = (Unpacked.message(c.pointee.nested, source) as Slices?).map { .nested($0) }
    case 8: self.body = .text(Unpacked.text(c.pointee.text))
    default: self.body = nil
    }
    self.copied = Unpacked.map(c.pointee.copied, c.pointee.n_copied) { entry in (Unpacked.text(entry.pointee.key), Unpacked.bytes(entry.pointee.value.data, entry.pointee.value.len)) }
    self.named = Unpacked.map(c.pointee.named, c.pointee.n_named) { entry in (entry.pointee.key, Unpacked.message(entry.pointee.value, source) as Slices? ?? Slices()) }
    self.tail = c.pointee.tail
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Slices.self)
    martlet__testing__v1__slices__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.payload.isEmpty {
      c.pointee.payload.len = self.payload.count
      c.pointee.payload.data = arena.slice(self.payload)
    }
    if !self.chunks.isEmpty {
      c.pointee.n_chunks = self.chunks.count
      c.pointee.chunks = arena.byteStrings(self.chunks, isSliced: true)
    }
    if !self.children.isEmpty {
      c.pointee.n_children = self.children.count
      c.pointee.children = arena.messages(self.children)
    }
    if let value = self.child {
      c.pointee.child = arena.message(value)
    }
    switch self.body {
    case .raw(let value)?:
      c.pointee.body_case = .init(rawValue: 6)
      c.pointee.raw.len = value.count
      c.pointee.raw.data = arena.slice(value)
    case .nested(let value)?:
      c.pointee.body_case = .init(rawValue: 7)
      c.pointee.nested = arena.message(value)
    case .text(let value)?:
      c.pointee.body_case = .init(rawValue: 8)
      c.pointee.text = arena.text(value)
    case nil: break
    }
    if !self.copied.isEmpty {
      c.pointee.n_copied = self.copied.count
      c.pointee.copied = arena.entries(self.copied, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Slices__CopiedEntry>, key, value) in
        martlet__testing__v1__slices__copied_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value.len = value.count
        entry.pointee.value.data = arena.bytes(value)
      }
    }
    if !self.named.isEmpty {
      c.pointee.n_named = self.named.count
      c.pointee.named = arena.entries(self.named, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Slices__NamedEntry>, key, value) in
        martlet__testing__v1__slices__named_entry__init(entry)
        entry.pointee.key = key
        entry.pointee.value = arena.message(value)
      }
    }
    c.pointee.tail = self.tail
  }
}

/// Presence, choice, maps, names that Swift keeps for itself, and nesting.
public struct Shapes: CBackedMessage {
  public var inner: Shapes.Inner? = nil
  public var inners: [Shapes.Inner] = []
  public var choice: Choice?
  public var counts: [String: Int32] = [:]
  public var names: [Int64: String] = [:]
  public var byFlag: [Bool: Shapes.Inner] = [:]
  public var colors: [String: Color] = [:]
  public var weights: [UInt32: Double] = [:]
  public var `class`: String = ""
  public var `default`: Bool = false
  public var httpURLID: String = ""
  private var parentBox: RecursiveBox<Shapes>?
  public var parent: Shapes? {
    get { self.parentBox?.value }
    set { self.parentBox = newValue.map(RecursiveBox.init) }
  }
  public var manyColors: [Color] = []
  public var description_: String = ""

  public enum Choice: Sendable, Equatable {
    case number(Int32)
    case text(String)
    case data(Bytes)
    case message(Shapes.Inner)
    case color(Color)
    case flag(Bool)
    case ratio(Double)
  }

  public struct Inner: CBackedMessage {
    public var kind: Shapes.Inner.Kind = Shapes.Inner.Kind()
    public var count: Int32 = 0
    public var numbers: [Int32] = []
    public var label: String = ""
    public var leaf: Shapes.Leaf? = nil
    public var samples: [Float] = []
    public var pick: Pick?

    public enum Pick: Sendable, Equatable {
      case number(Int32)
      case tree(Shapes.Leaf)
    }

    public enum Kind: WireEnum {
      case unspecified
      case small
      case large
      /// A number that has no name here.
      case unrecognized(Int32)

      public init() { self = .unspecified }

      public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unspecified
        case 1: self = .small
        case 2: self = .large
        default: self = .unrecognized(rawValue)
        }
      }

      public var rawValue: Int32 {
        switch self {
        case .unspecified: 0
        case .small: 1
        case .large: 2
        case .unrecognized(let number): number
        }
      }
    }

    public init() {}

    public init(
      kind: Shapes.Inner.Kind = Shapes.Inner.Kind(),
      count: Int32 = 0,
      numbers: [Int32] = [],
      label: String = "",
      leaf: Shapes.Leaf? = nil,
      samples: [Float] = [],
      pick: Pick? = nil
    ) {
      self.kind = kind
      self.count = count
      self.numbers = numbers
      self.label = label
      self.leaf = leaf
      self.samples = samples
      self.pick = pick
    }

    public static let messageName = "martlet.testing.v1.Shapes.Inner"

    public var description: String {
      var text = MessageDescription("Inner")
      text.add("kind", self.kind)
      text.add("count", self.count)
      text.add("numbers", self.numbers)
      text.add("label", self.label)
      text.add("leaf", self.leaf)
      text.add("samples", self.samples)
      switch self.pick {
      case .number(let value)?: text.addChosen("number", value)
      case .tree(let value)?: text.addChosen("tree", value)
      case nil: break
      }
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Testing__V1__Shapes__Inner>.size,
    ) {
      martlet__testing__v1__shapes__inner__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Shapes__Inner.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Shapes__Inner.self)
      self.kind = Shapes.Inner.Kind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
      self.count = c.pointee.count
      self.numbers = Unpacked.array(c.pointee.numbers, c.pointee.n_numbers)
      self.label = Unpacked.text(c.pointee.label)
      self.leaf = Unpacked.message(c.pointee.leaf, source) as Shapes.Leaf?
      self.samples = Unpacked.fixedArray(c.pointee.samples, c.pointee.n_samples, source)
      switch c.pointee.pick_case.rawValue {
      case 6: self.pick = .number(c.pointee.number)
      case 7:
        self.pick = (Unpacked.message(c.pointee.tree, source) as Shapes.Leaf?).map { .tree($0) }
      default: self.pick = nil
      }
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Shapes__Inner.self)
      martlet__testing__v1__shapes__inner__init(c)
      c.pointee.kind = .init(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
      c.pointee.count = self.count
      if !self.numbers.isEmpty {
        c.pointee.n_numbers = self.numbers.count
        c.pointee.numbers = arena.array(self.numbers)
      }
      if !self.label.isEmpty {
        c.pointee.label = arena.text(self.label)
      }
      if let value = self.leaf {
        c.pointee.leaf = arena.message(value)
      }
      if !self.samples.isEmpty {
        c.pointee.n_samples = self.samples.count
        c.pointee.samples = arena.fixedArray(self.samples)
      }
      switch self.pick {
      case .number(let value)?:
        c.pointee.pick_case = .init(rawValue: 6)
        c.pointee.number = value
      case .tree(let value)?:
        c.pointee.pick_case = .init(rawValue: 7)
        c.pointee.tree = arena.message(value)
      case nil: break
      }
    }
  }

  public struct Leaf: CBackedMessage {
    public var a: Int32 = 0
    public var b: Int32 = 0
    public var either: Either?

    public enum Either: Sendable, Equatable {
      case left(String)
      indirect case right(Shapes.Leaf)
    }

    public init() {}

    public init(
      a: Int32 = 0,
      b: Int32 = 0,
      either: Either? = nil
    ) {
      self.a = a
      self.b = b
      self.either = either
    }

    public static let messageName = "martlet.testing.v1.Shapes.Leaf"

    public var description: String {
      var text = MessageDescription("Leaf")
      text.add("a", self.a)
      text.add("b", self.b)
      switch self.either {
      case .left(let value)?: text.addChosen("left", value)
      case .right(let value)?: text.addChosen("right", value)
      case nil: break
      }
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Testing__V1__Shapes__Leaf>.size,
    ) {
      martlet__testing__v1__shapes__leaf__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Shapes__Leaf.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Shapes__Leaf.self)
      self.a = c.pointee.a
      self.b = c.pointee.b
      switch c.pointee.either_case.rawValue {
      case 3: self.either = .left(Unpacked.text(c.pointee.left))
      case 4:
        self.either = (Unpacked.message(c.pointee.right, source) as Shapes.Leaf?).map { .right($0) }
      default: self.either = nil
      }
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Shapes__Leaf.self)
      martlet__testing__v1__shapes__leaf__init(c)
      c.pointee.a = self.a
      c.pointee.b = self.b
      switch self.either {
      case .left(let value)?:
        c.pointee.either_case = .init(rawValue: 3)
        c.pointee.left = arena.text(value)
      case .right(let value)?:
        c.pointee.either_case = .init(rawValue: 4)
        c.pointee.right = arena.message(value)
      case nil: break
      }
    }
  }

  public init() {}

  public init(
    inner: Shapes.Inner? = nil,
    inners: [Shapes.Inner] = [],
    choice: Choice? = nil,
    counts: [String: Int32] = [:],
    names: [Int64: String] = [:],
    byFlag: [Bool: Shapes.Inner] = [:],
    colors: [String: Color] = [:],
    weights: [UInt32: Double] = [:],
    `class`: String = "",
    `default`: Bool = false,
    httpURLID: String = "",
    parent: Shapes? = nil,
    manyColors: [Color] = [],
    description_: String = ""
  ) {
    self.inner = inner
    self.inners = inners
    self.choice = choice
    self.counts = counts
    self.names = names
    self.byFlag = byFlag
    self.colors = colors
    self.weights = weights
    self.`class` = `class`
    self.`default` = `default`
    self.httpURLID = httpURLID
    self.parentBox = parent.map(RecursiveBox.init)
    self.manyColors = manyColors
    self.description_ = description_
  }

  public static let messageName = "martlet.testing.v1.Shapes"

  public var description: String {
    var text = MessageDescription("Shapes")
    text.add("inner", self.inner)
    text.add("inners", self.inners)
    switch self.choice {
    case .number(let value)?: text.addChosen("number", value)
    case .text(let value)?: text.addChosen("text", value)
    case .data(let value)?: text.addChosen("data", value)
    case .message(let value)?: text.addChosen("message", value)
    case .color(let value)?: text.addChosen("color", value)
    case .flag(let value)?: text.addChosen("flag", value)
    case .ratio(let value)?: text.addChosen("ratio", value)
    case nil: break
    }
    text.add("counts", self.counts)
    text.add("names", self.names)
    text.add("byFlag", self.byFlag)
    text.add("colors", self.colors)
    text.add("weights", self.weights)
    text.add("class", self.`class`)
    text.add("default", self.`default`)
    text.add("httpURLID", self.httpURLID)
    text.add("parent", self.parent)
    text.add("manyColors", self.manyColors)
    text.add("description_", self.description_)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__Shapes>.size,
    mapEntries: [
      "martlet.testing.v1.Shapes.ByFlagEntry",
      "martlet.testing.v1.Shapes.ColorsEntry",
      "martlet.testing.v1.Shapes.CountsEntry",
      "martlet.testing.v1.Shapes.NamesEntry",
      "martlet.testing.v1.Shapes.WeightsEntry",
    ],
  ) {
    martlet__testing__v1__shapes__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Shapes.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Shapes.self)
    self.inner = Unpacked.message(c.pointee.inner, source) as Shapes.Inner?
    self.inners = Unpacked.messages(c.pointee.inners, c.pointee.n_inners, source)
    switch c.pointee.choice_case.rawValue {
    case 3: self.choice = .number(c.pointee.number)
    case 4: self.choice = .text(Unpacked.text(c.pointee.text))
    case 5: self.choice = .data(Unpacked.bytes(c.pointee.data.data, c.pointee.data.len))
    case 6:
      self.choice = (Unpacked.message(c.pointee.message, source) as Shapes.Inner?).map { .message($0) }
    case 7: self.choice = .color(Color(rawValue: Int32(truncatingIfNeeded: c.pointee.color.rawValue)))
    case 8: self.choice = .flag(c.pointee.flag != 0)
    case 9: self.choice = .ratio(c.pointee.ratio)
    default: self.choice = nil
    }
    self.counts = Unpacked.map(c.pointee.counts, c.pointee.n_counts) { entry in (Unpacked.text(entry.pointee.key), entry.pointee.value) }
    self.names = Unpacked.map(c.pointee.names, c.pointee.n_names) { entry in (entry.pointee.key, Unpacked.text(entry.pointee.value)) }
    self.byFlag = Unpacked.map(c.pointee.by_flag, c.pointee.n_by_flag) { entry in (entry.pointee.key != 0, Unpacked.message(entry.pointee.value, source) as Shapes.Inner? ?? Shapes.Inner()) }
    self.colors = Unpacked.map(c.pointee.colors, c.pointee.n_colors) { entry in (Unpacked.text(entry.pointee.key), Color(rawValue: Int32(truncatingIfNeeded: entry.pointee.value.rawValue))) }
    self.weights = Unpacked.map(c.pointee.weights, c.pointee.n_weights) { entry in (entry.pointee.key, entry.pointee.value) }
    self.`class` = Unpacked.text(c.pointee.class_)
    self.`default` = c.pointee.default_ != 0
    self.httpURLID = Unpacked.text(c.pointee.http_url_id)
    self.parentBox = (Unpacked.message(c.pointee.parent, source) as Shapes?).map(RecursiveBox.init)
    self.manyColors = Unpacked.enums(c.pointee.many_colors, c.pointee.n_many_colors)
    self.description_ = Unpacked.text(c.pointee.description)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Shapes.self)
    martlet__testing__v1__shapes__init(c)
    if let value = self.inner {
      c.pointee.inner = arena.message(value)
    }
    if !self.inners.isEmpty {
      c.pointee.n_inners = self.inners.count
      c.pointee.inners = arena.messages(self.inners)
    }
    switch self.choice {
    case .number(let value)?:
      c.pointee.choice_case = .init(rawValue: 3)
      c.pointee.number = value
    case .text(let value)?:
      c.pointee.choice_case = .init(rawValue: 4)
      c.pointee.text = arena.text(value)
    case .data(let value)?:
      c.pointee.choice_case = .init(rawValue: 5)
      c.pointee.data.len = value.count
      c.pointee.data.data = arena.bytes(value)
    case .message(let value)?:
      c.pointee.choice_case = .init(rawValue: 6)
      c.pointee.message = arena.message(value)
    case .color(let value)?:
      c.pointee.choice_case = .init(rawValue: 7)
      c.pointee.color = .init(rawValue: .init(truncatingIfNeeded: value.rawValue))
    case .flag(let value)?:
      c.pointee.choice_case = .init(rawValue: 8)
      c.pointee.flag = value ? 1 : 0
    case .ratio(let value)?:
      c.pointee.choice_case = .init(rawValue: 9)
      c.pointee.ratio = value
    case nil: break
    }
    if !self.counts.isEmpty {
      c.pointee.n_counts = self.counts.count
      c.pointee.counts = arena.entries(self.counts, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Shapes__CountsEntry>, key, value) in
        martlet__testing__v1__shapes__counts_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = value
      }
    }
    if !self.names.isEmpty {
      c.pointee.n_names = self.names.count
      c.pointee.names = arena.entries(self.names, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Shapes__NamesEntry>, key, value) in
        martlet__testing__v1__shapes__names_entry__init(entry)
        entry.pointee.key = key
        entry.pointee.value = arena.text(value)
      }
    }
    if !self.byFlag.isEmpty {
      c.pointee.n_by_flag = self.byFlag.count
      c.pointee.by_flag = arena.entries(self.byFlag, by: { !$0 && $1 }) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Shapes__ByFlagEntry>, key, value) in
        martlet__testing__v1__shapes__by_flag_entry__init(entry)
        entry.pointee.key = key ? 1 : 0
        entry.pointee.value = arena.message(value)
      }
    }
    if !self.colors.isEmpty {
      c.pointee.n_colors = self.colors.count
      c.pointee.colors = arena.entries(self.colors, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Shapes__ColorsEntry>, key, value) in
        martlet__testing__v1__shapes__colors_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = .init(rawValue: .init(truncatingIfNeeded: value.rawValue))
      }
    }
    if !self.weights.isEmpty {
      c.pointee.n_weights = self.weights.count
      c.pointee.weights = arena.entries(self.weights, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__Shapes__WeightsEntry>, key, value) in
        martlet__testing__v1__shapes__weights_entry__init(entry)
        entry.pointee.key = key
        entry.pointee.value = value
      }
    }
    if !self.`class`.isEmpty {
      c.pointee.class_ = arena.text(self.`class`)
    }
    c.pointee.default_ = self.`default` ? 1 : 0
    if !self.httpURLID.isEmpty {
      c.pointee.http_url_id = arena.text(self.httpURLID)
    }
    if let value = self.parent {
      c.pointee.parent = arena.message(value)
    }
    if !self.manyColors.isEmpty {
      c.pointee.n_many_colors = self.manyColors.count
      c.pointee.many_colors = arena.enums(self.manyColors)
    }
    if !self.description_.isEmpty {
      c.pointee.description = arena.text(self.description_)
    }
  }
}

public struct Empty: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.testing.v1.Empty"

  public var description: String {
    let text = MessageDescription("Empty")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__Empty>.size,
  ) {
    martlet__testing__v1__empty__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Empty.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Empty.self)
    martlet__testing__v1__empty__init(c)
  }
}
