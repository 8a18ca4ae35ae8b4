/// What the generator needs of a `.proto` file, read from protoc's descriptors.
public struct ProtoFile: Equatable, Sendable {
  public var name = ""
  public var package = ""
  public var syntax = ""
  public var dependencies: [String] = []
  /// Stands before the names of the file's top-level types: `option swift_prefix`.
  public var swiftPrefix = ""
  public var messages: [ProtoMessage] = []
  public var enums: [ProtoEnum] = []
  public var services: [ProtoService] = []
  /// Names of the extensions that the file declares.
  public var extensionCount = 0
}

public struct ProtoMessage: Equatable, Sendable {
  public var name = ""
  /// With package and outer messages: "martlet.testing.v1.Shapes.Inner".
  public var fullName = ""
  public var comment = ""
  public var fields: [ProtoField] = []
  public var oneofs: [String] = []
  public var messages: [ProtoMessage] = []
  public var enums: [ProtoEnum] = []
  public var isMapEntry = false
  public var reservedNumbers: [Range<Int>] = []
  public var reservedNames: [String] = []
}

public struct ProtoField: Equatable, Sendable {
  /// The types by their numbers in descriptor.proto.
  public enum Kind: Int, Sendable {
    case double = 1
    case float, int64, uint64, int32, fixed64, fixed32, bool, string, group, message, bytes
    case uint32, `enum`, sfixed32, sfixed64, sint32, sint64
  }

  public var name = ""
  public var number = 0
  public var kind = Kind.int32
  public var isRepeated = false
  public var isRequired = false
  /// proto3 `optional`.
  public var isOptional = false
  /// The full name of a message or enum type.
  public var typeName = ""
  /// Which of the message's oneofs the field is a member of.
  public var oneofIndex: Int?
  /// Marked `(martlet.slice)`.
  public var isSlice = false
  public var comment = ""
}

public struct ProtoEnum: Equatable, Sendable {
  public struct Value: Equatable, Sendable {
    public var name = ""
    public var number = 0
    public var comment = ""
  }

  public var name = ""
  public var fullName = ""
  public var comment = ""
  public var values: [Value] = []
  public var reservedNumbers: [ClosedRange<Int>] = []
  public var reservedNames: [String] = []
}

public struct ProtoService: Equatable, Sendable {
  public var name = ""
  public var fullName = ""
  public var comment = ""
  public var methods: [ProtoMethod] = []
}

public struct ProtoMethod: Equatable, Sendable {
  public var name = ""
  public var input = ""
  public var output = ""
  public var isClientStreaming = false
  public var isServerStreaming = false
  public var options = ProtoMethodOptions()
  public var comment = ""
}

/// The options of options.proto; nil = not set.
public struct ProtoMethodOptions: Equatable, Sendable {
  public var idempotent: Bool?
  public var allowedPeers: [String] = []
  public var defaultTimeoutMilliseconds: UInt64?
  public var maximumTimeoutMilliseconds: UInt64?
  public var maximumMessageBytes: UInt64?
}
