internal import CProtobufC
import Primitives

/// What the scanner knows of a message type and of all types inside it: protobuf-c's descriptors,
/// turned into tables that find a field by its number in one step. Made once a type, kept for good.
// `@unchecked`: everything behind the pointers is written in `init` and constant from then on.
public final class MessageSchema: @unchecked Sendable {
  /// A field marked `(martlet.slice)`.
  public struct SliceField: Sendable, Hashable {
    let message: String
    let number: UInt32

    public init(_ message: String, _ number: UInt32) {
      self.message = message
      self.number = number
    }
  }

  /// What `unpack` made; good until the arena's next use.
  @usableFromInline
  struct UnpackedMessage {
    @usableFromInline let message: UnsafeRawPointer
    /// What slices refer to: the bytes given, or a copy in which duplicate fields are joined.
    @usableFromInline let source: Bytes
  }

  /// Size of the C struct.
  public let structBytes: Int
  let root: UnsafePointer<SchemaNode>

  /// - Parameters:
  ///   - structBytes: the size of the C struct.
  ///   - mapEntries: the names of the map entries among these messages.
  ///   - initialize: protoc-c's init function; the struct it fills names the descriptor.
  ///   - slices: the sliced fields of this message and of all messages inside it.
  public init(
    structBytes: Int,
    slices: [SliceField] = [],
    mapEntries: [String] = [],
    initialize: (UnsafeMutableRawPointer) -> Void
  ) {
    self.structBytes = structBytes
    let message = UnsafeMutableRawPointer.allocate(byteCount: structBytes, alignment: 16)
    defer { message.deallocate() }
    initialize(message)
    // An initialised protobuf-c message always names its descriptor.
    let descriptor = message.assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor!
    var builder = SchemaBuilder(slices: Set(slices), mapEntries: Set(mapEntries))
    root = UnsafePointer(builder.node(for: descriptor))
  }

  /// Checks all bytes, then lets protobuf-c unpack them into `arena`.
  @usableFromInline
  func unpack(
    _ bytes: Bytes,
    arena: Arena,
    limits: DecodeLimits
  ) throws(DecodeError) -> UnpackedMessage {
    let budget = limits.arenaBudgetBytes(wireBytes: bytes.count)
    arena.reset(budgetBytes: budget)
    var source = bytes
    var joined = false
    var liftsLists = true
    var scan = Scanner.scan(source, self, arena.state, limits)
    // Each of the two is found at most once, in either order: a list that was split may stand
    // before the first duplicate.
    while true {
      if case .hasSplitList = scan, liftsLists {
        liftsLists = false
      } else if case .hasDuplicates = scan, !joined {
        // First without joining: pieces that are broken each by itself may join to something whole.
        arena.reset(budgetBytes: budget)
        let pieces = Scanner.scan(bytes, self, arena.state, limits, joined: true, liftsLists: false)
        if case .failure(let failure) = pieces { throw failure.error(limits, budget) }
        joined = true
        source = DuplicateJoiner.join(bytes, root, limits) ?? bytes
      } else {
        break
      }
      arena.reset(budgetBytes: budget)
      scan = Scanner.scan(
        source,
        self,
        arena.state,
        limits,
        joined: joined,
        liftsLists: liftsLists
      )
    }
    switch scan {
    case .failure(let failure):
      throw failure.error(limits, budget)
    case .hasDuplicates, .hasSplitList:
      throw ScanFailure(.refused, at: 0, node: root).error(limits, budget)
    case .original:
      let message = source.withUnsafeBytes { unpack($0, arena) }
      if let message { return UnpackedMessage(message: message, source: source) }
    case .compacted(let compacted):
      if let message = unpack(compacted, arena) {
        return UnpackedMessage(message: message, source: source)
      }
    }
    let problem: ScanFailure.Problem = arena.state.pointee.isExhausted ? .tooLarge : .refused
    throw ScanFailure(problem, at: 0, node: root).error(limits, budget)
  }

  private func unpack(_ run: UnsafeRawBufferPointer, _ arena: Arena) -> UnsafeRawPointer? {
    // protobuf-c wants an address even for no bytes.
    let start = run.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let message = withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { nothing in
      protobuf_c_message_unpack(
        root.pointee.descriptor,
        arena.allocator,
        run.count,
        start ?? UnsafePointer(nothing.baseAddress?.assumingMemoryBound(to: UInt8.self))
      )
    }
    return UnsafeRawPointer(message)
  }
}
