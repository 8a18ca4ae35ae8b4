import Primitives

@testable import RPC

/// The client's part.
extension World {
  mutating func openCall() {
    guard clientCalls.count < World.maximumCalls, let opened = client.open(endsStream: false)
    else { return }
    let id = opened.id
    var call = ClientCall(slot: opened.slot, outgoing: messages())
    require(openOnClient.updateValue(opened.slot, forKey: id) == nil, "stream \(id) opened twice")
    var part = DataPart(count: 0)
    // A Begin may carry the front of the first message, but no empty one: without bytes and
    // flags it carries none.
    if let first = call.outgoing.messages.first, first > 0 {
      part =
        call.outgoing.next { client.grant(slot: opened.slot, wanted: $0) } ?? DataPart(count: 0)
      requestsSent[id, default: Tally()].add(part, completes: part.count > 0 && !part.more)
    }
    if call.outgoing.isEmpty, input.flag() {
      part.end = true
      call.outgoing.isClosed = true
      client.finishSending(slot: opened.slot)
    }
    clientCalls[id] = call
    let method = Method(service: "fuzz.Service", name: "Call", kind: .bidirectional)
    FrameEncoder.begin(
      Begin(method: method, timeoutMicroseconds: 1_000_000),
      streamID: id,
      flags: part.flags,
      dataCount: part.count,
      to: toServer.output
    )
    toServer.payload(part.count)
  }

  /// One part of one call leaves, if there is credit. True when something did.
  mutating func clientSends(_ id: UInt32) -> Bool {
    guard var call = clientCalls[id], openOnClient[id] != nil, call.outcome == nil,
      !call.outgoing.isClosed
    else { return false }
    defer { clientCalls[id] = call }
    if call.outgoing.isEmpty {
      call.outgoing.isClosed = true
      client.finishSending(slot: call.slot)
      sendFromClient(id, DataPart(count: 0, end: true))
      return true
    }
    guard let part = call.outgoing.next({ client.grant(slot: call.slot, wanted: $0) }) else {
      return false
    }
    require(client.sendCredit >= 0, "sent beyond the connection's credit")
    require(client.streamCredit(slot: call.slot) >= 0, "sent beyond the stream's credit")
    requestsSent[id, default: Tally()].add(part, completes: !part.more)
    sendFromClient(id, part)
    return true
  }

  private func sendFromClient(_ id: UInt32, _ part: DataPart) {
    FrameEncoder.data(
      streamID: id,
      flags: part.flags,
      dataCount: part.count,
      to: toServer.output
    )
    toServer.payload(part.count)
  }

  mutating func giveUp(_ id: UInt32) {
    guard let slot = openOnClient[id], clientCalls[id]?.outcome == nil else { return }
    require(client.cancel(slot: slot) || !isHonest, "stream \(id) was given up before")
    clientCalls[id]?.outcome = .gaveUp
    FrameEncoder.cancel(Cancel(), streamID: id, to: toServer.output)
  }

  /// The caller takes what came. True when there was something.
  mutating func callerTakes(_ id: UInt32) -> Bool {
    guard let call = clientCalls[id], openOnClient[id] != nil, call.untaken > 0,
      call.outcome == nil
    else { return false }
    let credit = client.release(slot: call.slot, count: call.untaken)
    clientCalls[id]?.untaken = 0
    if credit > 0 { FrameEncoder.window(credit: credit, streamID: id, to: toServer.output) }
    return true
  }

  mutating func clientReceives() {
    receive { world throws(WireViolation) in
      while let frame = try world.toClient.next() {
        world.client.keepalive.heard(now: world.now)
        try frame.withUnsafeBytes { run throws(WireViolation) in try world.clientHandles(run) }
        world.checkCounts()
        let credit = world.client.takeConnectionCredit()
        if credit > 0 {
          FrameEncoder.window(credit: credit, streamID: 0, to: world.toServer.output)
        }
      }
    }
  }

  private mutating func clientHandles(
    _ frame: UnsafeRawBufferPointer
  ) throws(WireViolation) {
    let head = try FrameHead(parsing: frame)
    let id = head.streamID
    switch head.kind {
    case .hello:
      let hello = try Hello(parsing: UnsafeRawBufferPointer(rebasing: frame[head.body]))
      _ = try client.receivedHello(hello)
    case .head:
      _ = try Metadata.headBody(frame, head.body, limits: clientLimits)
      let slot = try client.receivedHead(id: id)
      standsAgain(id)
      require(slot == nil || slot == openOnClient[id], "a head for another stream")
    case .data: try clientTakes(head, isEnd: false)
    case .end:
      guard !head.hasMore else { throw .malformed("an End in the middle of a message") }
      let end = try End(parsing: frame, head.body, limits: clientLimits)
      if !head.data.isEmpty { try clientTakes(head, isEnd: true) }
      let ended = try client.receivedEnd(id: id)
      standsAgain(id)
      require(ended.isAwaited == (clientCalls[id]?.outcome == nil), "stream \(id) is awaited?")
      finish(id, end.isNotStarted ? .notStarted : .ended)
      client.finished(slot: ended.slot)
      openOnClient[id] = nil
    case .window:
      _ = try client.receivedWindow(id: id, credit: try Window.parse(frame, head.body))
    case .ping:
      if let answer = try client.receivedPing(try Ping(parsing: frame, head.body), now: now) {
        FrameEncoder.ping(answer, to: toServer.output)
      }
    case .goAway: try clientRefuses(try GoAway(parsing: frame, head.body))
    case .begin, .cancel: throw .unexpected("only a client sends this")
    case .unknown: try client.receivedUnknown(id: id)
    }
  }

  private mutating func clientTakes(_ head: FrameHead, isEnd: Bool) throws(WireViolation) {
    let id = head.streamID
    let most = maximumMessageBytes
    let event = try client.receivedData(
      id: id,
      count: head.data.count,
      hasMore: head.hasMore,
      isEnd: isEnd,
      maximumMessageBytes: { _ in most }
    )
    standsAgain(id)
    switch event {
    case .deliver(let slot, let completes):
      require(openOnClient[id] == slot && clientCalls[id]?.outcome == nil, "data for nobody")
      require(completes == !head.hasMore, "a message is whole, or not")
      let part = DataPart(head)
      answersReceived[id, default: Tally()].add(part, completes: completes)
      clientCalls[id]?.untaken += isEnd ? part.count : part.cost
    case .drop: require(clientCalls[id]?.outcome != nil, "stream \(id) is awaited, data dropped")
    case .fail(let slot, _, _):
      require(openOnClient[id] == slot, "another stream fails")
      clientCalls[id]?.outcome = .gaveUp
      FrameEncoder.cancel(Cancel(), streamID: id, to: toServer.output)
      require(!client.cancel(slot: slot), "a failed stream was still to be cancelled")
    }
  }

  private mutating func clientRefuses(_ goAway: GoAway) throws(WireViolation) {
    let slots = try client.receivedGoAway(goAway)
    let isFinal = goAway.lastStreamID < GoAway.announcement
    let refused = openOnClient.filter { isFinal && $0.key > goAway.lastStreamID }
    require(slots.sorted() == refused.values.sorted(), "other streams are refused")
    for id in refused.keys {
      finish(id, .refusedByGoAway)
      openOnClient[id] = nil
    }
  }

  /// A stream that a GoAway refused holds a slot once more when something still comes for it.
  private mutating func standsAgain(_ id: UInt32) {
    guard openOnClient[id] == nil, let slot = client.streams.slot(of: id) else { return }
    require(client.goneAway.map { id > $0.lastStreamID } == true, "stream \(id) rose again")
    require(clientCalls[id]?.outcome != nil, "stream \(id) rose again without an outcome")
    openOnClient[id] = slot
    clientCalls[id]?.slot = slot
  }

  private mutating func finish(_ id: UInt32, _ outcome: Outcome) {
    require(clientCalls[id] != nil, "an outcome for stream \(id), which nobody opened")
    if isHonest, outcome == .notStarted || outcome == .refusedByGoAway {
      require(!started.contains(id), "stream \(id) is called not started, and was")
    }
    if clientCalls[id]?.outcome == nil { clientCalls[id]?.outcome = outcome }
  }
}
