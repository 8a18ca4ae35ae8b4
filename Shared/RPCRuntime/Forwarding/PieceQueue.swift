import Primitives
import RPC

/// Frames' payloads that wait in a forwarder for credit on the other side. Bounded by the credit
/// of the side that they came from, which returns as they leave.
struct PieceQueue {
  struct Piece {
    var bytes: Bytes
    var offset = 0
    /// The flags of the frame that it came in.
    var flags: UInt32
    /// Charge on the process's budget, while it waits.
    var chargedBytes = 0

    var remaining: Int { bytes.count - offset }
    /// A frame that is a message costs at least 1; one that only says "more" or "end" is free.
    var isFree: Bool { bytes.isEmpty && flags != 0 }
  }

  private var pieces: [Piece] = []
  private var head = 0
  /// Charges of all pieces that wait, and of those that left and were not told yet.
  private var chargedBytes = 0
  private var releasedBytes = 0

  var isEmpty: Bool { head == pieces.count }
  var first: Piece? { isEmpty ? nil : pieces[head] }

  mutating func append(_ bytes: Bytes, flags: UInt32) {
    pieces.append(Piece(bytes: bytes, flags: flags))
  }

  /// The last piece has to wait: it is charged, and a small one is copied so that it does not hold
  /// a whole receive buffer. False when the budget has no room.
  mutating func keepLast(_ budget: ReceiveBudget) -> Bool {
    guard !isEmpty, pieces[pieces.count - 1].chargedBytes == 0 else { return true }
    let piece = pieces[pieces.count - 1]
    let charge = piece.bytes.count + MessageInbox.entryBytes
    guard budget.take(charge) else { return false }
    chargedBytes += charge
    pieces[pieces.count - 1].chargedBytes = charge
    if piece.bytes.count < ByteOutput.referenceThresholdBytes {
      pieces[pieces.count - 1].bytes = piece.bytes.withUnsafeBytes { Bytes(copying: $0) }
    }
    return true
  }

  /// Takes `count` bytes off the first piece, and the piece when it is spent.
  mutating func take(_ count: Int) -> (bytes: Bytes, flags: UInt32) {
    let piece = pieces[head]
    let part = piece.bytes.slice(piece.offset..<(piece.offset + count))
    if count == piece.remaining {
      head += 1
      releasedBytes += piece.chargedBytes
      chargedBytes -= piece.chargedBytes
      if isEmpty {
        pieces.removeAll(keepingCapacity: true)
        head = 0
      }
      return (part, piece.flags)
    }
    pieces[head].offset += count
    // What was cut goes on in the next frame.
    return (part, FrameFlags.more)
  }

  /// Charges of pieces that have left since the last call.
  mutating func takeReleased() -> Int {
    defer { releasedBytes = 0 }
    return releasedBytes
  }

  /// Drops what waits. Answers the charges to give back.
  mutating func removeAll() -> Int {
    defer { self = PieceQueue() }
    return chargedBytes + releasedBytes
  }
}
