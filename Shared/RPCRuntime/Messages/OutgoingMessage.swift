import Primitives
import WireCodec

/// A message that did not fit into one frame at once, on its way out in chunks. Slices of large
/// fields stay references until the transport encrypts them.
struct OutgoingMessage {
  private var pieces: [Bytes]
  private var pieceIndex = 0
  private var offset = 0
  private(set) var remaining: Int
  /// A message of no bytes still is a message, and costs one byte of credit.
  let isEmpty: Bool

  init(_ packed: PackedMessage) {
    if packed.hasSlices {
      let output = ByteOutput(capacity: 1024)
      packed.append(to: output)
      pieces = output.takeSlices()
    } else {
      pieces = [
        Bytes(capacity: packed.byteCount) { target in
          if let start = target.baseAddress { packed.write(to: start) }
          return packed.byteCount
        }
      ]
    }
    remaining = packed.byteCount
    isEmpty = packed.byteCount == 0
  }

  init(_ bytes: Bytes) {
    pieces = [bytes]
    remaining = bytes.count
    isEmpty = bytes.isEmpty
  }

  /// Moves the next `count` bytes to `output`.
  mutating func move(_ count: Int, to output: ByteOutput) {
    var left = count
    while left > 0 {
      let piece = pieces[pieceIndex]
      let part = min(left, piece.count - offset)
      output.append(piece.slice(offset..<(offset + part)))
      offset += part
      left -= part
      if offset == piece.count {
        pieceIndex += 1
        offset = 0
      }
    }
    remaining -= count
  }
}
