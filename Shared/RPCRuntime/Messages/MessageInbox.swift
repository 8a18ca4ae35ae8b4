import Primitives
import RPC

/// The messages of one call that arrived and were not taken, and the one reader that waits for
/// more. Bounded by the stream's credit, which returns as messages are taken. Belongs to a loop.
final class MessageInbox {
  struct Entry {
    var bytes: Bytes
    /// Credit to return when it is taken.
    var cost: Int
    /// Charge on the process's budget.
    var chargedBytes: Int
  }

  enum Item {
    case message(Entry)
    case end
    case failure(RPCError)
  }

  private var queue: [Entry] = []
  private var head = 0
  private var outcome: Item?
  private var reader: UnsafeContinuation<Item, Never>?

  enum OnAdd {
    /// It went to the reader that waited: it is taken already.
    case taken
    case queued
    /// Nobody will read any more.
    case refused
  }

  /// Hands a message to the reader or queues it.
  func add(_ entry: Entry) -> OnAdd {
    guard outcome == nil else { return .refused }
    if let reader {
      self.reader = nil
      reader.resume(returning: .message(entry))
      return .taken
    }
    queue.append(entry)
    return .queued
  }

  /// No message follows. The first outcome stays.
  func finish(_ error: RPCError?) {
    guard outcome == nil else { return }
    let item = error.map(Item.failure) ?? .end
    outcome = item
    if let reader {
      self.reader = nil
      reader.resume(returning: item)
    }
  }

  /// The next message, if one waits, or the outcome when none does and none will.
  func takeNow() -> Item? {
    if head < queue.count {
      let entry = queue[head]
      head += 1
      if head == queue.count {
        queue.removeAll(keepingCapacity: queue.capacity <= 64)
        head = 0
      } else if head >= 256 {
        queue.removeFirst(head)
        head = 0
      }
      return .message(entry)
    }
    return outcome
  }

  /// Parks a reader; there is at most one, and only while nothing can be taken.
  func park(_ continuation: UnsafeContinuation<Item, Never>) {
    precondition(reader == nil, "two tasks read one stream of messages")
    reader = continuation
  }

  /// What the queue itself costs for a message, in bytes: charged beside the message.
  static let entryBytes = 128

  var isEmpty: Bool { head == queue.count }
  var hasReader: Bool { reader != nil }

  /// Drops what waits. Answers the charge to give back.
  func dropAll() -> Int {
    let charged = queue[head...].reduce(0) { $0 + $1.chargedBytes }
    queue = []
    head = 0
    return charged
  }
}
