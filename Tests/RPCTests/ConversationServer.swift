import Primitives
import Testing

@testable import RPC

/// The server's part of a conversation.
extension Conversation {
  mutating func serverReceives() throws {
    guard !toServer.isEmpty else { return }
    switch toServer.removeFirst() {
    case .hello(let hello): try server.receivedHello(hello)
    case .begin(let id, let part): try serverBegins(id, part)
    case .data(let id, let part):
      let event = try server.data(id, part.count, more: part.more, end: part.end, limit: .max)
      take(event, of: id, part)
    case .cancel(let id):
      if let slot = try server.receivedCancel(id: id, now: now) {
        #expect(serverCalls[id]?.slot == slot, "seed \(seed)")
        serverCalls[id]?.isCancelled = true
      }
    case .window(let id, let credit): _ = try server.receivedWindow(id: id, credit: credit)
    case .ping(let ping):
      switch try server.receivedPing(ping, now: now) {
      case .answer(let answer): toClient.append(.ping(answer))
      case .finishDrain: perform(server.finishDrain(now: now))
      case .ignore: break
      }
    }
    let credit = server.takeConnectionCredit()
    if credit > 0 { toClient.append(.window(id: 0, credit: credit)) }
  }

  private mutating func serverBegins(_ id: UInt32, _ part: DataPart) throws {
    switch try server.receivedBegin(id: id, dataCount: part.count, now: now) {
    case .refuse: toClient.append(.end(id: id, count: 0, notStarted: true))
    case .start(let slot):
      started.insert(id)
      serverCalls[id] = ServerCall(slot: slot, outgoing: messages())
      guard part.count > 0 || part.more || part.end else { return }
      let event = try server.receivedBeginData(
        slot: slot,
        count: part.count,
        hasMore: part.more,
        endsStream: part.end,
        maximumMessageBytes: .max
      )
      take(event, of: id, DataPart(count: part.count, more: true))
    }
  }

  private mutating func take(_ event: ServerConnection.OnData, of id: UInt32, _ part: DataPart) {
    switch event {
    case .deliver(let slot, _, _):
      #expect(serverCalls[id]?.slot == slot, "seed \(seed)")
      serverCalls[id]?.untaken += part.cost
    case .drop:
      #expect(serverCalls[id].map { $0.isCancelled || $0.isEnded } != false, "seed \(seed)")
    case .fail: Issue.record("seed \(seed): a message was too large")
    }
  }

  /// The handler takes what came. True when there was something.
  mutating func handlerTakes(_ id: UInt32) -> Bool {
    guard let call = serverCalls[id], call.untaken > 0 else { return false }
    serverCalls[id]?.untaken = 0
    let credit = server.release(slot: call.slot, count: call.untaken)
    if credit > 0 { toClient.append(.window(id: id, credit: credit)) }
    return true
  }

  /// One part of one answer leaves, or its End. True when something did.
  mutating func serverSends(_ id: UInt32) -> Bool {
    guard var call = serverCalls[id], !call.isEnded else { return false }
    defer { serverCalls[id] = call }
    if !call.hasHead, chance(4) {
      call.hasHead = true
      toClient.append(.head(id: id))
    }
    if call.isCancelled || call.outgoing.isEmpty {
      toClient.append(.end(id: id, count: 0, notStarted: false))
    } else if call.outgoing.messages.count == 1, let last = call.outgoing.messages.first,
      call.outgoing.rest == nil, last > 0, last <= server.chunkBytes,
      server.streamCredit(slot: call.slot) >= last, server.sendCredit >= last
    {
      #expect(server.grant(slot: call.slot, wanted: last) == last, "seed \(seed)")
      toClient.append(.end(id: id, count: last, notStarted: false))
    } else {
      guard let part = call.outgoing.next({ server.grant(slot: call.slot, wanted: $0) }) else {
        return false
      }
      toClient.append(.data(id: id, part))
      return true
    }
    #expect(server.sendEnd(slot: call.slot) == true, "seed \(seed)")
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
      toClient.append(.goAway(GoAway(lastStreamID: GoAway.announcement)))
      toClient.append(.ping(ping))
    case .final(let goAway): toClient.append(.goAway(goAway))
    case .close: isClosed = true
    }
  }
}
