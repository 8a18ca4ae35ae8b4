import Primitives

/// How generated types meet protobuf-c's structs. Only generated code implements this.
public protocol CBackedMessage: WireMessage {
  static var schema: MessageSchema { get }

  /// Reads the C struct at `message`; `source` is the block that slices point into.
  init(unpacked message: UnsafeRawPointer, source: Bytes)

  /// Initialises the C struct at `message` and sets its fields; what they point to lies in `arena`
  /// or in this value, so both must outlive the struct.
  func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena)
}

extension CBackedMessage {
  @inlinable
  public init(decoding bytes: Bytes, arena: Arena, limits: DecodeLimits) throws(DecodeError) {
    let unpacked = try Self.schema.unpack(bytes, arena: arena, limits: limits)
    self.init(unpacked: unpacked.message, source: unpacked.source)
  }

  @inlinable
  public func withPacked<Result>(_ arena: Arena, _ body: (PackedMessage) -> Result) -> Result {
    arena.beginPacking()
    // The C struct points into this value, which therefore lives until `body` is done.
    defer { withExtendedLifetime(self) { arena.endPacking() } }
    let message = arena.allocate(Self.schema.structBytes)
    fill(message, arena)
    return body(PackedMessage(message: message, arena: arena))
  }
}
