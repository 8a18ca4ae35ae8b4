import Primitives

@testable import RPC

/// One direction of a connection: what was written, what is under way, what has arrived.
struct Wire {
  let output = ByteOutput(capacity: 256)
  let received = InputBuffer(capacity: 256)
  private var underWay: [UInt8] = []
  private var first = 0
  private let decoder: FrameDecoder

  init(maximumFrameBytes: Int) { decoder = FrameDecoder(maximumFrameBytes: maximumFrameBytes) }

  var isEmpty: Bool { output.isEmpty && first == underWay.count && received.count == 0 }

  /// At most `count` bytes arrive.
  mutating func move(_ count: Int) {
    if !output.isEmpty {
      underWay.removeFirst(first)
      first = 0
      underWay += output.takeBytes().array
    }
    let moved = min(count, underWay.count - first)
    underWay[first..<(first + moved)].withUnsafeBytes { received.append($0) }
    first += moved
  }

  /// The next whole frame; nil while there is none.
  mutating func next() throws(WireViolation) -> Bytes? {
    guard case .frame(let count) = try decoder.next(in: received.readable) else { return nil }
    let frame = received.slice(offset: FrameDecoder.prefixBytes, count: count)
    received.consume(FrameDecoder.prefixBytes + count)
    return frame
  }

  /// `part` as the payload of the frame whose front was just written.
  func payload(_ count: Int) {
    guard count > 0 else { return }
    output.append(byteCount: count) {
      $0.initializeMemory(as: UInt8.self, repeating: 7, count: count)
    }
  }
}

/// What one frame carries of a message.
struct DataPart {
  var count: Int
  var more = false
  var end = false

  init(count: Int, more: Bool = false, end: Bool = false) {
    self.count = count
    self.more = more
    self.end = end
  }

  init(_ head: FrameHead) {
    self.init(count: head.data.count, more: head.hasMore, end: head.endsStream)
  }

  /// What it costs beside the Begin or End that it may ride on.
  var cost: Int { max(count, end || more ? 0 : 1) }

  var flags: UInt32 { (end ? FrameFlags.endStream : 0) | (more ? FrameFlags.more : 0) }
}

/// Messages that one side of a call has to send, by their sizes; 0 = an empty one.
struct Outgoing {
  var messages: [Int]
  /// Bytes of the first message that are still here.
  var rest: Int?
  var isClosed = false

  var isEmpty: Bool { messages.isEmpty }

  /// The next part within `grant`, which takes credit; nil without any.
  mutating func next(_ grant: (Int) -> Int) -> DataPart? {
    guard let size = messages.first else { return nil }
    let left = rest ?? size
    let granted = grant(max(1, left))
    guard granted > 0 else { return nil }
    let count = min(left, granted)
    rest = left - count
    if rest == 0 {
      messages.removeFirst()
      rest = nil
    }
    return DataPart(count: count, more: rest != nil)
  }
}

/// Messages and bytes of one direction of a call.
struct Tally: Equatable {
  var messages = 0
  var bytes = 0

  mutating func add(_ part: DataPart, completes: Bool) {
    bytes += part.count
    if completes { messages += 1 }
  }
}
