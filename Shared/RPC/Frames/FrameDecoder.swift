/// Cuts a byte stream into frames: `uint32 big-endian length | that many bytes`.
///
/// It looks at bytes that somebody else buffers, and says how many to take; a length is judged
/// before the frame's bytes are waited for, and nothing is allocated by it.
public struct FrameDecoder: Sendable, Equatable {
  /// Bytes of the length in front of each frame.
  public static let prefixBytes = 4

  public let maximumFrameBytes: Int

  public enum Step: Sendable, Equatable {
    /// At least this many more bytes are needed before the next step can say more.
    case needMore(Int)
    /// A whole frame of this length follows the prefix.
    case frame(byteCount: Int)
  }

  public init(maximumFrameBytes: Int) { self.maximumFrameBytes = maximumFrameBytes }

  public func next(in buffered: UnsafeRawBufferPointer) throws(WireViolation) -> Step {
    guard buffered.count >= FrameDecoder.prefixBytes else {
      return .needMore(FrameDecoder.prefixBytes - buffered.count)
    }
    let length = Int(
      UInt32(bigEndian: buffered.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
    )
    if length == 0 { throw .malformed("a frame of length zero") }
    if length > maximumFrameBytes {
      throw .tooLarge("a frame of \(length) bytes, the limit is \(maximumFrameBytes)")
    }
    let missing = FrameDecoder.prefixBytes + length - buffered.count
    return missing > 0 ? .needMore(missing) : .frame(byteCount: length)
  }
}
