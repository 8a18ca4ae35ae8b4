import Primitives

@testable import RPC

/// The server's part.
extension World {
  mutating func serverReceives() {
    receive { world throws(WireViolation) in
      while let frame = try world.toServer.next() {
        world.server.keepalive.heard(now: world.now)
        try frame.withUnsafeBytes { run throws(WireViolation) in try world.serverHandles(run) }
        if world.isClosed { return }
        world.checkCounts()
        let credit = world.server.takeConnectionCredit()
        if credit > 0 {
          FrameEncoder.window(credit: credit, streamID: 0, to: world.toClient.output)
        }
      }
    }
  }

  private mutating func serverHandles(
    _ frame: UnsafeRawBufferPointer
  ) throws(WireViolation) {
    let head = try FrameHead(parsing: frame)
    let id = head.streamID
    let most = maximumMessageBytes
    switch head.kind {
    case .hello:
      try server.receivedHello(
        try Hello(parsing: UnsafeRawBufferPointer(rebasing: frame[head.body]))
      )
    case .begin:
      _ = try BeginHead(parsing: frame, head.body, limits: serverLimits)
      try serverBegins(head)
    case .data:
      let event = try server.receivedData(
        id: id,
        count: head.data.count,
        hasMore: head.hasMore,
        endsStream: head.endsStream,
        maximumMessageBytes: { _ in most }
      )
      try serverTakes(event, head, onBegin: false)
    case .cancel:
      _ = try Cancel(parsing: frame, head.body)
      guard let slot = try server.receivedCancel(id: id, now: now) else { break }
      require(serverCalls[id]?.slot == slot, "another stream is cancelled")
      require(serverCalls[id]?.isEnded == false, "an ended stream is cancelled")
      serverCalls[id]?.isGivenUp = true
    case .window:
      _ = try server.receivedWindow(id: id, credit: try Window.parse(frame, head.body))
    case .ping:
      switch try server.receivedPing(try Ping(parsing: frame, head.body), now: now) {
      case .answer(let answer): FrameEncoder.ping(answer, to: toClient.output)
      case .finishDrain: perform(server.finishDrain(now: now))
      case .ignore: break
      }
    case .goAway: _ = try GoAway(parsing: frame, head.body)
    case .head, .end: throw .unexpected("only a server sends this")
    case .unknown:
      switch try server.receivedUnknown(id: id) {
      case .ignore: break
      case .fail(let slot): try serverFails(slot)
      case .refuse:
        try server.countReset(now: now)
        refuse(id)
      }
    }
  }

  private mutating func serverBegins(_ head: FrameHead) throws(WireViolation) {
    let id = head.streamID
    switch try server.receivedBegin(id: id, dataCount: head.data.count, now: now) {
    case .refuse: refuse(id)
    case .start(let slot):
      require(serverCalls[id] == nil && !started.contains(id), "stream \(id) started twice")
      require(!serverCalls.values.contains { $0.slot == slot }, "slot \(slot) is taken twice")
      if case .final(let last, _) = server.drain { require(id <= last, "started while draining") }
      started.insert(id)
      serverCalls[id] = ServerCall(slot: slot, outgoing: messages())
      let part = DataPart(head)
      guard part.count > 0 || part.more || part.end else { return }
      let event = try server.receivedBeginData(
        slot: slot,
        count: part.count,
        hasMore: part.more,
        endsStream: part.end,
        maximumMessageBytes: maximumMessageBytes
      )
      try serverTakes(event, head, onBegin: true)
    }
  }

  private mutating func serverTakes(
    _ event: ServerConnection.OnData,
    _ head: FrameHead,
    onBegin: Bool
  ) throws(WireViolation) {
    let id = head.streamID
    let part = DataPart(head)
    switch event {
    case .deliver(let slot, let completes, let isLast):
      require(serverCalls[id]?.slot == slot, "data for another stream")
      require(isLast == part.end, "stream \(id): the last part, or not")
      requestsReceived[id, default: Tally()].add(part, completes: completes)
      serverCalls[id]?.untaken += onBegin ? part.count : part.cost
      if isLast, isHonest {
        require(
          requestsReceived[id] == requestsSent[id, default: Tally()],
          "stream \(id): the request is not what was sent"
        )
      }
    case .drop:
      require(
        serverCalls[id].map { $0.isGivenUp || $0.isEnded } != false,
        "stream \(id) is served, data dropped"
      )
    case .fail(let slot, _, _): try serverFails(slot)
    }
  }

  /// This side cannot go on with the call, and the peer is to blame.
  private mutating func serverFails(_ slot: Int) throws(WireViolation) {
    let id = server.id(of: slot)
    require(serverCalls[id]?.slot == slot, "another stream fails")
    if server.sendEnd(slot: slot) {
      require(serverCalls[id]?.isEnded == false, "a second End for stream \(id)")
      let end = End(RPCError(.resourceExhausted, "too large"))
      FrameEncoder.end(end, streamID: id, dataCount: 0, to: toClient.output)
    }
    serverCalls[id]?.isEnded = true
    serverCalls[id]?.isGivenUp = true
    failed.insert(id)
    try server.countReset(now: now)
  }

  private func refuse(_ id: UInt32) {
    let end = End(RPCError(.unavailable, "not now", isNotStarted: true))
    FrameEncoder.end(end, streamID: id, dataCount: 0, to: toClient.output)
  }

  /// The handler takes what came. True when there was something.
  mutating func handlerTakes(_ id: UInt32) -> Bool {
    guard let call = serverCalls[id], call.untaken > 0 else { return false }
    serverCalls[id]?.untaken = 0
    let credit = server.release(slot: call.slot, count: call.untaken)
    if credit > 0 { FrameEncoder.window(credit: credit, streamID: id, to: toClient.output) }
    return true
  }

  /// One part of one answer leaves, or its End. True when something did.
  mutating func serverSends(_ id: UInt32) -> Bool {
    guard var call = serverCalls[id], !call.isEnded else { return false }
    defer { serverCalls[id] = call }
    if !call.hasHead {
      call.hasHead = true
      FrameEncoder.head(Metadata(), streamID: id, to: toClient.output)
    }
    if call.isGivenUp || call.outgoing.isEmpty {
      FrameEncoder.end(End(), streamID: id, dataCount: 0, to: toClient.output)
    } else if call.outgoing.messages.count == 1, let last = call.outgoing.messages.first,
      call.outgoing.rest == nil, last > 0, last <= server.chunkBytes,
      server.streamCredit(slot: call.slot) >= last, server.sendCredit >= last
    {
      require(server.grant(slot: call.slot, wanted: last) == last, "credit was there, and is not")
      answersSent[id, default: Tally()].add(DataPart(count: last), completes: true)
      FrameEncoder.end(End(), streamID: id, dataCount: last, to: toClient.output)
      toClient.payload(last)
    } else {
      guard let part = call.outgoing.next({ server.grant(slot: call.slot, wanted: $0) }) else {
        return false
      }
      require(server.sendCredit >= 0, "sent beyond the connection's credit")
      require(server.streamCredit(slot: call.slot) >= 0, "sent beyond the stream's credit")
      answersSent[id, default: Tally()].add(part, completes: !part.more)
      FrameEncoder.data(
        streamID: id,
        flags: part.flags,
        dataCount: part.count,
        to: toClient.output
      )
      toClient.payload(part.count)
      return true
    }
    require(server.sendEnd(slot: call.slot), "a second End for stream \(id)")
    call.isEnded = true
    return true
  }

  /// The handler of an ended call returns. True when there was one.
  mutating func handlerReturns(_ id: UInt32) -> Bool {
    guard let call = serverCalls[id], call.isEnded else { return false }
    server.finished(slot: call.slot)
    serverCalls[id] = nil
    return true
  }

  mutating func perform(_ effect: ServerConnection.OnDrain) {
    switch effect {
    case .none: break
    case .announce(let ping):
      FrameEncoder.goAway(GoAway(lastStreamID: GoAway.announcement), to: toClient.output)
      FrameEncoder.ping(ping, to: toClient.output)
    case .final(let goAway): FrameEncoder.goAway(goAway, to: toClient.output)
    case .close: isClosed = true
    }
  }
}
