import Primitives

@testable import RPC

/// What happens next.
extension World {
  mutating func step() {
    switch input.byte() % 20 {
    case 0, 1: openCall()
    case 2, 3: if let id = pick(openOnClient) { _ = clientSends(id) }
    case 4: if let id = pick(openOnClient) { _ = callerTakes(id) }
    case 5: if let id = pick(openOnClient) { giveUp(id) }
    case 6, 7:
      toClient.move(.max)
      clientReceives()
    case 8, 9:
      toServer.move(.max)
      serverReceives()
    case 10:
      toClient.move(input.number(below: 5000))
      clientReceives()
    case 11:
      toServer.move(input.number(below: 5000))
      serverReceives()
    case 12, 13: if let id = pick(serverCalls) { _ = serverSends(id) }
    case 14: if let id = pick(serverCalls) { _ = handlerTakes(id) }
    case 15: if let id = pick(serverCalls) { _ = handlerReturns(id) }
    case 16: passTime(.milliseconds(16 * Int64(input.byte())))
    case 17: rare()
    case 18: forge(to: toServer.output)
    default: forge(to: toClient.output)
    }
  }

  private mutating func rare() {
    switch input.byte() % 8 {
    case 0: perform(server.beginDrain(now: now))
    case 1: client.retire()
    case 2: for id in openOnClient.keys.sorted() { _ = clientSends(id) }
    // A client that is slow to answer: the server does not wait for it, and a Begin may cross.
    case 3: perform(server.finishDrain(now: now))
    case 4, 5: wholeCall()
    default: for id in serverCalls.keys.sorted() { _ = serverSends(id) }
    }
  }

  /// From open to finished, beside those that stay: ids come round in the table of streams.
  private mutating func wholeCall() {
    let before = client.openStreams
    openCall()
    guard client.openStreams > before, let id = openOnClient.keys.max() else { return }
    exchange()
    while !isClosed, serverCalls[id] != nil, handlerTakes(id) || serverSends(id) { exchange() }
    guard !isClosed else { return }
    _ = handlerReturns(id)
    exchange()
  }

  /// Time passes with nothing under way, less at once than a live peer takes to answer a ping.
  private mutating func passTime(_ duration: Duration) {
    exchange()
    guard !isClosed else { return }
    now = now + duration
    perform(server.drainTick(now: now))
    guard !isClosed else { return }
    let isBusy = (client: client.openStreams > 0, server: server.openStreams > 0)
    switch client.keepalive.tick(now: now, hasOpenStreams: isBusy.client, limits: clientLimits) {
    case .none: break
    case .ping: FrameEncoder.ping(Ping(opaque: 1), to: toServer.output)
    case .dead: require(!isHonest, "a live server is called dead")
    }
    switch server.keepalive.tick(now: now, hasOpenStreams: isBusy.server, limits: serverLimits) {
    case .none: break
    case .ping: FrameEncoder.ping(Ping(opaque: 2), to: toClient.output)
    case .dead: require(!isHonest, "a live client is called dead")
    }
  }

  /// Everything under way arrives, and what it sets off, until nothing is.
  mutating func exchange() {
    while !isClosed, !(toServer.isEmpty && toClient.isEmpty) {
      let before = (toServer.received.count, toClient.received.count)
      let wasMoving = !toServer.output.isEmpty || !toClient.output.isEmpty
      toServer.move(.max)
      serverReceives()
      toClient.move(.max)
      clientReceives()
      // A forged frame may never come to its end.
      if !wasMoving, before == (toServer.received.count, toClient.received.count) { return }
    }
  }

  /// A frame that no peer of ours writes, or not now.
  private mutating func forge(to output: ByteOutput) {
    isHonest = false
    let ids = openOnClient.keys.sorted()
    let choice = input.byte()
    let id =
      choice & 0x80 == 0 && !ids.isEmpty
      ? ids[Int(input.byte()) % ids.count] : UInt32(input.number(below: 64))
    let count = choice & 0x40 == 0 ? 0 : input.number(below: 3000)
    switch choice & 15 {
    case 0: FrameEncoder.hello(Hello(limits: forgedLimits(), agent: ""), to: output)
    case 1, 2: output.append(Bytes([0, 0, 0, 4, 1 << 3, UInt8(id & 0x7F), 10 << 3 | 2, 0]))
    case 3: FrameEncoder.window(credit: forgedCredit(), streamID: id, to: output)
    case 4: FrameEncoder.cancel(Cancel(), streamID: id, to: output)
    case 5: FrameEncoder.ping(Ping(opaque: World.drainPing, isAck: input.flag()), to: output)
    case 6:
      let last = choice & 0x40 == 0 ? id : GoAway.announcement
      FrameEncoder.goAway(GoAway(lastStreamID: last), to: output)
    case 7: FrameEncoder.head(Metadata(), streamID: id, to: output)
    case 8:
      FrameEncoder.end(End(), streamID: id, dataCount: count, to: output)
      output.append(Bytes([UInt8](repeating: 0, count: count)))
    case 9:
      let method = Method(service: "a", name: "b", kind: .unary)
      let begin = Begin(method: method, timeoutMicroseconds: 1)
      let flags = UInt32(input.byte() & 7)
      FrameEncoder.begin(begin, streamID: id, flags: flags, dataCount: count, to: output)
      output.append(Bytes([UInt8](repeating: 0, count: count)))
    case 10, 11:
      let flags = UInt32(input.byte() & 7)
      FrameEncoder.data(streamID: id, flags: flags, dataCount: count, to: output)
      output.append(Bytes([UInt8](repeating: 0, count: count)))
    case 12: output.append(Bytes(input.take(Int(input.byte() & 15))))
    default:
      let bytes = input.take(Int(input.byte() & 63))
      output.append(Bytes([0, 0, 0, UInt8(bytes.count)]))
      output.append(Bytes(bytes))
    }
  }

  private mutating func forgedLimits() -> WireLimits {
    var limits = WireLimits()
    limits.streamWindowBytes = input.pick([1024, 5000, 0x7FFF_FFFF])
    limits.connectionWindowBytes = input.pick([1024, 5000, 0x7FFF_FFFF])
    limits.maximumStreams = input.pick([1, 10, 0x7FFF_FFFF])
    return limits
  }

  private mutating func forgedCredit() -> UInt32 {
    input.pick([0, 1, 1000, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000])
  }

  // MARK: The end

  /// Nothing new: both sides do what is left, and then everything adds up.
  mutating func settle() {
    var rounds = 0
    var hasProgress = true
    while hasProgress, !isClosed {
      hasProgress = !(toServer.isEmpty && toClient.isEmpty)
      exchange()
      for id in openOnClient.keys.sorted() {
        if callerTakes(id) { hasProgress = true }
        while clientSends(id) { hasProgress = true }
      }
      for id in serverCalls.keys.sorted() {
        if handlerTakes(id) { hasProgress = true }
        while serverSends(id) { hasProgress = true }
        if handlerReturns(id) { hasProgress = true }
      }
      check()
      rounds += 1
      require(rounds < 100_000, "it does not come to an end")
    }
    if !isClosed { checkEnd() }
  }

  private func checkEnd() {
    require(openOnClient.isEmpty, "calls are left on the client: \(openOnClient)")
    require(serverCalls.isEmpty, "calls are left on the server: \(serverCalls)")
    for (id, call) in clientCalls {
      require(call.outcome != nil, "stream \(id) has no outcome")
      guard call.outcome == .ended, !failed.contains(id) else { continue }
      require(
        answersSent[id] == answersReceived[id],
        "stream \(id): \(String(describing: answersSent[id])) sent, received "
          + String(describing: answersReceived[id])
      )
    }
    require(client.sendCredit == server.receive.available, "credit to the server got lost")
    require(server.sendCredit == client.receive.available, "credit to the client got lost")
    let whole = (
      server: server.receive.available + server.receive.unannounced,
      client: client.receive.available + client.receive.unannounced
    )
    require(whole.server == serverLimits.connectionWindowBytes, "the server's window has shrunk")
    require(whole.client == clientLimits.connectionWindowBytes, "the client's window has shrunk")
  }
}
