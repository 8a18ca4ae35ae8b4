import Primitives

/// A message of the wire as a Swift value. Types that conform are generated from `.proto` files.
///
/// A value owns everything in it, except that `bytes` fields marked `(martlet.slice)` share the
/// block that they were decoded from.
public protocol WireMessage: Sendable, Equatable, CustomStringConvertible {
  /// All fields at their defaults.
  init()

  /// The full name in the proto file: "martlet.testing.v1.EchoRequest".
  static var messageName: String { get }

  /// Reads a message. The scanner checks all bytes before protobuf-c sees any; `arena` is reset and
  /// holds what protobuf-c unpacks until its next use, at most as many bytes as `limits` say.
  ///
  /// Fields that the type does not know, and known fields with another wire type, are left out.
  /// Sliced fields of at least 16 bytes share the block of `bytes`; shorter ones are copies.
  init(decoding bytes: Bytes, arena: Arena, limits: DecodeLimits) throws(DecodeError)

  /// Lays the message out for protobuf-c in `arena`, which is reset, and calls `body`, whose
  /// argument is good during the call only. `bytes` fields are not copied.
  ///
  /// Text that contains NUL cannot travel: each NUL is sent as U+FFFD.
  func withPacked<Result>(_ arena: Arena, _ body: (PackedMessage) -> Result) -> Result
}

extension WireMessage {
  /// Reads a message with default limits and an arena of its own, which costs an allocation of
  /// 16 KiB: for start-up, tools and tests. Loops keep an arena.
  public init(decoding bytes: Bytes) throws(DecodeError) {
    try self.init(decoding: bytes, arena: Arena(), limits: DecodeLimits())
  }

  /// The message as one run of bytes, slices copied, with an arena of its own.
  public func encoded() -> Bytes {
    withPacked(Arena()) { packed in
      Bytes(capacity: packed.byteCount) { target in
        if let start = target.baseAddress { packed.write(to: start) }
        return packed.byteCount
      }
    }
  }
}
