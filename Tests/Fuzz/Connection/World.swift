import Primitives

@testable import RPC

/// A client and a server, each a machine and the model of its shell, and the wires between them.
///
/// As long as both obey their machines (`isHonest`) neither may see a violation, and everything
/// adds up. Once a frame was forged each may close the connection, and must keep its own books.
struct World {
  /// How a call came out for its caller.
  enum Outcome: Equatable { case ended, notStarted, refusedByGoAway, gaveUp }

  struct ClientCall {
    var slot: Int
    var outgoing: Outgoing
    /// Bytes that came and were not taken yet.
    var untaken = 0
    var outcome: Outcome?
  }

  struct ServerCall {
    var slot: Int
    var outgoing: Outgoing
    var untaken = 0
    var hasHead = false
    var isEnded = false
    /// Cancelled by the peer, or failed by this side.
    var isGivenUp = false
  }

  var input: FuzzBytes
  var now = Instant(nanoseconds: 1_000_000_000_000)
  var isHonest = true
  var isClosed = false
  let clientLimits: WireLimits
  let serverLimits: WireLimits
  let maximumMessageBytes: Int
  var client: ClientConnection
  var server: ServerConnection
  var toServer: Wire
  var toClient: Wire
  var clientCalls: [UInt32: ClientCall] = [:]
  /// Calls that hold a slot on the client, by id; a call given up stays until its End.
  var openOnClient: [UInt32: Int] = [:]
  var serverCalls: [UInt32: ServerCall] = [:]
  /// Calls whose handler has started.
  var started: Set<UInt32> = []
  /// Calls that the server cut off: their answers are not whole.
  var failed: Set<UInt32> = []
  /// What was sent and received of each call.
  var requestsSent: [UInt32: Tally] = [:]
  var requestsReceived: [UInt32: Tally] = [:]
  var answersSent: [UInt32: Tally] = [:]
  var answersReceived: [UInt32: Tally] = [:]

  static let drainPing: UInt64 = 0xD7A1_17E5
  /// Calls in one world, so that an input costs little.
  static let maximumCalls = 200

  init(_ bytes: FuzzBytes) {
    var input = bytes
    clientLimits = World.limits(&input, frames: [1024, 4096, 1 << 20])
    // A client that has not read the server's Hello sends frames of the default size.
    serverLimits = World.limits(&input, frames: [1 << 20])
    maximumMessageBytes = input.pick([.max, .max, 1500])
    let isPublic = input.flag()
    self.input = input
    client = ClientConnection(limits: clientLimits, now: now)
    server = ServerConnection(
      limits: serverLimits,
      isPublic: isPublic,
      now: now,
      drainPing: World.drainPing
    )
    toServer = Wire(maximumFrameBytes: serverLimits.maximumFrameBytes)
    toClient = Wire(maximumFrameBytes: clientLimits.maximumFrameBytes)
    FrameEncoder.hello(Hello(limits: clientLimits, agent: "client"), to: toServer.output)
    FrameEncoder.hello(Hello(limits: serverLimits, agent: "server"), to: toClient.output)
  }

  private static func limits(_ input: inout FuzzBytes, frames: [Int]) -> WireLimits {
    var limits = WireLimits()
    limits.maximumFrameBytes = input.pick(frames)
    limits.streamWindowBytes = input.pick([1024, 3000, 256 << 10, 400_000])
    limits.connectionWindowBytes = input.pick([1024, 5000, 4 << 20, 6 << 20])
    limits.maximumStreams = input.pick([1, 2, 10, 128])
    limits.lingeringHandlerLimit = limits.maximumStreams == 10 ? 32 : 0
    limits.chunkBytes = input.pick([600, 16 << 10])
    limits.cancelCount = 4
    limits.lastStreamID = input.pick([0x7FFF_FFFD, 9])
    return limits
  }

  mutating func run() {
    check()
    while !input.isEmpty, !isClosed {
      step()
      check()
    }
    if !isClosed, isHonest { settle() }
  }

  /// Messages that one side of a call sends.
  mutating func messages() -> Outgoing {
    let choice = input.byte()
    return Outgoing(
      messages: (0..<Int(choice & 3)).map { _ in
        choice & 4 == 0 ? Int(input.byte() >> 2) : input.number(below: 4000)
      }
    )
  }

  mutating func pick<Value>(_ calls: [UInt32: Value]) -> UInt32? {
    if calls.isEmpty { return nil }
    return calls.keys.sorted()[Int(input.byte()) % calls.count]
  }

  /// Runs what a frame sets off; a violation ends the connection, and is no honest peer's.
  mutating func receive(_ body: (inout World) throws(WireViolation) -> Void) {
    do throws(WireViolation) {
      try body(&self)
    } catch {
      require(!isHonest || isPoorlyTimed(error), "an honest peer is accused: \(error)")
      isClosed = true
    }
  }

  /// A public listener cuts off who cancels too much, however well it is meant.
  private func isPoorlyTimed(_ violation: WireViolation) -> Bool {
    guard case .abuse(let text) = violation else { return false }
    return server.isPublic && text.contains("cancelled calls")
  }

  /// What holds at any time. A frame that ended the connection may have left its mark on the
  /// machine alone; nobody asks that machine again.
  func check() {
    if isClosed { return }
    checkCounts()
    require(
      server.openStreams <= serverLimits.maximumStreams + serverLimits.lingeringHandlerLimit,
      "too many streams"
    )
    require(client.openStreams <= clientLimits.maximumStreams, "too many streams")
    for (id, call) in serverCalls {
      require(server.streams.slot(of: id) == call.slot, "stream \(id) is in another slot")
      require(server.id(of: call.slot) == id, "slot \(call.slot) is another stream's")
    }
    for (id, slot) in openOnClient {
      require(client.streams.slot(of: id) == slot, "stream \(id) is in another slot")
      require(client.id(of: slot) == id, "slot \(slot) is another stream's")
    }
    require(client.sendCredit <= SendWindow.maximum, "credit above the limit")
    require(server.sendCredit <= SendWindow.maximum, "credit above the limit")
    if isHonest { checkHonest() }
  }

  /// What holds after each frame.
  func checkCounts() {
    require(server.openStreams == serverCalls.count, "the server counts other streams")
    require(client.openStreams == openOnClient.count, "the client counts other streams")
  }

  private func checkHonest() {
    // Below zero only by what a smaller Hello took back of the default.
    let takenBack = min(0, serverLimits.connectionWindowBytes - (4 << 20))
    require(client.sendCredit >= (client.peerHello == nil ? 0 : takenBack), "client's credit")
    require(server.sendCredit >= 0, "server's credit is \(server.sendCredit)")
    require(client.receive.available >= 0, "the client's window is overdrawn")
    require(server.receive.available >= takenBack, "the server's window is overdrawn")
    for call in serverCalls.values {
      require(server.streamCredit(slot: call.slot) >= 0, "a stream's credit is below zero")
    }
    for (id, call) in clientCalls where openOnClient[id] == nil {
      require(call.outcome != nil, "stream \(id) has gone without an outcome")
    }
  }
}
