import Primitives

/// The client's side of one connection. The counterpart of `ServerConnection`, and a type of its
/// own: what one side may send the other must refuse.
public struct ClientConnection: Sendable {
  public let limits: WireLimits

  public private(set) var peerHello: Hello?
  private var hasHello = false
  private var peer = PeerTerms.untilHello
  /// The last id that the server will serve, once it said so; nil while it takes new streams.
  public private(set) var goneAway: GoAway?
  /// The same as `goneAway != nil`, for `isSpent`: to look into the optional, with its text, the
  /// compiler copies the whole machine.
  private var hasGoneAway = false
  public var keepalive: Keepalive
  private(set) var streams: StreamTable<ClientStream>
  private var nextID: UInt32 = 1
  private var send: SendWindow
  private(set) var receive: ReceiveWindow
  private var connectionCredit: UInt32 = 0
  private var pings = PingGuard()
  private var emptyFrames = EmptyFrameGuard()
  private var isRetired = false

  public init(limits: WireLimits, now: Instant) {
    self.limits = limits
    keepalive = Keepalive(now: now)
    streams = StreamTable(capacity: limits.maximumStreams)
    send = SendWindow(WireLimits.untilHello.connectionWindowBytes)
    receive = ReceiveWindow(limits.connectionWindowBytes)
  }

  public var openStreams: Int { streams.count }
  public var sendCredit: Int { send.available }

  public var chunkBytes: Int {
    let frame = peer.maximumFrameBytes
    return limits.chunkBytes(ofFrame: frame)
  }

  /// True when no further call will ever be opened here.
  @inline(__always)
  public var isSpent: Bool { hasGoneAway || isRetired || nextID > limits.lastStreamID }

  /// How many more calls may be opened now. Inlined, as `isSpent` and `isGreeted` are: a call out
  /// of line would copy the whole machine first, with a retain for each of its arrays.
  @inline(__always)
  public var room: Int {
    if isSpent { return 0 }
    let most = min(
      limits.maximumStreams,
      peer.maximumStreams
    )
    return max(0, most - streams.count)
  }

  // MARK: From this side

  public struct Opened: Sendable, Equatable {
    public var slot: Int
    public var id: UInt32
  }

  /// Opens a stream; nil when there is no `room`.
  public mutating func open(endsStream: Bool) -> Opened? {
    guard room > 0 else { return nil }
    let id = nextID
    let stream = ClientStream(
      id: id,
      endsStream: endsStream,
      sendWindow: peer.streamWindowBytes,
      receiveWindow: limits.streamWindowBytes
    )
    guard let slot = streams.insert(stream, id: id) else { return nil }
    nextID += 2
    return Opened(slot: slot, id: id)
  }

  /// Takes credit for at most `wanted` bytes of one frame.
  public mutating func grant(slot: Int, wanted: Int) -> Int {
    let granted = streams[slot].send.piece(of: wanted, connection: send, most: chunkBytes)
    streams[slot].send.spend(granted)
    send.spend(granted)
    return granted
  }

  public func streamCredit(slot: Int) -> Int { streams[slot].send.available }
  public func id(of slot: Int) -> UInt32 { streams[slot].id }
  public func phase(of slot: Int) -> ClientStream.Phase { streams[slot].phase }

  /// This side sends no more on the stream.
  public mutating func finishSending(slot: Int) {
    switch streams[slot].phase {
    case .open: streams[slot].phase = .sent
    case .sent, .cancelled: break
    }
  }

  /// Gives a call up. True when a Cancel is to be sent; the slot stays until End.
  public mutating func cancel(slot: Int) -> Bool { streams[slot].cancel() }

  public mutating func takeConnectionCredit() -> UInt32 {
    defer { connectionCredit = 0 }
    return connectionCredit
  }

  /// The caller (or the message's own bounded buffer) took `count` bytes. Answers credit to send.
  public mutating func release(slot: Int, count: Int) -> UInt32 {
    switch streams[slot].phase {
    case .open, .sent: streams[slot].receive.release(count)
    case .cancelled: 0
    }
  }

  /// This side opens nothing more here, so that the connection can end when its calls have.
  public mutating func retire() { isRetired = true }

  // MARK: From the peer

  /// Answers true when streams that wait for credit may try again.
  public mutating func receivedHello(_ hello: Hello) throws(WireViolation) -> Bool {
    guard !hasHello else { throw .unexpected("a second Hello") }
    guard hello.versions.contains(Hello.currentVersion) else {
      throw .unexpected(
        "the peer speaks versions \(hello.versions), this side speaks \(Hello.currentVersion)"
      )
    }
    peerHello = hello
    hasHello = true
    peer = PeerTerms(hello)
    let defaults = WireLimits.untilHello
    send.adjust(by: hello.connectionWindowBytes - defaults.connectionWindowBytes)
    let delta = hello.streamWindowBytes - defaults.streamWindowBytes
    streams.forEachSlot { _, stream in stream.send.adjust(by: delta) }
    return true
  }

  /// Answers the slot that the early metadata is for; nil when its caller is gone.
  public mutating func receivedHead(id: UInt32) throws(WireViolation) -> Int? {
    let slot = try known(id)
    return streams[slot].phase == .cancelled ? nil : slot
  }

  public enum OnData: Sendable, Equatable {
    case deliver(slot: Int, completes: Bool)
    case drop
    /// The call fails on this side, and a Cancel is to be sent.
    case fail(slot: Int, StatusCode, String)
  }

  public mutating func receivedData(
    id: UInt32,
    count: Int,
    hasMore: Bool,
    isEnd: Bool,
    maximumMessageBytes: (Int) -> Int
  ) throws(WireViolation) -> OnData {
    let slot = try known(id)
    try emptyFrames.received(count, hasMore: hasMore, endsStream: isEnd, limits: limits)
    let cost = max(count, isEnd || hasMore ? 0 : 1)
    guard receive.receive(cost) else { throw .unexpected("data beyond the connection's credit") }
    connectionCredit &+= receive.release(cost)
    let most = maximumMessageBytes(slot)
    if cost > count, !streams[slot].receive.receive(cost - count) {
      throw .unexpected("stream \(id): data beyond its credit")
    }
    switch streams[slot].receivedData(count, hasMore: hasMore, maximumMessageBytes: most) {
    case .deliver(let completes):
      return .deliver(slot: slot, completes: completes)
    case .drop: return .drop
    case .fail(let code, let message): return .fail(slot: slot, code, message)
    case .violation(let violation): throw violation
    }
  }

  public struct Ended: Sendable, Equatable {
    public var slot: Int
    /// False when the caller gave up before.
    public var isAwaited: Bool
  }

  /// The call is over; the shell calls `finished` when it has taken what it needs.
  public mutating func receivedEnd(id: UInt32) throws(WireViolation) -> Ended {
    let slot = try known(id)
    return Ended(slot: slot, isAwaited: streams[slot].phase != .cancelled)
  }

  public mutating func finished(slot: Int) {
    let id = streams[slot].id
    streams.remove(slot: slot, id: id)
  }

  public mutating func receivedWindow(
    id: UInt32,
    credit: UInt32
  ) throws(WireViolation) -> ServerConnection.OnWindow {
    try requireHello()
    if id == 0 {
      let wasShort = send.isShort
      try send.add(Int(credit))
      return wasShort ? .resumeAll : .ignore
    }
    guard let slot = streams.slot(of: id) else {
      try requireOpened(id)
      return .ignore  // a Window may cross the End of its stream
    }
    try streams[slot].send.add(Int(credit))
    return .resume(slot: slot)
  }

  /// Answers the ping to send back, nil for an answer to ours.
  public mutating func receivedPing(_ ping: Ping, now: Instant) throws(WireViolation) -> Ping? {
    try requireHello()
    if ping.isAck { return nil }
    if pings.received(now: now, limits: limits) {
      throw .abuse("pings more often than every \(limits.pingInterval)")
    }
    return Ping(opaque: ping.opaque, isAck: true)
  }

  /// Answers the slots of the calls that the server will not serve: they may be sent again
  /// elsewhere. Their slots are free after this.
  public mutating func receivedGoAway(_ goAway: GoAway) throws(WireViolation) -> [Int] {
    try requireHello()
    if let earlier = goneAway, goAway.lastStreamID > earlier.lastStreamID {
      throw .unexpected("a GoAway with a higher last id than the one before")
    }
    goneAway = goAway
    hasGoneAway = true
    guard goAway.lastStreamID < GoAway.announcement else { return [] }
    var refused: [(slot: Int, id: UInt32)] = []
    streams.forEachSlot { slot, stream in
      if stream.id > goAway.lastStreamID { refused.append((slot, stream.id)) }
    }
    for (slot, id) in refused { streams.remove(slot: slot, id: id) }
    return refused.map(\.slot)
  }

  public func receivedUnknown(id: UInt32) throws(WireViolation) { try requireHello() }

  /// Whether the server has said Hello. Before that a client does not know whether it was let in
  /// (in TLS 1.3 it is done before the server has judged its certificate), and when the connection
  /// dies it cannot know whether what it sent was served: so only calls that may be repeated are
  /// sent this early.
  @inline(__always)
  public var isGreeted: Bool { hasHello }

  public mutating func forEachSlot(_ body: (Int, inout ClientStream) -> Void) {
    streams.forEachSlot(body)
  }

  // MARK: Rules

  private func requireHello() throws(WireViolation) {
    if !hasHello { throw .unexpected("a frame before Hello") }
  }

  private func requireOpened(_ id: UInt32) throws(WireViolation) {
    guard id & 1 == 1, id < nextID else {
      throw .unexpected("a frame for stream \(id), which was never opened")
    }
  }

  /// A server sends on a stream until its End and no longer, so the stream must be open.
  private mutating func known(_ id: UInt32) throws(WireViolation) -> Int {
    try requireHello()
    if let slot = streams.slot(of: id) ?? refused(id) { return slot }
    throw .unexpected("a frame for stream \(id), which is not open")
  }

  /// A Begin may cross the GoAway that does not cover it, and the server ends it by name. Its call
  /// has its outcome, so it stands once more as a cancelled one that only waits for this End.
  private mutating func refused(_ id: UInt32) -> Int? {
    guard let goneAway, id > goneAway.lastStreamID, id & 1 == 1, id < nextID else { return nil }
    var stream = ClientStream(
      id: id,
      endsStream: true,
      sendWindow: 0,
      receiveWindow: limits.streamWindowBytes
    )
    stream.phase = .cancelled
    return streams.insert(stream, id: id)
  }
}
