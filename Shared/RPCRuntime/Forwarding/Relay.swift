import Primitives
import RPC
import Transport

/// One forwarded call: frames of its caller go to a server and the server's frames come back,
/// payloads untouched. Belongs to the loop that both connections live on.
final class Relay {
  private let caller: ServerCall
  private let route: ForwardRoute
  /// The caller's Begin, to be written again with the time that is left.
  private let beginBody: Bytes
  private(set) var upstream: ClientCall?
  private var requests = PieceQueue()
  private var answers = PieceQueue()
  /// The server's End, while answers still wait for the caller's credit.
  private var endBody: Bytes?
  private var endCode = StatusCode.ok
  /// What is said in place of the server's End, after the answers that still wait.
  private var retoldEnd: End?
  /// How it ended, for the route's watch.
  private var ending = (code: StatusCode.cancelled, message: "")
  private var requestBytes = 0
  private var answerBytes = 0
  private var isOver = false
  private var isReported = false

  init(_ caller: ServerCall, _ route: ForwardRoute, beginBody: Bytes) {
    self.caller = caller
    self.route = route
    self.beginBody = beginBody
  }

  func start() {
    guard !isOver else { return }
    caller.hasStarted = true
    caller.isHandlerRunning = true
    let context = caller.context
    let upstream = ClientCall(
      .forwarded,
      plan: nil,
      trace: nil,
      attempt: 0,
      deadline: caller.deadline,
      context: context,
      streams: false
    )
    upstream.relay = self
    self.upstream = upstream
    route.channel.startRelayed(upstream)
  }

  // MARK: From the caller

  /// A frame's payload and flags.
  func arrived(_ bytes: Bytes, flags: UInt32) {
    guard !isOver else { return }
    requestBytes += bytes.count
    requests.append(bytes, flags: flags)
    pumpRequests()
    if !requests.keepLast(budget) { caller.connection?.abort(caller, Relay.noRoom) }
  }

  /// The caller gave up, or its time is over.
  func callerGone(_ error: RPCError) {
    guard !isOver else { return }
    if let upstream { return upstream.fail(error) }
    // The server is done with it, and what was left of its answer has nobody to go to.
    caller.connection?.end(caller, End(error))
    // Where the call ended before it was sent on, nobody has told whoever chose the route.
    report(error.code, error.message, nil)
    finish()
  }

  /// Tells whoever chose the route how the call went there, once.
  private func report(_ code: StatusCode, _ message: String, _ load: Load?) {
    ending = (code, message)
    guard !isReported else { return }
    isReported = true
    route.onEnd?(code, load, caller.context.loop.now - caller.startedAt)
  }

  // MARK: To the server

  /// The Begin goes out, with the first payload where there is credit for it.
  func begin(on connection: ClientConnectionHandler, id: UInt32, slot: Int) {
    let output = connection.context.scratch
    output.removeAll()
    let left = (caller.deadline.nanoseconds - caller.context.loop.clock.nanoseconds) / 1000
    let rewrite = BeginRewrite(
      timeoutMicroseconds: UInt64(max(1, left)),
      attempt: caller.attempt,
      trace: caller.trace.child(using: &connection.context.generator),
      target: route.target,
      principal: route.principal,
      hiddenKey: route.hiddenKey
    )
    beginBody.withUnsafeBytes { body in
      // The body was read whole when it arrived: it cannot be malformed now.
      try? rewrite.write(body, 0..<body.count, to: output)
    }
    var data = (bytes: Bytes(), flags: UInt32(0))
    if let first = requests.first, first.remaining > 0 || first.isFree {
      let granted =
        first.isFree ? 0 : connection.machine.grant(slot: slot, wanted: first.remaining)
      if granted > 0 || first.isFree {
        data = requests.take(granted)
        returnCredit(granted)
        budget.give(requests.takeReleased())
      }
    }
    FrameEncoder.raw(
      kind: .begin,
      streamID: id,
      body: output,
      flags: data.flags,
      dataCount: data.bytes.count,
      to: connection.output
    )
    connection.output.append(data.bytes)
    connection.askFlush()
    if data.flags & FrameFlags.endStream != 0 { closedSending(connection) }
    pumpRequests()
  }

  private func pumpRequests() {
    guard let upstream, let connection = upstream.connection else { return }
    while connection.hasSocketRoom, sendRequest(on: connection) {}
    if !requests.isEmpty { connection.enqueue(upstream) }
  }

  var hasRequests: Bool { !requests.isEmpty }

  /// Sends the next payload towards the server; false when there is none or no credit for it.
  func sendRequest(on connection: ClientConnectionHandler) -> Bool {
    guard let upstream, let piece = requests.first else { return false }
    var granted = 0
    if !piece.isFree {
      granted = connection.machine.grant(slot: upstream.slot, wanted: max(1, piece.remaining))
      guard granted > 0 else { return false }
    }
    let (bytes, flags) = requests.take(min(granted, piece.remaining))
    FrameEncoder.data(
      streamID: connection.machine.id(of: upstream.slot),
      flags: flags,
      dataCount: bytes.count,
      to: connection.output
    )
    connection.output.append(bytes)
    connection.askFlush()
    upstream.stalledSince = connection.now
    returnCredit(granted)
    budget.give(requests.takeReleased())
    if flags & FrameFlags.endStream != 0 { closedSending(connection) }
    return true
  }

  private func closedSending(_ connection: ClientConnectionHandler) {
    guard let upstream else { return }
    upstream.isSendingClosed = true
    connection.machine.finishSending(slot: upstream.slot)
  }

  private func returnCredit(_ count: Int) {
    guard count > 0 else { return }
    caller.connection?.giveCredit(count, to: caller)
  }

  // MARK: From the server

  func answeredHead(_ body: UnsafeRawBufferPointer) {
    caller.connection?.relayHead(caller, body)
  }

  func answered(_ bytes: Bytes, flags: UInt32) {
    guard !isOver else { return }
    answerBytes += bytes.count
    answers.append(bytes, flags: flags)
    pumpAnswers()
    if !answers.keepLast(budget) { caller.connection?.abort(caller, Relay.noRoom) }
  }

  private var budget: ReceiveBudget { caller.session.server.budget }

  private static let noRoom = RPCError(
    .resourceExhausted,
    "this process holds as many received bytes as it may; try later",
    retryAfter: .seconds(1)
  )

  /// The server's End with its payload. The upstream stream is gone after it.
  func answeredEnd(_ body: UnsafeRawBufferPointer, _ data: Bytes, _ end: End) {
    guard !isOver else { return }
    report(end.code, end.message, end.load)
    answerBytes += data.count
    upstream?.relay = nil
    upstream = nil
    if let error = end.error, let retold = route.watch?.retell(error, caller.trace) {
      retoldEnd = End(retold)
      pumpAnswers()
      return
    }
    if answers.isEmpty, caller.connection?.relayEnd(caller, body, data, end.code) == true {
      return finish()
    }
    endBody = Bytes(copying: body)
    endCode = end.code
    if !data.isEmpty { answers.append(data, flags: 0) }
    pumpAnswers()
  }

  /// The call to the server failed on this side of it.
  func upstreamFailed(_ error: RPCError) {
    guard !isOver else { return }
    var error = error
    let words = error.message
    if upstream?.isConnectionLoss == true, error.code == .unavailable, !error.isNotStarted {
      // A handler may have begun. UNAVAILABLE would be the forwarder's own word, on which its
      // caller repeats any call; ABORTED is repeated only where that does no harm. Which server
      // was lost, and how, is for those who watch the forwarder.
      error.code = .aborted
      error.message = "the connection behind was lost while the call was under way"
    }
    report(error.code, words, nil)
    upstream?.relay = nil
    upstream = nil
    let retold = route.watch?.retell(error, caller.trace)
    caller.connection?.end(caller, End(retold ?? error))
    finish()
  }

  // MARK: To the caller

  private func pumpAnswers() {
    guard let connection = caller.connection else { return }
    while connection.hasSocketRoom, sendAnswer(on: connection) {}
    if hasAnswers { connection.enqueue(caller) }
  }

  var hasAnswers: Bool { !answers.isEmpty || endBody != nil || retoldEnd != nil }

  /// Sends the next payload, or the End, towards the caller.
  func sendAnswer(on connection: ServerConnectionHandler) -> Bool {
    guard let piece = answers.first else { return sendEnd(on: connection) }
    var granted = 0
    if !piece.isFree {
      granted = connection.machine.grant(slot: caller.slot, wanted: max(1, piece.remaining))
      guard granted > 0 else { return false }
    }
    let (bytes, flags) = answers.take(min(granted, piece.remaining))
    // The payload of an End that had to wait leaves as frames of its own, the last without MORE.
    connection.relayData(caller, bytes, flags: flags)
    budget.give(answers.takeReleased())
    if let upstream { upstream.connection?.giveCredit(granted, to: upstream) }
    return true
  }

  private func sendEnd(on connection: ServerConnectionHandler) -> Bool {
    if let retold = retoldEnd {
      connection.end(caller, retold)
      finish()
      return true
    }
    guard let body = endBody else { return false }
    endBody = nil
    body.withUnsafeBytes { _ = connection.relayEnd(caller, $0, Bytes(), endCode) }
    finish()
    return true
  }

  private func finish() {
    guard !isOver else { return }
    isOver = true
    budget.give(requests.removeAll() + answers.removeAll())
    endBody = nil
    retoldEnd = nil
    caller.isHandlerRunning = false
    caller.relay = nil
    caller.connection?.handlerReturned(caller)
    route.watch?.onEnd(
      ForwardOutcome(
        code: ending.code,
        message: ending.message,
        trace: caller.trace,
        requestBytes: requestBytes,
        answerBytes: answerBytes,
        duration: caller.context.loop.now - caller.startedAt
      )
    )
  }
}
