import Primitives
import RPC
import Transport
import WireCodec

/// The connections of one channel on one loop, and the calls that wait for one. The loop's alone.
final class ConnectionPool: TimerTarget {
  let name: String
  let context: LoopContext
  private let transport: any ClientTransport
  private let address: TransportAddress
  private let options: ChannelOptions
  private var connections: [ClientConnectionHandler] = []
  /// Those that take no new calls and end when theirs have.
  private var retiring: [ClientConnectionHandler] = []
  private var connecting: [ClientConnectionHandler] = []
  private var pending: [ClientCall] = []
  private var backoff = Backoff(cap: .seconds(120))
  private var waitsUntil: LoopContext.Timer?
  private var lastFailure: RPCError?
  private var isClosed = false

  init(
    name: String,
    context: LoopContext,
    transport: any ClientTransport,
    address: TransportAddress,
    options: ChannelOptions
  ) {
    self.name = name
    self.context = context
    self.transport = transport
    self.address = address
    self.options = options
  }

  /// Read now, where `context.loop.now` stands still for the length of a cycle.
  private var clock: Instant { context.loop.clock }

  // MARK: Calls

  /// Starts a call, now where a connection has room.
  func start(_ call: ClientCall, _ packed: PackedMessage?) {
    call.pool = self
    // A forwarded call's clock is that of its caller's side.
    if call.relay == nil { call.timer = context.schedule(at: call.deadline, call) }
    if isClosed { return refuse(call, .unavailable, "the channel to \(name) is closed") }
    if let connection = withRoom(for: call) {
      // The first try of a task on the loop has read the clock just now, for its plan.
      let isAtOnce = packed != nil && call.attempt == 0
      connection.begin(call, packed, now: (isAtOnce ? call.plan?.startedAt : nil) ?? clock)
      return
    }
    if let lastFailure, waitsUntil != nil, connections.isEmpty, !call.waitsForReady {
      var error = lastFailure
      error.isNotStarted = true
      return call.end(.failure(error))
    }
    guard pending.count < options.pendingCallLimit else {
      return refuse(
        call,
        .resourceExhausted,
        "\(options.pendingCallLimit) calls wait for a connection to \(name), which is the limit"
      )
    }
    if let packed { call.outgoing = OutgoingMessage(packed) }
    pending.append(call)
    connectIfDue()
  }

  private func refuse(_ call: ClientCall, _ code: StatusCode, _ message: String) {
    call.end(.failure(RPCError(code, message, isNotStarted: true)))
  }

  /// The caller of a waiting call gave up.
  func forget(_ call: ClientCall) {
    if !pending.isEmpty { pending.removeAll { $0 === call } }
  }

  /// The connection with the fewest open calls, where any has room. A call that may not be
  /// repeated waits for the server's Hello: a connection that dies before it leaves no doubt then.
  private func withRoom(for call: ClientCall) -> ClientConnectionHandler? {
    let isPatient = !call.method.options.isIdempotent
    var best: ClientConnectionHandler?
    for connection in connections where connection.room > (best?.room ?? 0) {
      if isPatient && !connection.machine.isGreeted { continue }
      best = connection
    }
    return best
  }

  func roomAppeared() {
    while let call = pending.first, let connection = withRoom(for: call) {
      connection.begin(pending.removeFirst(), nil, now: clock)
    }
    if !pending.isEmpty { connectIfDue() }
  }

  // MARK: Connections

  private func connectIfDue() {
    guard !isClosed, waitsUntil == nil, connecting.isEmpty,
      connections.count < options.connectionLimit,
      // One that has room but no Hello yet will take what waits.
      !connections.contains(where: { $0.room > 0 })
    else { return }
    let handler = ClientConnectionHandler(
      pool: self,
      context: context,
      limits: options.limits,
      agent: options.agent
    )
    connecting.append(handler)
    let confined = LoopConfined(handler, loop: context.loop)
    transport.connect(to: address, on: context.loop) { confined.onLoop }
  }

  func opened(_ connection: ClientConnectionHandler) {
    connecting.removeAll { $0 === connection }
    guard !isClosed else { return connection.abort() }
    connections.append(connection)
    roomAppeared()
  }

  /// The connection takes no new calls.
  func retired(_ connection: ClientConnectionHandler) {
    guard let index = connections.firstIndex(where: { $0 === connection }) else { return }
    connections.remove(at: index)
    retiring.append(connection)
    if !pending.isEmpty { connectIfDue() }
  }

  func closed(_ connection: ClientConnectionHandler, _ error: RPCError, wasOpened: Bool) {
    connections.removeAll { $0 === connection }
    retiring.removeAll { $0 === connection }
    connecting.removeAll { $0 === connection }
    guard !isClosed else { return }
    if wasOpened && connection.machine.peerHello != nil {
      // Only now is it certain that the server let this side in.
      backoff.reset()
      lastFailure = nil
      if !pending.isEmpty { connectIfDue() }
      return
    }
    failed(error)
  }

  /// An attempt to connect failed: the next one waits, and so do only those who asked to.
  private func failed(_ error: RPCError) {
    lastFailure = error
    let delay = backoff.next(using: &context.generator)
    if let waitsUntil { context.cancel(waitsUntil) }
    waitsUntil = context.schedule(at: context.loop.now + delay, self)
    // Connections that are only full will have room again.
    guard connections.isEmpty else { return }
    let waiting = pending
    pending = waiting.filter(\.waitsForReady)
    var refusal = error
    refusal.isNotStarted = true
    for call in waiting where !call.waitsForReady { call.end(.failure(refusal)) }
  }

  func timerFired() {
    waitsUntil = nil
    if !pending.isEmpty { connectIfDue() }
  }

  /// Connections end when their calls have; no call starts any more.
  func close() {
    isClosed = true
    for connection in connections + retiring + connecting { connection.retire() }
    for call in pending { refuse(call, .unavailable, "the channel to \(name) is closed") }
    pending = []
    if let waitsUntil { context.cancel(waitsUntil) }
    waitsUntil = nil
  }
}
