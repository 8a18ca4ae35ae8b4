import Primitives
import Testing

@testable import RPC

/// The client's part of a conversation.
extension Conversation {
  mutating func openCall() {
    guard let opened = client.open(endsStream: false) else { return }
    let id = opened.id
    var call = ClientCall(slot: opened.slot, outgoing: messages())
    openOnClient.insert(id)
    var part = DataPart(count: 0)
    // A Begin may carry the front of the first message, whose end then must not be there yet:
    // without bytes, flags or more it carries none.
    if let first = call.outgoing.messages.first, first > 0 {
      part =
        call.outgoing.next { client.grant(slot: opened.slot, wanted: $0) }
        ?? DataPart(count: 0)
    }
    if call.outgoing.isEmpty, chance(2) {
      part.end = true
      call.outgoing.isClosed = true
      client.finishSending(slot: opened.slot)
    }
    clientCalls[id] = call
    toServer.append(.begin(id: id, part))
  }

  /// One part of one call leaves, if there is credit. True when something did.
  mutating func clientSends(_ id: UInt32) -> Bool {
    guard var call = clientCalls[id], call.outcome == nil, !call.outgoing.isClosed else {
      return false
    }
    defer { clientCalls[id] = call }
    if call.outgoing.isEmpty {
      call.outgoing.isClosed = true
      client.finishSending(slot: call.slot)
      toServer.append(.data(id: id, DataPart(count: 0, end: true)))
      return true
    }
    guard let part = call.outgoing.next({ client.grant(slot: call.slot, wanted: $0) }) else {
      return false
    }
    #expect(client.sendCredit >= 0, "seed \(seed)")
    #expect(client.streamCredit(slot: call.slot) >= 0, "seed \(seed)")
    toServer.append(.data(id: id, part))
    return true
  }

  mutating func giveUp(_ id: UInt32) {
    guard var call = clientCalls[id], call.outcome == nil else { return }
    #expect(client.cancel(slot: call.slot) == true, "seed \(seed)")
    call.outcome = .gaveUp
    clientCalls[id] = call
    toServer.append(.cancel(id: id))
  }

  /// The caller takes what came. True when there was something.
  mutating func callerTakes(_ id: UInt32) -> Bool {
    guard var call = clientCalls[id], call.untaken > 0, call.outcome == nil else { return false }
    let credit = client.release(slot: call.slot, count: call.untaken)
    call.untaken = 0
    clientCalls[id] = call
    if credit > 0 { toServer.append(.window(id: id, credit: credit)) }
    return true
  }

  private mutating func finish(_ id: UInt32, _ outcome: Outcome) {
    guard var call = clientCalls[id] else {
      Issue.record("seed \(seed): an outcome for stream \(id), which nobody opened")
      return
    }
    if outcome == .notStarted || outcome == .refusedByGoAway {
      #expect(!started.contains(id), "seed \(seed): stream \(id) is called not started, and was")
    }
    if call.outcome == nil { call.outcome = outcome }
    clientCalls[id] = call
  }

  mutating func clientReceives() throws {
    guard !toClient.isEmpty else { return }
    switch toClient.removeFirst() {
    case .hello(let hello): _ = try client.receivedHello(hello)
    case .head(let id): _ = try client.receivedHead(id: id)
    case .data(let id, let part):
      switch try client.data(id, part.count, more: part.more, limit: .max) {
      case .deliver(let slot, let completes):
        #expect(clientCalls[id]?.slot == slot && clientCalls[id]?.outcome == nil)
        #expect(completes == !part.more)
        clientCalls[id]?.untaken += part.cost
      case .drop: #expect(clientCalls[id]?.outcome != nil, "seed \(seed)")
      case .fail: Issue.record("seed \(seed): an answer was too large")
      }
    case .end(let id, let count, let notStarted):
      if count > 0 { _ = try client.data(id, count, isEnd: true, limit: .max) }
      let ended = try client.receivedEnd(id: id)
      #expect(ended.isAwaited == (clientCalls[id]?.outcome == nil), "seed \(seed)")
      finish(id, notStarted ? .notStarted : .ended)
      client.finished(slot: ended.slot)
      openOnClient.remove(id)
    case .window(let id, let credit): _ = try client.receivedWindow(id: id, credit: credit)
    case .ping(let ping):
      if let answer = try client.receivedPing(ping, now: now) { toServer.append(.ping(answer)) }
    case .goAway(let goAway):
      let slots = Set(try client.receivedGoAway(goAway))
      let refused = openOnClient.filter { $0 > goAway.lastStreamID }
      #expect(slots.count == refused.count, "seed \(seed)")
      for id in refused { finish(id, .refusedByGoAway) }
      openOnClient.subtract(refused)
    }
    let credit = client.takeConnectionCredit()
    if credit > 0 { toServer.append(.window(id: 0, credit: credit)) }
  }
}
