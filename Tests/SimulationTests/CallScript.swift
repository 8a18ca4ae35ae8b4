import Glibc
import Primitives
import RPC

/// One call of a simulation, both what its caller does and what its handler answers.
struct CallScript: Sendable {
  var id: Int
  var kind: CallKind
  var isIdempotent = false
  var start: Duration
  /// Payload sizes of the messages each way, in bytes.
  var requests: [Int]
  var responses: [Int]
  /// What the handler ends the call with after its messages; nil = OK.
  var failure: StatusCode?
  /// Before each answer, and the last one of a call without answers.
  var handlerPause = Duration.zero
  var ignoresCancellation = false
  /// The handler sends metadata ahead of its answers and after them.
  var sendsMetadata = false
  /// The handler of a stream of requests answers after so many of them; nil = after all.
  var readsOnly: Int?
  /// Between the messages that the caller writes, and after each that it reads.
  var writePause = Duration.zero
  var readPause = Duration.zero
  var timeout: Duration?
  var cancelAfter: Duration?
  /// The caller leaves after so many answers.
  var leavesAfter: Int?
  var waitsForReady = false
  var mayRetry = true

  var name: String { "call \(id) \(kind)" }
}

/// What the messages of calls carry: a place in one block of random bytes, so that each message of
/// each call is different and known to both sides.
enum Payload {
  private static let blockBytes = 2 << 20

  private static let block = Bytes(capacity: blockBytes) { target in
    var generator = SeededGenerator(seed: 7)
    for offset in stride(from: 0, to: blockBytes, by: 8) {
      target.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
    }
    return blockBytes
  }

  static func request(_ script: CallScript, _ index: Int) -> Bytes {
    of(script.id &* 7919 &+ index, script.requests[index])
  }

  static func response(_ script: CallScript, _ index: Int) -> Bytes {
    of(script.id &* 104_729 &+ index &+ 500_000, script.responses[index])
  }

  private static func of(_ place: Int, _ byteCount: Int) -> Bytes {
    let start = (place &* 2_654_435_761) & ((1 << 20) - 1)
    return block.slice(start..<(start + byteCount))
  }

  static func isSame(_ left: Bytes, _ right: Bytes) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        guard let l = left.baseAddress, let r = right.baseAddress else { return true }
        return memcmp(l, r, left.count) == 0
      }
    }
  }
}
