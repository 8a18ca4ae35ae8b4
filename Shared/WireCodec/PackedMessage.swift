internal import CProtobufC
import Primitives

/// A message laid out for protobuf-c, good inside the `withPacked` that made it.
public struct PackedMessage {
  /// Bytes on the wire.
  public let byteCount: Int
  private let message: UnsafeMutablePointer<ProtobufCMessage>
  private let arena: Arena

  @usableFromInline
  init(message: UnsafeMutableRawPointer, arena: Arena) {
    self.message = message.assumingMemoryBound(to: ProtobufCMessage.self)
    self.arena = arena
    byteCount = protobuf_c_message_get_packed_size(self.message)
  }

  /// Whether `append` keeps parts by reference.
  public var hasSlices: Bool { !arena.slices.isEmpty }

  /// Writes exactly `byteCount` bytes; slices are copied.
  public func write(to target: UnsafeMutableRawPointer) {
    let written = protobuf_c_message_pack(message, target.assumingMemoryBound(to: UInt8.self))
    precondition(written == byteCount, "protobuf-c wrote another size than it announced")
  }

  /// Adds the message at the end; slices of at least `ByteOutput.referenceThresholdBytes` bytes are
  /// kept by reference, all else is copied.
  public func append(to output: ByteOutput) {
    guard hasSlices else {
      // `write` itself as the argument would allocate a closure's context.
      write(to: output.reserve(byteCount))
      output.commit(byteCount)
      return
    }
    let before = output.count
    withExtendedLifetime((output, arena)) {
      var gatherer = SliceGatherer(output: output, arena: arena)
      withUnsafeMutablePointer(to: &gatherer) { pointer in
        let buffer = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: ProtobufCBuffer.self)
        _ = protobuf_c_message_pack_to_buffer(message, buffer)
      }
    }
    precondition(output.count - before == byteCount)
  }
}

/// A `ProtobufCBuffer` that recognises the slices of the message by place and length and passes
/// them on by reference. protobuf-c packs fields by rising number, which is nearly always the order
/// in which generated code names the slices; one far out of order would be copied, not lost.
private struct SliceGatherer {
  /// First, because protobuf-c's callback gets its address.
  var base: ProtobufCBuffer
  /// Both outlive the call of protobuf-c.
  let output: Unmanaged<ByteOutput>
  let arena: Unmanaged<Arena>
  var nextSlice = 0
  /// Slices that are compared with a run: a oneof's member is named where its oneof begins.
  static let lookAhead = 16

  init(output: ByteOutput, arena: Arena) {
    self.output = .passUnretained(output)
    self.arena = .passUnretained(arena)
    base = ProtobufCBuffer(append: { buffer, count, data in
      guard let buffer, let data, count > 0 else { return }
      UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: SliceGatherer.self).pointee
        .append(UnsafeRawBufferPointer(start: data, count: count))
    })
  }

  mutating func append(_ run: UnsafeRawBufferPointer) {
    let output = output.takeUnretainedValue()
    if run.count >= ByteOutput.referenceThresholdBytes {
      let slices = arena.takeUnretainedValue().slices
      for index in nextSlice..<min(nextSlice + SliceGatherer.lookAhead, slices.count) {
        let slice = slices[index]
        guard slice.count == run.count,
          slice.withUnsafeBytes({ $0.baseAddress == run.baseAddress })
        else { continue }
        nextSlice = index + 1
        output.append(slice)
        return
      }
    }
    output.append(copying: run)
  }
}
