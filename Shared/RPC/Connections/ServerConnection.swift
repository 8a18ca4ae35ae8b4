import Primitives

/// The server's side of one connection: what may happen next, which streams are open, who has
/// credit. Knows no socket, no clock and no handler; slots tie its streams to the shell's calls.
///
/// A thrown `WireViolation` ends the connection; every other outcome concerns one stream.
public struct ServerConnection: Sendable {
  public let limits: WireLimits
  /// On a public listener a peer that resets too much is cut off; between services it only gets
  /// no new streams for a while, since its cancels may be other people's.
  public let isPublic: Bool

  public private(set) var peerHello: Hello?
  private var hasHello = false
  private var peer = PeerTerms.untilHello
  public private(set) var drain = DrainPhase.serving
  public private(set) var highestID: UInt32 = 0
  public var keepalive: Keepalive
  var streams: StreamTable<ServerStream>
  /// Streams whose End was sent and whose handlers have not returned.
  private var lingeringCount = 0
  var send: SendWindow
  private(set) var receive: ReceiveWindow
  private var connectionCredit: UInt32 = 0
  private var pings = PingGuard()
  private var cancels = CancelGuard()
  private var emptyFrames = EmptyFrameGuard()
  private let drainPing: UInt64

  public init(limits: WireLimits, isPublic: Bool, now: Instant, drainPing: UInt64) {
    self.limits = limits
    self.isPublic = isPublic
    self.drainPing = drainPing
    keepalive = Keepalive(now: now)
    streams = StreamTable(capacity: limits.maximumStreams + limits.lingeringHandlerLimit)
    send = SendWindow(WireLimits.untilHello.connectionWindowBytes)
    receive = ReceiveWindow(
      limits.connectionWindowBytes,
      overdraft: WireLimits.untilHello.connectionWindowBytes - limits.connectionWindowBytes
    )
  }

  public var openStreams: Int { streams.count }
  /// `data` bytes that the connection may still send.
  public var sendCredit: Int { send.available }

  /// The largest `data` of one frame that the peer takes, in bytes.
  public var chunkBytes: Int {
    let frame = peer.maximumFrameBytes
    return limits.chunkBytes(ofFrame: frame)
  }

  // MARK: From the peer

  public mutating func receivedHello(_ hello: Hello) throws(WireViolation) {
    guard !hasHello else { throw .unexpected("a second Hello") }
    guard hello.versions.contains(Hello.currentVersion) else {
      throw .unexpected(
        "the peer speaks versions \(hello.versions), this side speaks \(Hello.currentVersion)"
      )
    }
    peerHello = hello
    hasHello = true
    peer = PeerTerms(hello)
    send.adjust(by: hello.connectionWindowBytes - WireLimits.untilHello.connectionWindowBytes)
  }

  public enum OnBegin: Sendable, Equatable {
    /// A new call in `slot`.
    case start(slot: Int)
    /// No handler saw it: End with `not_started`.
    case refuse(StatusCode, String)
  }

  /// What the frame carries beside the Begin is told by `receivedBeginData`, once the call stands.
  /// - Parameter dataCount: bytes of `data` on the frame; here they cost connection credit.
  public mutating func receivedBegin(
    id: UInt32,
    dataCount: Int,
    now: Instant
  ) throws(WireViolation) -> OnBegin {
    try requireHello()
    guard id & 1 == 1, id <= 0x7FFF_FFFF else {
      throw .malformed("a Begin with stream id \(id): a client's ids are odd, below 2^31")
    }
    guard id > highestID else { throw .unexpected("stream id \(id) again, or out of order") }
    highestID = id
    try receiveOnConnection(dataCount)
    cancels.began(now: now, limits: limits)
    if case .final(let last, _) = drain, id > last {
      return .refuse(.unavailable, "this connection is closing; open another")
    }
    if cancels.isRefusing(now: now) {
      return .refuse(.resourceExhausted, "too many cancelled calls on this connection; wait")
    }
    var stream = ServerStream(
      id: id,
      sendWindow: peer.streamWindowBytes,
      receiveWindow: limits.streamWindowBytes
    )
    stream.receive = ReceiveWindow(
      limits.streamWindowBytes,
      overdraft: WireLimits.untilHello.streamWindowBytes - limits.streamWindowBytes
    )
    guard streams.count - lingeringCount < limits.maximumStreams,
      let slot = streams.insert(stream, id: id)
    else {
      return .refuse(
        .resourceExhausted,
        "\(limits.maximumStreams) calls are open on this connection, which is the limit"
      )
    }
    return .start(slot: slot)
  }

  /// The `data` and flags of a Begin, whose connection credit `receivedBegin` took.
  public mutating func receivedBeginData(
    slot: Int,
    count: Int,
    hasMore: Bool,
    endsStream: Bool,
    maximumMessageBytes: Int
  ) throws(WireViolation) -> OnData {
    try onData(
      slot,
      streams[slot].receivedData(
        count,
        hasMore: hasMore,
        endsStream: endsStream,
        maximumMessageBytes: maximumMessageBytes
      )
    )
  }

  public enum OnData: Sendable, Equatable {
    case deliver(slot: Int, completes: Bool, isLast: Bool)
    case drop
    case fail(slot: Int, StatusCode, String)
  }

  public mutating func receivedData(
    id: UInt32,
    count: Int,
    hasMore: Bool,
    endsStream: Bool,
    maximumMessageBytes: (Int) -> Int
  ) throws(WireViolation) -> OnData {
    try requireHello()
    try emptyFrames.received(count, hasMore: hasMore, endsStream: endsStream, limits: limits)
    // An empty message costs 1, so that credit bounds how many may wait.
    let cost = max(count, endsStream || hasMore ? 0 : 1)
    try receiveOnConnection(cost)
    guard let slot = streams.slot(of: id) else {
      try requireKnown(id)
      return .drop
    }
    let most = maximumMessageBytes(slot)
    if cost > count, !streams[slot].receive.receive(cost - count) {
      throw .unexpected("stream \(id): data beyond its credit")
    }
    return try onData(
      slot,
      streams[slot].receivedData(
        count,
        hasMore: hasMore,
        endsStream: endsStream,
        maximumMessageBytes: most
      )
    )
  }

  private func onData(
    _ slot: Int,
    _ event: ServerStream.OnData
  ) throws(WireViolation) -> OnData {
    switch event {
    case .deliver(let completes, let isLast):
      return .deliver(slot: slot, completes: completes, isLast: isLast)
    case .drop: return .drop
    case .fail(let code, let message): return .fail(slot: slot, code, message)
    case .violation(let violation): throw violation
    }
  }

  /// Answers the slot whose handler is to be cancelled.
  public mutating func receivedCancel(id: UInt32, now: Instant) throws(WireViolation) -> Int? {
    try requireHello()
    try countReset(now: now)
    guard let slot = streams.slot(of: id) else {
      try requireKnown(id)
      return nil
    }
    return streams[slot].receivedCancel() ? slot : nil
  }

  /// A stream error that the peer provoked counts like a cancel.
  public mutating func countReset(now: Instant) throws(WireViolation) {
    if cancels.cancelled(now: now, limits: limits), isPublic {
      throw .abuse("more than \(limits.cancelCount) cancelled calls in \(limits.cancelWindow)")
    }
  }

  public enum OnWindow: Sendable, Equatable {
    /// Every stream with something to send may try again.
    case resumeAll
    case resume(slot: Int)
    case ignore
  }

  public mutating func receivedWindow(
    id: UInt32,
    credit: UInt32
  ) throws(WireViolation) -> OnWindow {
    try requireHello()
    if id == 0 {
      let wasShort = send.isShort
      try send.add(Int(credit))
      return wasShort ? .resumeAll : .ignore
    }
    guard let slot = streams.slot(of: id) else {
      try requireKnown(id)
      return .ignore
    }
    try streams[slot].send.add(Int(credit))
    return .resume(slot: slot)
  }

  public enum OnPing: Sendable, Equatable {
    case answer(Ping)
    /// The answer to the drain's ping: say the last id now.
    case finishDrain
    case ignore
  }

  public mutating func receivedPing(_ ping: Ping, now: Instant) throws(WireViolation) -> OnPing {
    try requireHello()
    if ping.isAck {
      if case .announced = drain, ping.opaque == drainPing { return .finishDrain }
      return .ignore
    }
    if pings.received(now: now, limits: limits) {
      throw .abuse("pings more often than every \(limits.pingInterval)")
    }
    return .answer(Ping(opaque: ping.opaque, isAck: true))
  }

  public enum OnUnknown: Sendable, Equatable {
    case ignore
    /// The call in `slot` cannot go on.
    case fail(slot: Int)
    /// What might have been a new kind of beginning: End with `not_started`.
    case refuse
  }

  /// A kind that this side does not know. On a stream it ends in a status, so that a newer peer
  /// learns; on the connection it is ignored.
  public mutating func receivedUnknown(id: UInt32) throws(WireViolation) -> OnUnknown {
    try requireHello()
    if id == 0 { return .ignore }
    if let slot = streams.slot(of: id) { return .fail(slot: slot) }
    guard id > highestID else { return .ignore }
    guard id & 1 == 1, id <= 0x7FFF_FFFF else {
      throw .malformed("stream id \(id): a client's ids are odd, below 2^31")
    }
    highestID = id
    return .refuse
  }

  // MARK: From this side

  /// Credit for the connection that is due, 0 for none.
  public mutating func takeConnectionCredit() -> UInt32 {
    defer { connectionCredit = 0 }
    return connectionCredit
  }

  /// The handler (or the message's own bounded buffer) took `count` bytes. Answers credit to send.
  public mutating func release(slot: Int, count: Int) -> UInt32 {
    switch streams[slot].phase {
    case .open: streams[slot].receive.release(count)
    case .received, .cancelled, .ended: 0
    }
  }

  /// Takes credit for at most `wanted` bytes of one frame; answers how many may be sent now: none,
  /// also where what there is would make a crumb.
  public mutating func grant(slot: Int, wanted: Int) -> Int {
    let granted = streams[slot].send.piece(of: wanted, connection: send, most: chunkBytes)
    streams[slot].send.spend(granted)
    send.spend(granted)
    return granted
  }

  /// Credit that the stream itself has; tells a stalled stream from a stalled connection.
  public func streamCredit(slot: Int) -> Int { streams[slot].send.available }

  public func id(of slot: Int) -> UInt32 { streams[slot].id }
  public func phase(of slot: Int) -> ServerStream.Phase { streams[slot].phase }

  /// End is about to be sent. False when it was, or the connection forgot the stream.
  public mutating func sendEnd(slot: Int) -> Bool {
    guard streams[slot].sendEnd() else { return false }
    lingeringCount += 1
    return true
  }

  /// The handler returned and End was sent: the slot is free again.
  public mutating func finished(slot: Int) {
    let id = streams[slot].id
    if streams[slot].phase == .ended { lingeringCount -= 1 }
    streams.remove(slot: slot, id: id)
  }

  public enum OnDrain: Sendable, Equatable {
    case none
    /// Send GoAway(2^31-1) and this ping.
    case announce(Ping)
    /// Send GoAway with this last id.
    case final(GoAway)
    /// Nothing is open any more, or the grace is over: end what is left and close.
    case close
  }

  public mutating func beginDrain(now: Instant) -> OnDrain {
    guard drain == .serving else { return .none }
    drain = .announced(since: now)
    return .announce(Ping(opaque: drainPing))
  }

  public mutating func finishDrain(now: Instant) -> OnDrain {
    guard case .announced = drain else { return .none }
    let grace = limits.drainGrace
    drain = .final(lastStreamID: highestID, until: now + grace)
    return .final(
      GoAway(
        lastStreamID: highestID,
        code: .unavailable,
        message: "draining",
        graceMilliseconds: UInt32(clamping: grace.wholeMilliseconds)
      )
    )
  }

  /// Looks at the drain's clock. A peer that does not answer the ping is not waited for long.
  public mutating func drainTick(now: Instant) -> OnDrain {
    switch drain {
    case .serving: return .none
    case .announced(let since):
      return now - since >= limits.keepaliveTimeout ? finishDrain(now: now) : .none
    case .final(_, let until):
      return streams.count == 0 || now >= until ? .close : .none
    }
  }

  public mutating func forEachSlot(_ body: (Int, inout ServerStream) -> Void) {
    streams.forEachSlot(body)
  }

  // MARK: Rules

  private mutating func receiveOnConnection(_ count: Int) throws(WireViolation) {
    guard count > 0 else { return }
    guard receive.receive(count) else { throw .unexpected("data beyond the connection's credit") }
    // The bytes go straight to a stream's bounded buffer, so unread streams never stop others.
    connectionCredit &+= receive.release(count)
  }

  private func requireHello() throws(WireViolation) {
    if !hasHello { throw .unexpected("a frame before Hello") }
  }

  private func requireKnown(_ id: UInt32) throws(WireViolation) {
    guard id != 0, id & 1 == 1, id <= highestID else {
      throw .unexpected("a frame for stream \(id), which was never opened")
    }
  }
}
