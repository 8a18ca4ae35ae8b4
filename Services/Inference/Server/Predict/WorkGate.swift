import InferenceCore
import Primitives
import RPC
import Synchronization

/// Lets predictions of one replica in while the replica and its host have room for them.
///
/// A call that is refused has cost nothing but its decoding, and can go elsewhere.
final class WorkGate: Sendable {
  /// Whose limit is reached.
  enum Scope: String, Sendable, CaseIterable {
    case host
    case replica
  }

  struct Full: Error, Equatable {
    let scope: Scope
    let limit: WorkRoom.Full
  }

  /// The room of the host, which its replicas share.
  final class HostRoom: Sendable {
    fileprivate let room: Mutex<WorkRoom>

    init(_ limits: WorkRoom.Limits) { room = Mutex(WorkRoom(limits)) }

    /// What all predictions in work hold.
    var byteCount: Int { room.withLock { $0.byteCount } }
  }

  private let host: HostRoom
  private let own: Mutex<WorkRoom>

  init(_ limits: WorkRoom.Limits, of host: HostRoom) {
    self.host = host
    own = Mutex(WorkRoom(limits))
  }

  /// When a refused caller may ask again: by then calls have ended, and elsewhere may be room now.
  static let retryAfter = Duration.milliseconds(100)

  /// What a call without any bytes would be told now; nil when it would get in.
  var refusal: Full? {
    if let limit = host.room.withLock({ $0.refusal(byteCount: 0) }) {
      return Full(scope: .host, limit: limit)
    }
    return own.withLock({ $0.refusal(byteCount: 0) }).map { Full(scope: .replica, limit: $0) }
  }

  /// Lets a prediction in that holds so many bytes; `leave` must follow with all that it held.
  func enter(byteCount: Int) throws(Full) {
    do throws(WorkRoom.Full) {
      try host.room.withLock { (room) throws(WorkRoom.Full) in
        try room.enter(byteCount: byteCount)
      }
    } catch {
      throw Full(scope: .host, limit: error)
    }
    do throws(WorkRoom.Full) {
      try own.withLock { (room) throws(WorkRoom.Full) in try room.enter(byteCount: byteCount) }
    } catch {
      host.room.withLock { $0.leave(byteCount: byteCount) }
      throw Full(scope: .replica, limit: error)
    }
  }

  /// A prediction in work holds more: its answer is here.
  func grow(byteCount: Int) {
    host.room.withLock { $0.grow(byteCount: byteCount) }
    own.withLock { $0.grow(byteCount: byteCount) }
  }

  func leave(byteCount: Int) {
    own.withLock { $0.leave(byteCount: byteCount) }
    host.room.withLock { $0.leave(byteCount: byteCount) }
  }
}

extension WorkGate.Full {
  /// What the caller is told.
  func error(_ endpoint: String) -> RPCError {
    let whose =
      switch scope {
      case .host: "the host of a replica of endpoint \(endpoint)"
      case .replica: "a replica of endpoint \(endpoint)"
      }
    let what =
      switch limit {
      case .calls: "as many predictions in work as it may"
      case .bytes: "as many bytes of predictions in work as it may"
      }
    return RPCError(
      .resourceExhausted,
      "\(whose) has \(what); try again, or send fewer at once",
      retryAfter: WorkGate.retryAfter,
      isNotStarted: true
    )
  }
}
